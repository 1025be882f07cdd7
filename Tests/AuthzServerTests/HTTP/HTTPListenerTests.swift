import AuthzServer
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(2))) struct HTTPListenerTests {
    private func open(_ limits: RequestLimits = RequestLimits(), port: Int = 0) async throws(ListenError)
        -> HTTPListener
    {
        try await HTTPListener.open(
            ListenAddress(host: "127.0.0.1", port: port), on: MultiThreadedEventLoopGroup.singleton,
            responder: EchoResponder(), trustedCallers: TrustedCallers(), limits: limits)
    }

    @Test("a free port is chosen and named")
    func freePort() async throws {
        let listener = try await open()
        #expect(listener.address.port > 0)
        let answer = try await RawClient.exchange(
            "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", port: listener.address.port)
        #expect(answer.hasSuffix("GET /a"))
        await listener.drain(within: .seconds(5))
    }

    @Test("a port in use is named")
    func portInUse() async throws {
        let listener = try await open()
        let address = listener.address
        let error = await #expect(throws: ListenError.self) { try await open(port: address.port) }
        #expect(error == .portInUse(address))
        #expect(error?.description == "cannot listen on `127.0.0.1:\(address.port)`: the port is in use")
        await listener.drain(within: .seconds(5))
    }

    @Test("an address of another host is named")
    func foreignAddress() async throws {
        let address = ListenAddress(host: "192.0.2.1", port: 0)
        await #expect(throws: ListenError.addressNotAvailable(address)) {
            try await HTTPListener.open(
                address, on: MultiThreadedEventLoopGroup.singleton, responder: EchoResponder(),
                trustedCallers: TrustedCallers(),
                limits: RequestLimits())
        }
    }

    @Test("a request that is being received when the server stops is answered, and its connection closed")
    func drain() async throws {
        let listener = try await open()
        try await RawClient.run(port: listener.address.port) { inbound, outbound in
            // The interim answer shows that the server has begun to receive.
            try await outbound.write(
                ByteBuffer(string: "POST /1 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"))
            #expect(try await RawClient.read(&inbound, until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            async let drained: Void = listener.drain(within: .seconds(300))
            try await eventually("nobody is accepted any more") { await !accepts(listener.address.port) }
            try await outbound.write(ByteBuffer(string: "body"))
            let answer = try await RawClient.read(&inbound, until: "POST /1 body")
            #expect(answer.contains("connection: close"))
            #expect(try await inbound.next() == nil)
            await drained
        }
    }

    /// Answers each request with much.
    private struct LargeResponder: RequestResponder {
        static let body = [UInt8](repeating: UInt8(ascii: "x"), count: 16 << 20)

        func makeLoopState() -> sending Int { 0 }

        func respond(to intake: inout RequestIntake, in loop: inout Int, with answer: inout Answer) {
            answer.begin(status: 200)
            answer.setBody(.text) { $0.append(contentsOf: Self.body) }
        }
    }

    @Test(
        "an answer that its client has not read yet is not cut when the server stops",
        arguments: ["keep-alive", "close"])
    func unreadAnswer(connection: String) async throws {
        let listener = try await HTTPListener.open(
            ListenAddress(host: "127.0.0.1", port: 0), on: MultiThreadedEventLoopGroup.singleton,
            responder: LargeResponder(), trustedCallers: TrustedCallers(), limits: RequestLimits())
        try await RawClient.run(port: listener.address.port) { inbound, outbound in
            try await outbound.write(
                ByteBuffer(string: "GET / HTTP/1.1\r\nHost: x\r\nConnection: \(connection)\r\n\r\n"))
            var count = try await inbound.next()?.readableBytes ?? 0
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await listener.drain(within: .seconds(300)) }
                // As long as connections were once given: what is cut, is cut by then. Who is slow here only misses that.
                group.addTask { try await Task.sleep(for: .milliseconds(1500)) }
                try await group.next()
                while let buffer = try await inbound.next() { count += buffer.readableBytes }
                try await group.waitForAll()
            }
            #expect(count > LargeResponder.body.count)
        }
    }

    @Test("a request that does not end is left at the time limit")
    func drainTimeout() async throws {
        let listener = try await open()
        try await RawClient.run(port: listener.address.port) { inbound, outbound in
            try await outbound.write(ByteBuffer(string: "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"))
            _ = try await RawClient.read(&inbound, until: "GET /1")
            try await outbound.write(ByteBuffer(string: "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"))
            await listener.drain(within: .milliseconds(20))
            _ = try? await inbound.next()
        }
        #expect(await !accepts(listener.address.port))
    }

    @Test("connections above the limit are closed at once")
    func tooMany() async throws {
        var limits = RequestLimits()
        limits.maximumConnections = 1
        limits.minimumIdleTime = .seconds(3600)
        let listener = try await open(limits)
        let port = listener.address.port
        try await RawClient.run(port: port) { inbound, outbound in
            try await outbound.write(ByteBuffer(string: "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"))
            _ = try await RawClient.read(&inbound, until: "GET /1")
            let second = try? await RawClient.exchange("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
            #expect(second ?? "" == "")
        }
        await listener.drain(within: .seconds(5))
    }

    private func accepts(_ port: Int) async -> Bool {
        do {
            try await RawClient.run(port: port) { _, _ in }
            return true
        } catch { return false }
    }
}
