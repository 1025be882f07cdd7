import NIOCore
import NIOEmbedded
import Testing

@testable import AuthzServer

@Suite struct UnreadBodyTests {
    @Test(
        "the body of a request that nobody reads takes no memory while it comes",
        arguments: [
            ("/check/a", false), ("/workload/prod/api/check/a", false), ("/nowhere", false), ("/v1/checks", false),
            ("/v1/check", true), ("/v1/explain", true), ("/access/v1/evaluation", true),
            ("/workload/prod/api/access/v1/evaluations", true),
        ])
    func memory(_ target: String, isRead: Bool) throws {
        let fixture = try CheckFixture("", defaultWorkload: "prod/api")
        let channel = EmbeddedChannel()
        try HTTP1Pipeline(
            responder: fixture.responder, on: channel.eventLoop, trustedCallers: TrustedCallers(),
            limits: RequestLimits()
        ).configure(channel)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        let size = 200 << 10
        let head = "POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n"
        try channel.writeInbound(ByteBuffer(string: head + String(repeating: "b", count: size - 1)))
        let handler = try channel.pipeline.syncOperations.handler(type: HTTP1Handler<CheckResponder>.self)
        #expect((handler.bodyCapacity >= size - 1) == isRead)
        #expect(handler.bodyCapacity < (isRead ? 4 * size : 1024))
        try channel.writeInbound(ByteBuffer(string: "b"))
        #expect(try channel.readOutbound(as: ByteBuffer.self) != nil)
        #expect(handler.bodyCapacity <= 16 << 10)
    }

    @Test(
        "but it is no longer than others may be",
        arguments: [(1 << 20, "HTTP/1.1 200"), ((1 << 20) + 1, "HTTP/1.1 413")])
    func limit(_ size: Int, _ status: String) throws {
        let fixture = try CheckFixture("", defaultWorkload: "prod/api")
        let channel = EmbeddedChannel()
        try HTTP1Pipeline(
            responder: fixture.responder, on: channel.eventLoop, trustedCallers: TrustedCallers(),
            limits: RequestLimits()
        ).configure(channel)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        let head = "POST /check/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunks = "\(String(size, radix: 16))\r\n\(String(repeating: "b", count: size))\r\n0\r\n\r\n"
        try channel.writeInbound(ByteBuffer(string: head + chunks))
        let answer = try #require(try channel.readOutbound(as: ByteBuffer.self))
        #expect(String(buffer: answer).hasPrefix(status))
    }
}
