import AuthzServer
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(2))) struct BackPressureTests {
    @Test("a client that sends much and reads late gets every answer")
    func lateReader() async throws {
        let listener = try await HTTPListener.open(
            ListenAddress(host: "127.0.0.1", port: 0), on: MultiThreadedEventLoopGroup.singleton,
            responder: EchoResponder(), trustedCallers: TrustedCallers(), limits: RequestLimits())
        let count = 20_000
        try await RawClient.run(port: listener.address.port) { inbound, outbound in
            let batch = String(repeating: "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", count: count)
            async let sent: Void = outbound.write(ByteBuffer(string: batch))
            var answers = 0
            while answers < count, let buffer = try await inbound.next() {
                answers += buffer.readableBytesView.count { $0 == UInt8(ascii: "G") }
            }
            try await sent
            #expect(answers == count)
        }
        await listener.drain(within: .seconds(5))
    }
}
