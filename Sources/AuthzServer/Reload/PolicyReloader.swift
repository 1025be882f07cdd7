import AuthzCore
import AuthzEngine
package import Logging
import ServiceLifecycle

/// Loads the policies again when their files change or somebody asks, and puts them in force whole or not at all.
///
/// It looks at the files from time to time and does not ask the kernel for events: those follow neither the links of a Kubernetes
/// mount nor a network file system. Looking, reading and compiling have threads of their own: no event loop waits for them, nor
/// does the end of the server.
package struct PolicyReloader<Requests: AsyncSequence & Sendable>: Service where Requests.Failure == Never {
    private enum Event: Sendable {
        case time
        case request
        /// `nil` where no thread could be had to look.
        case looked(ReloadInputs.Stamp?)
        case loaded(Attempt)
    }

    /// A load, and what the files looked like before and after it.
    private struct Attempt: Sendable {
        /// `nil` where no thread could be had.
        var stamps: (before: ReloadInputs.Stamp, after: ReloadInputs.Stamp)?
        var result: Result<PolicyLoad, InputError>
    }

    /// How often files are looked at.
    package struct Timing: Sendable {
        package var interval: Duration = .seconds(1)
        /// How long files must not have changed before they are loaded: a file that is written in place is for a moment a part of
        /// what it will be.
        package var rest: Duration = .seconds(1)

        package init() {}
    }

    private let inputs: ReloadInputs
    private let stamp: ReloadInputs.Stamp
    private let load: PolicyLoad.Loader
    private let store: SnapshotStore
    private let keys: KeyKeeper?
    private let board: ReloadBoard
    private let timing: Timing
    private let requests: Requests
    private let logger: Logger

    /// - Parameters:
    ///   - stamp: Of the inputs, taken before the policies in force were read.
    ///   - keys: Told of the sources of new policies.
    ///   - requests: Whatever comes asks for a load at once, such as a signal.
    package init(
        inputs: ReloadInputs, stamp: ReloadInputs.Stamp, load: @escaping PolicyLoad.Loader, store: SnapshotStore,
        keys: KeyKeeper?, board: ReloadBoard, timing: Timing = Timing(), requests: Requests, logger: Logger
    ) {
        self.inputs = inputs
        self.stamp = stamp
        self.load = load
        self.store = store
        self.keys = keys
        self.board = board
        self.timing = timing
        self.requests = requests
        self.logger = logger
    }

    /// Returns when its task is cancelled or the group shuts down gracefully; a load under way is left, and has no effect.
    package func run() async throws {
        let (events, event) = AsyncStream.makeStream(of: Event.self)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await _ in requests { event.yield(.request) }
                }
                var state = ReloadState(stamp: stamp)
                event.yield(.time)
                for await next in events {
                    if Task.isCancelled { break }
                    switch next {
                    case .time: group.addTask { event.yield(.looked(await look())) }
                    case .request:
                        if state.requested() == .load { start(in: &group, event) }
                    case .looked(let stamp):
                        let action = stamp.map { state.looked($0, isChange: isChange) } ?? .wait
                        if action == .load { start(in: &group, event) }
                        // One timer at a time: only a look that has ended starts the next.
                        let delay = action == .waitForRest ? timing.rest : timing.interval
                        group.addTask {
                            try? await Task.sleep(for: delay)
                            event.yield(.time)
                        }
                    case .loaded(let attempt):
                        if take(attempt, &state) == .load { start(in: &group, event) }
                    }
                }
                group.cancelAll()
            }
        }
    }

    private func isChange(_ before: ReloadInputs.Stamp, _ now: ReloadInputs.Stamp) -> Bool {
        board.current.problem == nil ? !before.hasSamePolicies(as: now) : before != now
    }

    private func look() async -> ReloadInputs.Stamp? {
        do throws(ThreadStartError) {
            return try await BlockingThread.value(of: { [inputs] in inputs.stamp })
        } catch {
            return nil
        }
    }

    private func start(in group: inout DiscardingTaskGroup, _ event: AsyncStream<Event>.Continuation) {
        group.addTask {
            if let attempt = await attempt() { event.yield(.loaded(attempt)) }
        }
    }

    /// - Returns: `nil` where the task was cancelled first.
    private func attempt() async -> Attempt? {
        let previous = store.current.point.policySet
        do throws(ThreadStartError) {
            return try await BlockingThread.value(of: { [inputs, load] in
                let before = inputs.stamp
                let result = Result { () throws(InputError) in try load(previous) }
                return Attempt(stamps: (before, inputs.stamp), result: result)
            })
        } catch {
            return Attempt(stamps: nil, result: .failure(inputs.problem("\(error)")))
        }
    }

    private func take(_ attempt: Attempt, _ state: inout ReloadState<ReloadInputs.Stamp>)
        -> ReloadState<ReloadInputs.Stamp>.Action
    {
        if let stamps = attempt.stamps, !stamps.before.hasSamePolicies(as: stamps.after) {
            if state.changedMeanwhile(stamps.after) {
                note(inputs.changesTooOften, isRetry: state.isRetry)
            }
            return .wait
        }
        switch attempt.result {
        case .success(let loaded):
            let snapshot = store.replace(with: loaded.snapshot)
            keys?.adopt(snapshot)
            // Whoever sees the status finds the log complete.
            ReloadLog(logger: logger).succeeded(snapshot, warnings: loaded.warnings)
            board.update { $0.succeeded(at: .now) }
            return state.finished(attempt.stamps?.before, isToRetry: false)
        case .failure(let error):
            note(error, isRetry: state.isRetry)
            // It may be that too many files were open, or that a network was away: the files do not tell when that has passed.
            let isToRetry = error.diagnostics.contains { $0.severity == .error && $0.code == .unreadableInput }
            return state.finished(attempt.stamps?.before, isToRetry: isToRetry)
        }
    }

    private func note(_ error: InputError, isRetry: Bool) {
        // What is tried again and again is said once.
        if !isRetry || board.current.problem != ReloadStatus.Problem(error) {
            ReloadLog(logger: logger).failed(error, inForce: store.current)
        }
        board.update { $0.failed(error) }
    }
}
