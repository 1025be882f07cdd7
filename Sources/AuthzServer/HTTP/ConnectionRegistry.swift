import NIOCore
import Synchronization

/// The open connections of a listener. A class because the connections and the server share it.
final class ConnectionRegistry: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
        /// When connections were last asked to make room.
        var asked = NIODeadline.distantPast
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let maximum: Int
    private let state = Mutex(State())

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// - Returns: Whether the connection may stay.
    func add(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let now = NIODeadline.now()
        let (isAdmitted, isFull) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            guard state.channels.count < maximum else {
                guard now - state.asked >= Self.pause else { return (false, false) }
                state.asked = now
                return (false, true)
            }
            state.channels[id] = channel
            return (true, false)
        }
        if isAdmitted { channel.closeFuture.whenComplete { _ in self.remove(id) } }
        // Too late for this one; its client will come again.
        if isFull { send(.makeRoom) }
        return isAdmitted
    }

    /// Between two times that all connections are asked to make room.
    private static let pause = TimeAmount.seconds(1)

    private func remove(_ id: ObjectIdentifier) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.channels[id] = nil
            guard state.channels.isEmpty else { return nil }
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

    private var all: [any Channel] { state.withLock { Array($0.channels.values) } }

    var isEmpty: Bool { state.withLock { $0.channels.isEmpty } }

    /// Returns once there is no connection left, or its task is cancelled. For one caller at a time, after ``close()``.
    func waitUntilEmpty() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.channels.isEmpty || Task.isCancelled { return true }
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
