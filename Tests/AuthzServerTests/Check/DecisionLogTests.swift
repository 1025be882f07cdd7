import AuthzCore
import AuthzServer
import Logging
import Synchronization
import Testing

@Suite struct DecisionLogTests {
    private final class Lines: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        func add(_ line: [UInt8]) { bytes.withLock { $0 += line } }

        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    }

    private func log(_ lines: Lines, level: Logger.Level, at decisionLevel: Logger.Level) -> DecisionLog {
        let logger = Logger(label: "test") { _ in JSONLogHandler(level: level, clock: { 1 }, sink: lines.add) }
        return DecisionLog(logger: logger, level: decisionLevel)
    }

    @Test("SR-41: a decision is one line of JSON without what is secret")
    func line() throws {
        let lines = Lines()
        let fixture = try CheckFixture(
            CheckFixture.allow("to: [{operation: {methods: [POST]}}]"), log: log(lines, level: .info, at: .info))
        _ = fixture.ask(
            "GET", "/workload/prod/api/check/a%0a?access_token=secret",
            headers: [("cookie", "secret"), ("x-api-key", "secret")])
        var tape = JSONTape()
        try tape.scan(Array(lines.text.utf8).span)
        let member = { (name: String) in tape.member(Array(name.utf8).span, of: tape.root).map { tape.string(at: $0) } }
        #expect(lines.text.split(separator: "\n").count == 1)
        #expect(!lines.text.contains("secret"))
        #expect(member("message") == "decision")
        #expect(member("outcome") == "deny")
        #expect(member("reason") == "no-allow-policy-matched")
        #expect(member("workload") == "prod/api")
        #expect(member("path") == "/a%0a")
    }

    @Test("SR-41: text of a caller cannot end the line")
    func injection() throws {
        let lines = Lines()
        let fixture = try CheckFixture("", log: log(lines, level: .info, at: .info))
        let document = #"{"destination": {"workload": "prod/api"}, "request": {"path": "/a", "host": "a\n{\"x\": 1}"}}"#
        _ = fixture.ask("POST", "/v1/check", body: document)
        #expect(lines.text.split(separator: "\n").count == 1)
        #expect(lines.text.contains(#"a\n{\"x\": 1}"#))
    }

    @Test("below its level nothing is logged")
    func level() throws {
        let lines = Lines()
        let fixture = try CheckFixture("", log: log(lines, level: .info, at: .debug))
        _ = fixture.ask("GET", "/workload/prod/api/check/")
        #expect(lines.text.isEmpty)
    }
}
