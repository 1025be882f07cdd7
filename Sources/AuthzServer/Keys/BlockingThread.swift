import Synchronization

/// A thread of its own for what blocks: however many wait, nobody waits for another, and nobody has to wait to the end.
///
/// A class because the thread and who waits for it share it.
package final class BlockingThread<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var lastWait = 0
        /// By the number of the wait.
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Starts the thread. It is never joined: where nobody looks at its value, that is lost.
    package init(_ body: @escaping @Sendable () -> Value) throws(ThreadStartError) {
        try DetachedThread.start { self.end(with: body()) }
    }

    /// Runs what blocks on a thread of its own and waits for its end.
    ///
    /// - Returns: `nil` where the task is cancelled first: then nobody waits for the thread any more.
    package static func value(
        of body: @escaping @Sendable () -> Value
    ) async throws(ThreadStartError) -> Value? {
        let thread = try BlockingThread(body)
        await thread.waitForEnd()
        return thread.value
    }

    /// What the thread brought; `nil` while it runs.
    package var value: Value? { state.withLock { $0.value } }

    /// Returns once the thread has ended, the time has come, or the task is cancelled.
    package func wait(until time: ContinuousClock.Instant) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.waitForEnd() }
            group.addTask { try? await Task.sleep(until: time, clock: .continuous) }
            await group.next()
            group.cancelAll()
        }
    }

    private func end(with value: Value) {
        let waiters = state.withLock { state in
            state.value = value
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns once the thread has ended, or the task is cancelled.
    private func waitForEnd() async {
        let number = state.withLock { state in
            state.lastWait += 1
            return state.lastWait
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.value != nil || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}
