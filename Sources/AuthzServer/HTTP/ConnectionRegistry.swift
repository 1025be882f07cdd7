import NIOCore
import Synchronization

/// The open connections of a listener. A class because the connections and the server share it.
///
/// When it is almost full, those that have sent nothing for longest are asked to close, so that clients which only hold connections
/// do not keep others out.
final class ConnectionRegistry: Sendable {
    private struct Entry {
        var channel: any Channel
        var activity: ConnectionActivity
        /// What its last sign of life was when it was asked to close; a busy one stays.
        var askedAfter: NIODeadline?
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
        var nextSearch = NIODeadline.distantPast
    }

    private let maximum: Int
    private let minimumIdleTime: TimeAmount
    private let state = Mutex(State())

    /// How many places are made at once: looking at all connections costs time.
    private var reserve: Int { max(1, maximum / 16) }
    private static let searchInterval = TimeAmount.milliseconds(100)

    /// - Parameter minimumIdleTime: Who has sent something since is not asked to close.
    init(maximum: Int, minimumIdleTime: TimeAmount) {
        self.maximum = maximum
        self.minimumIdleTime = minimumIdleTime
    }

    /// - Returns: Where the connection is to note its signs of life; `nil` where it may not stay.
    func add(_ channel: any Channel, at now: NIODeadline) -> ConnectionActivity? {
        let id = ObjectIdentifier(channel)
        let (activity, idle) = state.withLock { state -> (ConnectionActivity?, [any Channel]) in
            let idle = takeIdle(from: &state, at: now)
            guard !state.isClosed, state.entries.count < maximum else { return (nil, idle) }
            let activity = ConnectionActivity(at: now)
            state.entries[id] = Entry(channel: channel, activity: activity)
            return (activity, idle)
        }
        for channel in idle { channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.closeIfIdle) }
        if activity != nil { channel.closeFuture.whenComplete { _ in self.remove(id) } }
        return activity
    }

    /// The connections to be asked to close, those that are idle for longest; none while there is room.
    private func takeIdle(from state: inout State, at now: NIODeadline) -> [any Channel] {
        guard state.entries.count >= maximum - reserve, now >= state.nextSearch else { return [] }
        state.nextSearch = now + Self.searchInterval
        var found: [(id: ObjectIdentifier, last: NIODeadline)] = []
        for (id, entry) in state.entries {
            let last = entry.activity.last
            if now - last >= minimumIdleTime, entry.askedAfter != last { found.append((id, last)) }
        }
        found.sort { $0.last < $1.last }
        return found.prefix(reserve).compactMap { id, last in
            state.entries[id]?.askedAfter = last
            return state.entries[id]?.channel
        }
    }

    private func remove(_ id: ObjectIdentifier) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.entries[id] = nil
            guard state.entries.isEmpty else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Admits nobody from here on.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    func send(_ event: ConnectionEvent) {
        for channel in all { channel.pipeline.fireUserInboundEventTriggered(event) }
    }

    func closeAll() {
        for channel in all { channel.close(promise: nil) }
    }

    private var all: [any Channel] { state.withLock { $0.entries.values.map(\.channel) } }

    var isEmpty: Bool { state.withLock { $0.entries.isEmpty } }

    /// Returns once there is no connection left, or its task is cancelled. For one caller at a time, after ``close()``.
    func waitUntilEmpty() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.entries.isEmpty || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
