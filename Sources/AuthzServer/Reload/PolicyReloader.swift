import AuthzCore
import AuthzEngine
package import Logging
import ServiceLifecycle

/// Loads the policies again when their files change or somebody asks, and puts them in force whole or not at all.
///
/// It looks at the files from time to time and does not ask the kernel for events: those follow neither the links of a Kubernetes
/// mount nor a network file system. Reading and compiling have a thread of their own, so no event loop waits for them.
package struct PolicyReloader<Requests: AsyncSequence & Sendable>: Service where Requests.Failure == Never {
    private enum Event: Sendable { case time, request }

    /// How often files are looked at.
    package struct Timing: Sendable {
        package var interval: Duration = .seconds(1)
        /// While they change.
        package var shortInterval: Duration = .milliseconds(200)

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

    /// Returns when its task is cancelled or the group shuts down gracefully; a load under way is waited for and has no effect.
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
                    var delay: Duration?
                    switch next {
                    case .time: delay = await look(&state)
                    case .request: await reload(state.requested(await look()), &state)
                    }
                    if Task.isCancelled { break }
                    // One timer at a time: only what came of the last one starts the next.
                    guard let delay else { continue }
                    group.addTask {
                        try? await Task.sleep(for: delay)
                        event.yield(.time)
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// - Returns: When to look again.
    private func look(_ state: inout ReloadState<ReloadInputs.Stamp>) async -> Duration {
        let isRefused = board.current.problem != nil
        let action = state.looked(await look()) { before, now in
            isRefused ? before != now : before.policies != now.policies
        }
        switch action {
        case .wait: return timing.interval
        case .waitBriefly: return timing.shortInterval
        case .load:
            await reload(.load, &state)
            return timing.interval
        }
    }

    private func look() async -> ReloadInputs.Stamp {
        do {
            return try await BlockingCall.run { [inputs] in inputs.stamp }
        } catch {
            return inputs.stamp
        }
    }

    private func reload(
        _ action: ReloadState<ReloadInputs.Stamp>.Action?, _ state: inout ReloadState<ReloadInputs.Stamp>
    ) async {
        var action = action
        while action == .load, !Task.isCancelled {
            await loadOnce()
            action = state.finished()
        }
    }

    private func loadOnce() async {
        let log = ReloadLog(logger: logger)
        let previous = store.current
        do {
            let loaded = try await BlockingCall.run { [load] in try load(previous.point.policySet) }
            if Task.isCancelled { return }
            let snapshot = store.replace(with: loaded.snapshot)
            keys?.adopt(snapshot)
            board.update { $0.succeeded(at: .now) }
            log.succeeded(snapshot, warnings: loaded.warnings)
        } catch {
            // A thread that cannot be started is a problem of this host, and looks like one of the input.
            let place = SourceLocation(file: inputs.policies.first ?? "", line: 1, column: 1)
            let problem =
                error as? InputError ?? InputError([Diagnostic(.error, .unreadableInput, at: place, "\(error)")])
            board.update { $0.failed(problem) }
            log.failed(problem, inForce: store.current)
        }
    }
}
