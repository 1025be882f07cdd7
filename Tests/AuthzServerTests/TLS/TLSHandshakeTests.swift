import AuthzTestSupport
import NIOCore
import NIOEmbedded
import Testing

@testable import AuthzServer

@Suite struct TLSHandshakeTests {
    private let authority: TestAuthority
    private let own: TestAuthority.Certificate
    private let log = LogLines()

    init() throws {
        authority = try TestAuthority()
        own = try authority.issue("own", for: ["DNS:localhost"])
    }

    private func store(
        verifyingClients: Bool = true, clock: @escaping @Sendable () -> Int64 = WallClock.seconds
    ) throws -> TLSStore {
        let files = TLSFiles(
            certificate: own.certificate, key: own.key, clientAuthorities: verifyingClients ? authority.path : nil)
        return try TLSStore(files, clock: clock, logger: log.logger)
    }

    private static let frontend = "spiffe://cluster.local/ns/production/sa/frontend"

    @Test("the protocol is the one agreed on, and without one the first bytes tell")
    func protocols() throws {
        for protocols in [["http/1.1"], [], ["other"]] {
            let client = try TLSClient(store(verifyingClients: false))
            try client.greet(trusting: authority, protocols: protocols)
            #expect(client.askWho() == "untrusted -", "\(protocols)")
        }
        for protocols in [["h2"], ["http/1.1", "h2"], []] {
            let client = try TLSClient(store(verifyingClients: false))
            try client.greet(trusting: authority, protocols: protocols)
            let preface = String(decoding: TestFrame.preface, as: UTF8.self)
            let settings = String(decoding: TestFrame(.settings).bytes, as: UTF8.self)
            #expect(client.send(preface + settings).utf8.count > 9, "\(protocols): settings")
            #expect(client.isOpen)
        }
        let liar = try TLSClient(store(verifyingClients: false))
        try liar.greet(trusting: authority, protocols: ["h2"])
        #expect(!liar.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").contains("HTTP/1.1 200"))
    }

    struct Caller: Sendable, CustomTestStringConvertible {
        var names: [String], trusted: Set<String>, answer: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "a verified certificate is trusted, or one of those that are named",
        arguments: [
            Caller(names: ["URI:\(frontend)"], trusted: [], answer: "trusted \(frontend)", why: "any, by default"),
            Caller(names: [], trusted: [], answer: "trusted -", why: "one without names, too"),
            Caller(
                names: ["URI:\(frontend)"], trusted: [frontend], answer: "trusted \(frontend)", why: "its SPIFFE ID"),
            Caller(
                names: ["URI:\(frontend)"], trusted: ["\(frontend)2"], answer: "untrusted \(frontend)",
                why: "a longer name is another"),
            Caller(
                names: ["URI:\(frontend)2"], trusted: [frontend], answer: "untrusted \(frontend)2",
                why: "a name that begins alike is another"),
            Caller(
                names: ["DNS:Envoy.example", "DNS:b"], trusted: ["envoy.example"], answer: "trusted envoy.example",
                why: "a DNS name, in any case"),
            Caller(
                names: ["DNS:*.example"], trusted: ["envoy.example"], answer: "untrusted *.example",
                why: "a wildcard is no name of it"),
            Caller(
                names: ["DNS:b", "URI:spiffe://a/b", "URI:\(frontend)"], trusted: [frontend],
                answer: "trusted spiffe://a/b", why: "one of several"),
            Caller(names: [], trusted: [frontend], answer: "untrusted -", why: "none of none"),
            Caller(
                names: ["email:\(frontend.dropFirst(9))@x", "DNS:y"], trusted: [frontend], answer: "untrusted y",
                why: "a mail address is no name"),
        ])
    func callers(_ c: Caller) throws {
        var callers = TrustedCallers()
        callers.certificateNames = c.trusted
        let client = try TLSClient(store(), trustedCallers: callers)
        try client.greet(trusting: authority, with: authority.issue("client", for: c.names))
        #expect(client.askWho() == c.answer)
    }

