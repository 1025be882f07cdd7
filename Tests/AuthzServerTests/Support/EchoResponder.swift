import AuthzCore
import AuthzServer

/// Answers 200 with the method, target and body of the request.
struct EchoResponder: RequestResponder {
    func makeLoopState() -> sending Int { 0 }

    func respond(to intake: inout RequestIntake, in count: inout Int, with answer: inout Answer) {
        count += 1
        let operation = intake.request.operation
        let words = [intake.request.text(operation.method), intake.request.text(operation.path)]
        let body = intake.body
        answer.begin(status: 200)
        answer.setBody(.text) { bytes in
            bytes.append(contentsOf: words.joined(separator: " ").utf8)
            if !body.isEmpty { bytes.append(UInt8(ascii: " ")) }
            bytes.append(contentsOf: body)
        }
    }
}
