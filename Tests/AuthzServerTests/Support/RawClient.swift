import NIOCore
import NIOPosix

/// A connection that sends bytes as they are.
struct RawClient: Sendable {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Connects for as long as `body` runs.
    static func run(
        port: Int,
        _ body: (
            inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, NIOAsyncChannelOutboundWriter<ByteBuffer>
        ) async throws -> Void
    ) async throws {
        try await run(to: SocketAddress(ipAddress: "127.0.0.1", port: port), body)
    }

    /// Connects for as long as `body` runs.
    static func run(
        to address: SocketAddress,
        _ body: (
            inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, NIOAsyncChannelOutboundWriter<ByteBuffer>
        ) async throws -> Void
    ) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        var isDone = false
        do {
            try await channel.executeThenClose { inbound, outbound in
                var iterator = inbound.makeAsyncIterator()
                try await body(&iterator, outbound)
                isDone = true
            }
        } catch let error as ChannelError where isDone {
            // The server may close the connection first.
            guard error == .ioOnClosedChannel || error == .alreadyClosed else { throw error }
        }
    }

    /// Sends one request on a connection of its own and reads the answer to its end.
    static func exchange(_ request: String, port: Int) async throws -> String {
        try await exchange(request, with: SocketAddress(ipAddress: "127.0.0.1", port: port))
    }

    /// Sends one request on a connection of its own and reads the answer to its end.
    static func exchange(_ request: String, with address: SocketAddress) async throws -> String {
        var text = ""
        try await run(to: address) { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            while let buffer = try await inbound.next() { text += String(buffer: buffer) }
        }
        return text
    }

    /// Reads until the text ends like this.
    static func read(
        _ inbound: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, until end: String
    ) async throws -> String {
        var text = ""
        while !text.hasSuffix(end), let buffer = try await inbound.next() { text += String(buffer: buffer) }
        return text
    }
}
