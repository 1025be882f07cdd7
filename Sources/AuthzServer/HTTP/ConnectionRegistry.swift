import NIOCore
import Synchronization

/// The open connections of a listener. A class because the connections and the server share it.
///
/// When it is almost full, those that have sent nothing for longest are asked to close, so that clients which only hold connections
/// do not keep others out. One that does not close, as its client takes no answers or has something open, is closed.
final class ConnectionRegistry: Sendable {
    private struct Entry {
        var channel: any Channel
        var activity: ConnectionActivity
        /// When it was asked to close, and what its last sign of life was then.
        var asked: (at: NIODeadline, after: NIODeadline)?
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
        var nextSearch = NIODeadline.distantPast
    }

    private let maximum: Int
    private let minimumIdleTime: TimeAmount
    private let closingTime: TimeAmount
    private let state = Mutex(State())

    /// How many places are made at once: looking at all connections costs time.
    private var reserve: Int { max(1, maximum / 16) }
    private static let searchInterval = TimeAmount.milliseconds(100)

    /// - Parameters:
    ///   - minimumIdleTime: Who has sent something since is not asked to close.
    ///   - closingTime: How long one that is asked may take, unless it sends something.
    init(maximum: Int, minimumIdleTime: TimeAmount, closingTime: TimeAmount) {
        self.maximum = maximum
        self.minimumIdleTime = minimumIdleTime
        self.closingTime = closingTime
    }

    /// - Returns: Where the connection is to note its signs of life; `nil` where it may not stay.
    func add(_ channel: any Channel, at now: NIODeadline) -> ConnectionActivity? {
        let id = ObjectIdentifier(channel)
        let (activity, found) = state.withLock { state -> (ConnectionActivity?, Found) in
            let found = search(&state, at: now)
            guard !state.isClosed, state.entries.count < maximum else { return (nil, found) }
            let activity = ConnectionActivity(at: now)
            state.entries[id] = Entry(channel: channel, activity: activity)
            return (activity, found)
        }
        for channel in found.idle { channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.closeIfIdle) }
        for channel in found.overdue { channel.close(promise: nil) }
        if activity != nil { channel.closeFuture.whenComplete { _ in self.remove(id) } }
        return activity
    }

    private struct Found {
        /// To be asked to close.
        var idle: [any Channel] = []
        /// Those that were asked, and neither have closed nor sent anything in the time that there is for it.
        var overdue: [any Channel] = []
    }

    /// The connections that are idle for longest; none while there is room.
    private func search(_ state: inout State, at now: NIODeadline) -> Found {
        var found = Found()
        guard state.entries.count >= maximum - reserve, now >= state.nextSearch else { return found }
        state.nextSearch = now + Self.searchInterval
        var idle: [(id: ObjectIdentifier, last: NIODeadline)] = []
        for (id, entry) in state.entries {
            let last = entry.activity.last
            guard now - last >= minimumIdleTime else { continue }
            if let asked = entry.asked, asked.after == last {
                if now - asked.at >= closingTime { found.overdue.append(entry.channel) }
            } else {
                idle.append((id, last))
            }
        }
        idle.sort { $0.last < $1.last }
        found.idle = idle.prefix(reserve).compactMap { id, last in
            state.entries[id]?.asked = (now, last)
            return state.entries[id]?.channel
        }
        return found
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
