import AuthzCore
import SwiftProtobuf
import Testing

@testable import AuthzServer

/// What is remembered of the keys of one message changes nothing in the next.
@Suite struct KeyMemoryTests {
    private struct Line: Equatable {
        var name: String
        var isPlain: Bool
        var kind: UInt8
    }

    private static func message(_ name: String) throws -> [UInt8] {
        try Authz_Oracle_Check.with {
            $0.attributes.request.http.headers = [
                .with {
                    $0.key = name
                    $0.value = "v"
                }
            ]
        }.serializedBytes()
    }

    private static func lines(_ name: String, by message: inout CheckMessage) throws -> [Line] {
        let bytes = try Self.message(name)
        var request = CheckRequest()
        try message.read(bytes.span)
        try message.fill(&request, from: bytes.span, normalizesPath: false)
        return request.operation.headers.map {
            Line(name: request.text($0.name), isPlain: $0.isPlain, kind: $0.kind)
        }
    }

    @Test(
        "a name that differs from the last one by any one byte is looked at anew",
        arguments: [
            "te", "via", "accept", "keep-alive", "content-type", "accept-encoding", "transfer-encoding",
            "x-envoy-upstream-rq-per-try-timeout-ms", "abcdefghijklmnopqrstuvwxyz012345",
            "abcdefghijklmnopqrstuvwxyz0123456",
        ])
    func anyByte(name: String) throws {
        for place in name.utf8.indices {
            for other in ["b", "B", "_", "0"] where !name[place...].hasPrefix(other) {
                let changed = name.replacingCharacters(at: place, with: other)
                for (first, second) in [(name, changed), (changed, name)] {
                    var message = CheckMessage()
                    _ = try Self.lines(first, by: &message)
                    var fresh = CheckMessage()
                    #expect(
                        try Self.lines(second, by: &message) == Self.lines(second, by: &fresh), "\(first), \(second)")
                }
            }
        }
    }

    @Test("a name that the last one begins with, or that begins with it, is looked at anew")
    func lengths() throws {
        let text = "x-envoy-upstream-rq-per-try-timeout-ms"
        for first in 1...text.count {
            var message = CheckMessage()
            for second in 1...text.count {
                _ = try Self.lines(String(text.prefix(first)), by: &message)
                var fresh = CheckMessage()
                let name = String(text.prefix(second))
                #expect(try Self.lines(name, by: &message) == Self.lines(name, by: &fresh), "\(first), \(second)")
            }
        }
    }
}

extension String {
    fileprivate func replacingCharacters(at place: Index, with text: String) -> String {
        "\(self[..<place])\(text)\(self[index(after: place)...])"
    }
}
