import NIOCore
import NIOEmbedded
import Testing

@testable import AuthzServer

@Suite struct ConnectionRegistryTests {
    /// Closes when it is asked to, unless it is busy. A class because NIO calls it by reference.
    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        let channel = EmbeddedChannel()
        var isBusy = false
        var askedCount = 0

        init() throws {
            try channel.pipeline.syncOperations.addHandler(self)
            try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case .closeIfIdle? = event as? ConnectionEvent else { return }
            askedCount += 1
            if !isBusy { context.close(promise: nil) }
        }
    }

    /// 16 places, of which one is made at a time.
    private let registry = ConnectionRegistry(
        maximum: 16, minimumIdleTime: .seconds(1), closingTime: .seconds(5))

    private static func time(_ milliseconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(1_000_000_000_000) + .milliseconds(milliseconds)
    }

    private func fill(_ count: Int) throws -> [(connection: Connection, activity: ConnectionActivity)] {
        try (0..<count).map { index in
            let connection = try Connection()
            let activity = try #require(registry.add(connection.channel, at: Self.time(Int64(index))))
            return (connection, activity)
        }
    }

    /// Adds one more, and lets those end that are asked to.
    private func add(
        at milliseconds: Int64, beside held: [(connection: Connection, activity: ConnectionActivity)]
    ) throws -> ConnectionActivity? {
        let activity = registry.add(try Connection().channel, at: Self.time(milliseconds))
        for (connection, _) in held { connection.channel.embeddedEventLoop.run() }
        return activity
    }

    @Test("the last place is not taken before the connection that idles longest is asked to close")
    func longestIdle() throws {
        let held = try fill(15)
        #expect(held.allSatisfy { $0.connection.askedCount == 0 })
        held[0].activity.note(at: Self.time(4000))
        #expect(try add(at: 5000, beside: held) != nil)
        #expect(held.map(\.connection.askedCount) == [0, 1] + Array(repeating: 0, count: 13))
        #expect(!held[1].connection.channel.isActive)
        #expect(try add(at: 6000, beside: held) != nil, "so there is room for everybody")
        #expect(held[2].connection.askedCount == 1)
    }

    @Test("one that is busy stays, and is not asked again before it has sent something")
    func busy() throws {
        let held = try fill(15)
        held[0].connection.isBusy = true
        let others = try [5000, 6000, 7000].map { try add(at: $0, beside: held) }
        #expect(others.map { $0 != nil } == [true, false, true], "where nobody has gone there is no place")
        #expect(held[0].connection.askedCount == 1 && held[0].connection.channel.isActive)
        #expect(held[1].connection.askedCount == 1 && !held[1].connection.channel.isActive)
        for activity in held.map(\.activity) + others.compactMap(\.self) { activity.note(at: Self.time(20_000)) }
        held[0].activity.note(at: Self.time(9000))
        _ = try add(at: 11_000, beside: held)
        #expect(held[0].connection.askedCount == 2)
    }

    @Test("one that does not close when it is asked is closed some time later, unless it has sent something")
    func overdue() throws {
        let held = try fill(16)
        for (connection, _) in held { connection.isBusy = true }
        _ = try add(at: 5000, beside: held)
        _ = try add(at: 5200, beside: held)
        #expect(held[0].connection.askedCount == 1 && held[1].connection.askedCount == 1)
        held[1].activity.note(at: Self.time(5300))
        #expect(try add(at: 9900, beside: held) == nil)
        #expect(held.allSatisfy { $0.connection.channel.isActive }, "the time is not up")
        _ = try add(at: 10_100, beside: held)
        #expect(held.map(\.connection.channel.isActive) == [false] + Array(repeating: true, count: 15))
        #expect(try add(at: 10_300, beside: held) != nil)
    }

    @Test("where all are in use, a new one is refused")
    func full() throws {
        let held = try fill(16)
        #expect(try add(at: 900, beside: held) == nil)
        #expect(held.allSatisfy { $0.connection.askedCount == 0 }, "none has idled for a second")
    }

    @Test("not every new connection makes all be looked at")
    func searches() throws {
        let held = try fill(15)
        for (connection, _) in held { connection.isBusy = true }
        for offset in 0..<10 { _ = try add(at: 5000 + Int64(offset), beside: held) }
        #expect(held.map(\.connection.askedCount).reduce(0, +) == 1)
    }
}
