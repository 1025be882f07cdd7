import AuthzServer
import NIOCore
import Testing

/// The rules of calls that every method has in common.
@Suite struct GRPCCallTests {
    private static let path = "/grpc.health.v1.Health/Check"
    private static let serving: [UInt8] = [0, 0, 0, 0, 2, 8, 1]

    private func client(limits: RequestLimits = RequestLimits()) throws -> HTTP2Client {
        try HTTP2Client(try CheckFixture("").responder, limits: limits)
    }

    @Test("a message may be divided over frames in any way")
    func divided() throws {
        let body = HTTP2Client.framed([0x0a, 0x00])
        for cut in 0...body.count {
            let client = try client()
            client.send(.call(1, Self.path), .data(1, Array(body[..<cut]), ends: false), .data(1, Array(body[cut...])))
            #expect(client.reply(1).body == Self.serving)
            #expect(client.reply(1).trailers == ["grpc-status": "0"])
        }
        let client = try client()
        client.send(.call(1, Self.path))
        for byte in body { client.send(.data(1, [byte], ends: false)) }
        #expect(client.reply(1).head.isEmpty, "the call may send more")
        client.send(.data(1, []))
        #expect(client.reply(1).body == Self.serving)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var body: [UInt8], status: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "what is no message of the method ends the call",
        arguments: [
            Case(body: [0, 0, 0, 0, 0], status: "0", why: "an empty message is one"),
            Case(body: [], status: "12", why: "no message"),
            Case(body: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], status: "12", why: "two messages"),
            Case(body: [1, 0, 0, 0, 0], status: "12", why: "a compressed message"),
            Case(body: [2, 0, 0, 0, 0], status: "13", why: "a flag that nobody knows"),
            Case(body: [0, 0, 0, 0], status: "13", why: "part of a prefix"),
            Case(body: [0, 0, 0, 0, 2, 0x0a], status: "13", why: "part of a message"),
            Case(body: [0, 0, 0x10, 0, 0], status: "8", why: "a message that says it is too large"),
            Case(body: [0, 0xff, 0xff, 0xff, 0xff], status: "8", why: "the largest length there is"),
            Case(body: [0, 0, 0, 0, 1, 0xff], status: "13", why: "a message that cannot be read"),
        ])
    func messages(_ c: Case) throws {
        let client = try client()
        client.send(.call(1, Self.path), .data(1, c.body))
        #expect(client.reply(1).status == "200")
        #expect(client.reply(1).grpcStatus == c.status)
        #expect(client.reply(1).isComplete)
        client.send(.call(3, Self.path), .data(3, [0, 0, 0, 0, 0]))
        #expect(client.reply(3).grpcStatus == "0", "the connection goes on")
    }

    @Test("a message as large as may be is read, one byte more is not", arguments: [0, 1])
    func size(_ excess: Int) throws {
        var limits = RequestLimits()
        limits.maximumBodyBytes = 1000
        let client = try client(limits: limits)
        // An unknown field fills the message.
        let filler = 1000 - 5 - 3 + excess
        let message = [0x12, UInt8(filler & 127 | 128), UInt8(filler >> 7)] + [UInt8](repeating: 0, count: filler)
        client.send(.call(1, Self.path), .data(1, HTTP2Client.framed(message)))
        #expect(client.reply(1).grpcStatus == (excess == 0 ? "0" : "8"))
    }

    @Test(
        "a call has the content type of calls",
        arguments: [
            ("application/grpc", "0"), ("application/grpc+proto", "0"), ("application/grpc;x=y", "0"),
            ("application/json", nil), ("application/grpcx", nil), ("application/grpc-web", nil), (nil, nil),
        ] as [(String?, String?)])
    func contentType(_ type: String?, _ status: String?) throws {
        let client = try client()
        client.send(
            .request(1, "POST", Self.path, ends: false, headers: type.map { [("content-type", $0)] } ?? []),
            .data(1, [0, 0, 0, 0, 0]))
        #expect(client.reply(1).grpcStatus == status)
        #expect(client.reply(1).status == (status == nil ? "415" : "200"))
    }

    @Test(
        "an unknown method is not implemented",
        arguments: ["/x.Y/Z", "/envoy.service.auth.v2.Authorization/Check", "/grpc.health.v1.Health/check", "/"])
    func unknownMethod(_ path: String) throws {
        let client = try client()
        client.send(.call(1, path))
        #expect(client.reply(1).grpcStatus == "12", "a conversation waits for an answer before it says all")
        #expect(client.reply(1).status == "404", "200 is an allow to an Envoy whose prefix is wrong")
        client.send(.data(1, [0, 0, 0, 0, 0]))
        #expect(client.reply(1).isComplete)
    }

    @Test(
        "nor is what is wrong with its head ever 200",
        arguments: [([("x", "a\u{1}b")], "400"), ((0..<201).map { ("x-\($0)", "") }, "431")])
    func unknownMethod(_ headers: [(String, String)], _ status: String) throws {
        let client = try client()
        client.send(.call(1, "/x.Y/Z", headers: headers))
        #expect(client.reply(1).status == status)
    }

    @Test("a message of another method than a check is short", arguments: ["Check", "Watch"])
    func shortMessage(_ name: String) throws {
        let message = { (count: Int) in
            [0x12, UInt8(count & 127 | 128), UInt8(count >> 7)] + [UInt8](repeating: 0, count: count)
        }
        let path = "/grpc.health.v1.Health/\(name)"
        #expect(try client().call(path, message(1021)).messages == [[8, 1]])
        let reply = try client().call(path, message(1022))
        #expect(reply.grpcStatus == "8")
    }

    @Test("a watch that cannot be read is an error, also on a stream that held much before")
    func unreadableWatch() throws {
        let client = try client()
        client.send(
            .request(1, "GET", "/check/", ends: true, headers: [("x-long", String(repeating: "a", count: 15_900))]))
        #expect(client.reply(1).isComplete)
        let message = HTTP2Client.framed([UInt8](repeating: 0xff, count: 1019))
        client.send(.call(3, "/grpc.health.v1.Health/Watch"), .data(3, message))
        #expect(client.reply(3).grpcStatus == "13")
        client.send(.call(5, Self.path), .data(5, [0, 0, 0, 0, 0]))
        #expect(client.reply(5).grpcStatus == "0")
    }

    @Test("a check over HTTP is none of these, though it has the content type of the call that it is about")
    func httpCheck() throws {
        let fixture = try CheckFixture(CheckFixture.allow("to: [{operation: {paths: [/a.B/C]}}]"))
        let status = { (path: String, headers: [(String, String)], ends: Bool) in
            let client = try HTTP2Client(fixture.responder)
            client.send(
                .request(
                    1, "POST", "/workload/prod/api/check\(path)", ends: ends,
                    headers: [("content-type", "application/grpc")] + headers))
            if !ends { client.advance(by: .seconds(13)) }
            return client.reply(1).status
        }
        #expect(try status("/a.B/C", [], true) == "200")
        #expect(try status("/a.B/D", [], true) == "403")
        #expect(try status("/a.B/C", (0..<201).map { ("x-\($0)", "") }, true) == "431")
        #expect(try status("/a.B/C\u{e9}", [], true) == "400")
        #expect(try status("/a.B/C", [], false) == "408")
    }

    @Test("a deadline of the caller changes nothing")
    func timeout() throws {
        let client = try client()
        client.send(.call(1, Self.path, headers: [("grpc-timeout", "1n")]), .data(1, [0, 0, 0, 0, 0]))
        #expect(client.reply(1).grpcStatus == "0")
    }

    @Test("a call that takes too long ends")
    func slow() throws {
        let client = try client()
        client.send(.call(1, Self.path), .data(1, [0], ends: false))
        client.advance(by: .seconds(13))
        #expect(client.reply(1).grpcStatus == "4")
    }

    @Test("too many headers end the call")
    func headers() throws {
        let client = try client()
        client.send(.call(1, Self.path, headers: (0..<201).map { ("x-\($0)", "") }), .data(1, [0, 0, 0, 0, 0]))
        #expect(client.reply(1).grpcStatus == "8")
    }

    @Test("over HTTP/1 there are no calls")
    func http1() throws {
        #expect(try CheckFixture("").ask("POST", Self.path).status == 404)
    }
}
