import NIOCore
import NIOEmbedded
import Testing

@testable import AuthzServer

@Suite struct ConnectionRegistryTests {
    /// Keeps the events of its channel. A class because NIO calls it by reference.
    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var events: [ConnectionEvent] = []

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ConnectionEvent { events.append(event) }
        }
    }

    @Test("a connection that finds no room asks the others for some, and the next one may stay")
    func full() throws {
        let registry = ConnectionRegistry(maximum: 2)
        let listener = Listener()
        let first = EmbeddedChannel(handler: listener)
        #expect(registry.add(first))
        #expect(registry.add(EmbeddedChannel()))
        #expect(listener.events.isEmpty)
        #expect(!registry.add(EmbeddedChannel()))
        #expect(listener.events == [.makeRoom])
        #expect(!registry.add(EmbeddedChannel()), "and is not asked for each")
        try first.close().wait()
        first.embeddedEventLoop.run()
        #expect(registry.add(EmbeddedChannel()))
    }

    @Test("over HTTP/1, too, who has not asked for long goes where others find no room")
    func http1() throws {
        let client = try HTTP2Client(EchoResponder(), greets: false)
        let request = ByteBuffer(string: "GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try? client.channel.writeInbound(request)
        client.channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.makeRoom)
        #expect(client.channel.isActive)
        client.loop.advanceTime(by: .seconds(59))
        client.channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.makeRoom)
        #expect(client.channel.isActive)
        client.loop.advanceTime(by: .seconds(2))
        client.channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.makeRoom)
        #expect(!client.channel.isActive)
    }
}