    @Test("a certificate that does not hold is refused, and so is none")
    func refused() throws {
        let stranger = try TestAuthority("another")
        let names = ["URI:\(Self.frontend)"]
        let rows: [(TestAuthority.Certificate?, String)] = [
            (nil, "peer did not return a certificate"),
            (try stranger.issue("client", for: names), "certificate verify failed"),
            (try authority.issue("expired", for: names, days: -1), "certificate verify failed"),
            (try authority.issue("server", for: names, usage: "serverAuth"), "certificate verify failed"),
        ]
        for (certificate, reason) in rows {
            let client = try TLSClient(store())
            try client.greet(trusting: authority, with: certificate)
            #expect(client.askWho() == "", "\(reason)")
            #expect(!client.isOpen)
            #expect(log.take() == ["debug: TLS handshake failed: \(reason)"])
        }
        let client = try TLSClient(store())
        try client.greet(trusting: authority, with: authority.issue("good", for: names, usage: "clientAuth"))
        #expect(client.askWho() == "trusted \(Self.frontend)")
    }

    @Test("a certificate that has expired by our clock is refused though the handshake succeeds, as when it is resumed")
    func expiredSince() throws {
        let certificate = try authority.issue("client", for: ["URI:\(Self.frontend)"])
        let client = try TLSClient(store(clock: { WallClock.seconds() + 90_000 }))
        _ = log.take()
        try client.greet(trusting: authority, with: certificate)
        #expect(client.askWho() == "")
        #expect(log.take() == ["debug: TLS handshake failed: the client's certificate has expired"])
    }

    @Test("a connection is not used for longer than the certificate of its client is in time")
    func expiresLater() throws {
        let certificate = try authority.issue("client", for: ["URI:\(Self.frontend)"])
        // Ten minutes before the end of its day.
        let client = try TLSClient(store(clock: { WallClock.seconds() + 85_800 }))
        try client.greet(trusting: authority, with: certificate)
        #expect(client.askWho() == "trusted \(Self.frontend)")
        client.loop.advanceTime(by: .minutes(5))
        #expect(client.isOpen)
        #expect(client.askWho() == "trusted \(Self.frontend)")
        client.loop.advanceTime(by: .minutes(6))
        client.pump()
        #expect(!client.isOpen)
    }

    @Test("a certificate that nobody asked for makes nobody trusted")
    func unasked() throws {
        let client = try TLSClient(store(verifyingClients: false))
        try client.greet(trusting: authority, with: authority.issue("client", for: ["URI:\(Self.frontend)"]))
        #expect(client.askWho() == "untrusted -")
    }

    @Test("who does not end the handshake in time is disconnected", arguments: [0, 1, 5, 40])
    func silence(_ count: Int) throws {
        let client = try TLSClient(store())
        // The beginning of a ClientHello of 512 bytes.
        let hello: [UInt8] = [0x16, 3, 1, 2, 4, 1, 0, 2, 0, 3, 3]
        if count > 0 { client.send(raw: Array((hello + Array(repeating: 7, count: 40)).prefix(count))) }
        client.loop.advanceTime(by: .seconds(9))
        #expect(client.isOpen)
        client.loop.advanceTime(by: .seconds(3))
        #expect(!client.isOpen)
        #expect(log.take() == ["debug: TLS handshake failed: it took too long"])
    }

    @Test(
        "what is not TLS is disconnected at once",
        arguments: [
            Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), TestFrame.preface, Array(repeating: 0, count: 64),
            Array(repeating: 0xff, count: 64), [0x16, 3, 1, 0xff, 0xff] + Array(repeating: 0xff, count: 64),
        ])
    func garbage(_ bytes: [UInt8]) throws {
        let client = try TLSClient(store())
        client.send(raw: bytes)
        client.loop.advanceTime(by: .seconds(2))
        #expect(!client.isOpen)
    }

    @Test("when the server stops, a connection in its handshake is closed, and one that ends it meanwhile hears of it")
    func draining() throws {
        let silent = try TLSClient(store())
        silent.server.pipeline.fireUserInboundEventTriggered(ConnectionEvent.drain)
        silent.server.pipeline.fireUserInboundEventTriggered(ConnectionEvent.closeIfIdle)
        silent.loop.advanceTime(by: .seconds(2))
        #expect(!silent.isOpen)

        let late = try TLSClient(store(verifyingClients: false))
        late.server.pipeline.fireUserInboundEventTriggered(ConnectionEvent.drain)
        try late.greet(trusting: authority)
        #expect(late.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").contains("connection: close"))
    }
}
