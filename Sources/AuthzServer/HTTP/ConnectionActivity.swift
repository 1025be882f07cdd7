import NIOCore
import Synchronization

/// When a connection last sent something. A class because its event loop writes what ``ConnectionRegistry`` reads.
final class ConnectionActivity: Sendable {
    private let nanoseconds: Atomic<UInt64>

    init(at now: NIODeadline) {
        nanoseconds = Atomic(now.uptimeNanoseconds)
    }

    /// On a clock that nobody sets.
    var last: NIODeadline { .uptimeNanoseconds(nanoseconds.load(ordering: .relaxed)) }

    func note(at now: NIODeadline) {
        nanoseconds.store(now.uptimeNanoseconds, ordering: .relaxed)
    }
}

/// Notes when bytes come, whatever they are, until a codec does. A class because NIO calls it by reference.
final class ConnectionActivityHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let activity: ConnectionActivity

    init(_ activity: ConnectionActivity) {
        self.activity = activity
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        activity.note(at: context.eventLoop.now)
        context.fireChannelRead(data)
    }
}
