import AuthzCore
import NIOCore
import NIOEmbedded
import Testing

@testable import AuthzServer

@Suite struct ReflectionServiceTests {
    private static let path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"

    /// The fields of a message that are texts, bytes or messages.
    private static func fields(_ bytes: [UInt8]) throws -> [(number: UInt32, bytes: [UInt8])] {
        var reader = WireReader(bytes.span)
        var fields: [(UInt32, [UInt8])] = []
        while let field = try reader.next(in: bytes.span) {
            if case .bytes(let slice) = field.value { fields.append((field.number, Array(bytes[slice.range]))) }
        }
        return fields
    }

    private static func ask(_ number: UInt8, _ text: String) throws -> (kind: UInt32, answer: [UInt8]) {
        let client = try HTTP2Client(try CheckFixture("").responder)
        let request = [number << 3 | 2, UInt8(text.utf8.count)] + Array(text.utf8)
        let reply = client.call(path, request)
        #expect(reply.grpcStatus == "0")
        let fields = try fields(try #require(reply.messages.first))
        #expect(fields.first { $0.number == 2 }?.bytes == request, "the question comes back")
        let last = try #require(fields.last)
        return (last.number, last.bytes)
    }

    @Test("a file comes with all that it imports, by its name and by any symbol in it")
    func files() throws {
        let byName = try Self.ask(3, "envoy/service/auth/v3/external_auth.proto")
        #expect(byName.kind == 4)
        let names = try Self.fields(byName.answer).map { file in
            String(decoding: try Self.fields(file.bytes).first?.bytes ?? [], as: UTF8.self)
        }
        #expect(names.first == "envoy/service/auth/v3/external_auth.proto")
        #expect(Set(names).count == 10)
        for symbol in [
            "envoy.service.auth.v3.Authorization", "envoy.service.auth.v3.Authorization.Check",
            "envoy.service.auth.v3.CheckRequest", "envoy.service.auth.v3.CheckResponse.status",
        ] {
            #expect(try Self.ask(4, symbol).answer == byName.answer)
        }
        #expect(
            try Self.ask(4, "envoy.service.auth.v3.AttributeContext.HttpRequest").kind == 4, "a message in a message")
        #expect(try Self.ask(4, "envoy.type.v3.Forbidden").kind == 4, "a value of an enum")
    }

    @Test("a type has an empty list of extensions")
    func extensions() throws {
        let answer = try Self.ask(6, "google.rpc.Status")
        #expect(answer.kind == 5)
        #expect(answer.answer == [0x0a, 17] + Array("google.rpc.Status".utf8))
    }

    @Test(
        "whatever a check may say is described, so that a generic client can say it",
        arguments: [
            "AttributeContext.metadata_context", "AttributeContext.route_metadata_context",
            "AttributeContext.Request.time", "OkHttpResponse.response_headers_to_add",
            "OkHttpResponse.query_parameters_to_set", "OkHttpResponse.query_parameters_to_remove",
            "CheckResponse.dynamic_metadata",
        ])
    func described(_ field: String) throws {
        #expect(try Self.ask(4, "envoy.service.auth.v3.\(field)").kind == 4)
    }

    @Test(
        "what is not there is an error in the answer, not of the call",
        arguments: [(3, "none.proto"), (4, "envoy.service.auth.v3"), (4, ""), (6, "google.rpc.None")]
            as [(UInt8, String)])
    func unknown(_ number: UInt8, _ text: String) throws {
        let answer = try Self.ask(number, text)
        #expect(answer.kind == 7)
        #expect(answer.answer.starts(with: [8, 5]), "NOT_FOUND")
    }

    @Test("a caller may ask again and again on one call, for longer than one body may be")
    func conversation() throws {
        var limits = RequestLimits()
        limits.maximumBodyBytes = 1000
        let client = try HTTP2Client(try CheckFixture("").responder, limits: limits)
        client.send(.call(1, Self.path))
        let question = HTTP2Client.framed([0x3a, 1, UInt8(ascii: "*")])
        for count in 1...1000 {
            client.send(.data(1, question, ends: false), TestFrame(.windowUpdate, stream: 1, [0, 0, 4, 0]))
            client.send(TestFrame(.windowUpdate, [0, 0, 4, 0]))
            #expect(client.reply(1).grpcStatus == nil)
            if count % 100 == 0 { #expect(client.reply(1).messages.count == count) }
        }
        client.send(.data(1, []))
        #expect(client.reply(1).grpcStatus == "0")
    }

    private static let question = HTTP2Client.framed([0x22, 10] + Array("none.Thing".utf8))

    @Test("a conversation may pause, but not in the middle of a message")
    func pauses() throws {
        let client = try HTTP2Client(try CheckFixture("").responder)
        client.send(.call(1, Self.path), .data(1, Self.question, ends: false))
        client.advance(by: .seconds(600))
        #expect(client.reply(1).grpcStatus == nil)
        client.send(.data(1, Self.question, ends: false))
        #expect(client.reply(1).messages.count == 2)
        client.send(.data(1, [0], ends: false))
        client.advance(by: .seconds(13))
        #expect(client.reply(1).grpcStatus == "4")
    }

    @Test("a conversation holds up no server that stops")
    func drain() throws {
        let client = try HTTP2Client(try CheckFixture("").responder)
        client.send(.call(1, Self.path), .data(1, Self.question, ends: false), .call(3, Self.path))
        client.tell(.drain)
        #expect(client.reply(1).grpcStatus == "14" && client.reply(1).messages.count == 1)
        client.send(.data(3, Self.question, ends: false))
        #expect(client.reply(3).grpcStatus == "14" && client.reply(3).messages.count == 1)
        client.tell(.closeIfIdle)
        client.advance(by: .seconds(2))
        #expect(!client.channel.isActive)
    }

    @Test("who does not read its answers is not answered further, and goes on where it left off")
    func unread() throws {
        let client = try HTTP2Client(try CheckFixture("").responder)
        // SETTINGS_INITIAL_WINDOW_SIZE of 0.
        client.send(TestFrame(.settings, [0, 4, 0, 0, 0, 0]), .call(1, Self.path))
        let count = 10_000
        for _ in 0..<count / 500 {
            client.send(.data(1, (0..<500).flatMap { _ in Self.question }, ends: false))
        }
        client.send(.data(1, []))
        #expect(client.reply(1).messages.isEmpty)
        client.send(TestFrame(.windowUpdate, [0, 0x7f, 0, 0]), TestFrame(.windowUpdate, stream: 1, [0, 0x7f, 0, 0]))
        #expect(client.reply(1).messages.count == count)
        #expect(client.reply(1).grpcStatus == "0")
    }

    @Test("questions that wait for that are no more than one body may be")
    func unreadForLong() throws {
        let client = try HTTP2Client(try CheckFixture("").responder)
        client.send(TestFrame(.settings, [0, 4, 0, 0, 0, 0]), .call(1, Self.path))
        for _ in 0..<72 {
            client.send(.data(1, (0..<900).flatMap { _ in Self.question }, ends: false))
        }
        client.send(TestFrame(.windowUpdate, [0, 0x7f, 0, 0]), TestFrame(.windowUpdate, stream: 1, [0, 0x7f, 0, 0]))
        #expect(client.reply(1).body.count < 256 << 10)
        #expect(client.reply(1).grpcStatus == "8")
    }
}
