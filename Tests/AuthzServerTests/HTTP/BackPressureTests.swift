import Foundation
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import AuthzServer

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

    /// A client that takes nothing until it is told to: the channel is full beyond 64 KiB, and says so from within the write.
    private final class FullSocket: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let channel: EmbeddedChannel
        var bytes = ""
        private var heldBytes = 0

        init(_ channel: EmbeddedChannel) {
            self.channel = channel
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            let buffer = unwrapOutboundIn(data)
            bytes += String(buffer: buffer)
            heldBytes += buffer.readableBytes
            promise?.succeed()
            guard heldBytes > 64 << 10, channel.isWritable else { return }
            channel.isWritable = false
            context.fireChannelWritabilityChanged()
        }

        func take() {
            heldBytes = 0
            channel.isWritable = true
            channel.pipeline.fireChannelWritabilityChanged()
        }
    }

    private func scene(_ limits: RequestLimits = RequestLimits()) throws -> (EmbeddedChannel, FullSocket) {
        let channel = EmbeddedChannel()
        let socket = FullSocket(channel)
        try channel.pipeline.syncOperations.addHandler(socket)
        try HTTP1Pipeline(
            responder: EchoResponder(), on: channel.eventLoop, trustedCallers: TrustedCallers(), limits: limits
        ).configure(channel)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        return (channel, socket)
    }

    private static func requests(_ count: Int) -> ByteBuffer {
        ByteBuffer(string: String(repeating: "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", count: count))
    }

    @Test("what comes in one piece is answered as far as the client takes the answers, and then on")
    func pipelined() throws {
        let (channel, socket) = try scene()
        let count = 10_000
        try channel.writeInbound(Self.requests(count))
        #expect(socket.bytes.utf8.count < 256 << 10)
        // What comes meanwhile waits its turn.
        try channel.writeInbound(Self.requests(1))
        #expect(socket.bytes.utf8.count < 256 << 10)
        var last = 0
        while socket.bytes.utf8.count > last {
            last = socket.bytes.utf8.count
            socket.take()
            #expect(socket.bytes.utf8.count - last < 256 << 10)
        }
        #expect(socket.bytes.components(separatedBy: "HTTP/1.1 200").count == count + 2)
        let handler = try channel.pipeline.syncOperations.handler(type: HTTP1Handler<EchoResponder>.self)
        #expect(handler.keptCapacity < 32 << 10)
        #expect(handler.unreadCapacity < 32 << 10)
    }

    @Test("a request that waits for that is answered when the server stops, and no further one")
    func drain() throws {
        let (channel, socket) = try scene()
        try channel.writeInbound(Self.requests(3000))
        let before = socket.bytes.components(separatedBy: "HTTP/1.1 200").count
        channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.drain)
        channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.closeIfIdle)
        #expect(channel.isActive)
        socket.take()
        #expect(socket.bytes.components(separatedBy: "HTTP/1.1 200").count == before + 1)
        #expect(socket.bytes.components(separatedBy: "connection: close").count == 2)
    }

    @Test(
        "who takes no answers for four times as long as a request may take is disconnected", arguments: [true, false])
    func unread(_ isFull: Bool) throws {
        var limits = RequestLimits()
        limits.requestTimeout = .seconds(10)
        let (channel, socket) = try scene(limits)
        try channel.writeInbound(Self.requests(3000))
        channel.embeddedEventLoop.advanceTime(by: .seconds(30))
        #expect(channel.isActive)
        if !isFull { socket.take() }
        channel.embeddedEventLoop.advanceTime(by: .seconds(20))
        #expect(channel.isActive != isFull)
    }

    @Test("a large head, or large answers, leave no memory behind")
    func memory() throws {
        let (channel, _) = try scene()
        let handler = try channel.pipeline.syncOperations.handler(type: HTTP1Handler<EchoResponder>.self)
        let large = "GET /a HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: 60_000))\r\n\r\n"
        try channel.writeInbound(ByteBuffer(string: large))
        #expect(handler.keptCapacity < 32 << 10)
        try channel.writeInbound(Self.requests(500))
        #expect(handler.keptCapacity < 32 << 10)
    }
}
