import NIOCore
import NIOEmbedded

@testable import AuthzServer

/// An HTTP/2 connection to a responder on an embedded channel. A class because it holds one.
final class HTTP2Client {
    let loop = EmbeddedEventLoop()
    let channel: EmbeddedChannel
    let reader = HTTP2Reader()

    /// - Parameter greets: Whether the preface and the client's SETTINGS are sent.
    init(_ responder: some RequestResponder, limits: RequestLimits = RequestLimits(), greets: Bool = true) throws {
        channel = EmbeddedChannel(loop: loop)
        try ConnectionPipeline(responder: responder, on: loop, trustedProxies: [], limits: limits).configure(channel)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        if greets { send(bytes: TestFrame.greeting) }
    }

    func send(_ frames: TestFrame...) {
        send(bytes: frames.flatMap(\.bytes))
    }

    /// Writes bytes as they come from a socket, and reads what was answered so far.
    func send(bytes: [UInt8]) {
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        receive()
    }

    func receive() {
        while let buffer = try? channel.readOutbound(as: ByteBuffer.self) {
            reader.read(Array(buffer.readableBytesView))
        }
    }

    func advance(by time: TimeAmount) {
        loop.advanceTime(by: time)
        receive()
    }

    func tell(_ event: ConnectionEvent) {
        channel.pipeline.fireUserInboundEventTriggered(event)
        receive()
    }

    func reply(_ stream: UInt32) -> HTTP2Reader.Reply { reader.replies[stream] ?? HTTP2Reader.Reply() }

    /// Makes a unary call with one message.
    func call(_ path: String, _ message: [UInt8], stream: UInt32 = 1) -> HTTP2Reader.Reply {
        send(.call(stream, path), .data(stream, Self.framed(message)))
        return reply(stream)
    }

    /// A message behind its prefix.
    static func framed(_ message: [UInt8]) -> [UInt8] {
        [0] + (0..<4).map { UInt8(truncatingIfNeeded: message.count >> (24 - 8 * $0)) } + message
    }
}
