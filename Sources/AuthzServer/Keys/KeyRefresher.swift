package import Logging
import ServiceLifecycle

/// Fetches each key set at start and again on its schedule, until the server stops.
///
/// Each source has a task of its own and each fetch a thread of its own, so one issuer does not delay another, however many stall,
/// and nothing about a request waits for the network.
package struct KeyRefresher: Service {
    /// The least time that a fetch gets, however near the end of the keys held is.
    private static let shortestFetch = Duration.seconds(1)

    private let sources: [RemoteKeySource]
    private let schedule: KeySchedule
    private let fetcher: DocumentFetcher
    private let sink: any KeySetSink
    private let demand: KeyDemand
    private let board: KeyStatusBoard
    private let logger: Logger

    /// - Parameters:
    ///   - sink: Knows the sources by their place in this list.
    ///   - demand: Knows them by ``RemoteKeySource/index``.
    ///   - board: Holds a status for each source, in this order, and maybe others behind them.
    package init(
        sources: [RemoteKeySource], schedule: KeySchedule, fetcher: DocumentFetcher, sink: any KeySetSink,
        demand: KeyDemand, board: KeyStatusBoard, logger: Logger
    ) {
        self.sources = sources
        self.schedule = schedule
        self.fetcher = fetcher
        self.sink = sink
        self.demand = demand
        self.board = board
        self.logger = logger
    }

    /// Returns when its task is cancelled or the group shuts down gracefully; a fetch under way is given up then.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            let cancellation = CancellationFlag()
            await withTaskCancellationHandler {
                await withDiscardingTaskGroup { group in
                    for index in sources.indices {
                        group.addTask { await keepFresh(index, cancellation: cancellation) }
                    }
                    group.addTask { await sleepUntilCancelled() }
                }
            } onCancel: {
                cancellation.set()
            }
        }
    }

    /// A service that returns early would end its group.
    private func sleepUntilCancelled() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    }

    private func keepFresh(_ index: Int, cancellation: CancellationFlag) async {
        let clock = ContinuousClock()
        var state = KeySourceState(schedule: schedule, now: clock.now)
        var memory = KeySetMemory()
        while !Task.isCancelled {
            let now = clock.now
            if demand.take(sources[index].index) { state.keyWanted(at: now) }
            switch state.tick(at: now) {
            case .wait(let due):
                board.update(index) { $0.nextFetch = state.nextFetch }
                // Where no token could bring the fetch forward, there is nothing to look for.
                let look = state.earliestRefetch.map { max($0, now.advanced(by: schedule.lookInterval)) } ?? due
                try? await clock.sleep(until: min(due, look))
            case .dropKeys:
                memory = KeySetMemory()
                drop(index)
            case .fetch:
                let limit = state.end.map { max($0 - now, Self.shortestFetch) }
                let outcome = await fetch(index, &memory, within: limit, cancellation: cancellation)
                if Task.isCancelled { return }
                // What was wanted until now is in the answer, or the next token asks again.
                _ = demand.take(sources[index].index)
                note(outcome, of: index, in: &state, now: clock.now)
            case nil: return
            }
        }
    }

    /// What became of one fetch.
    private enum Outcome {
        case installed(keys: Int, remarks: [String], lifetime: Duration?)
        /// The set held is still right. It stays the very same object, so that verified tokens stay remembered.
        case confirmed(lifetime: Duration?)
        case failed(reason: String)
    }

    /// - Parameter limit: When the keys held will be too old: a fetch that waits must not put that off.
    private func fetch(
        _ index: Int, _ memory: inout KeySetMemory, within limit: Duration?, cancellation: CancellationFlag
    ) async -> Outcome {
        var source = sources[index]
        if let limit { source.timeout = min(source.timeout, limit) }
        let download = KeySetDownload(fetcher: fetcher, cancellation: cancellation)
        let before = memory
        do {
            let (entry, after) = try await BlockingThread.run { [source] in
                var memory = before
                let entry = try download.keySet(from: source, memory: &memory)
                return (entry, memory)
            }
            memory = after
            let lifetime = CacheLifetime.lifetime(of: entry.document.headers)
            if let known = memory.keySet, known.document.body == entry.document.body {
                memory.keySet = entry
                return .confirmed(lifetime: lifetime)
            }
            switch sink.install(entry.document.body, of: index) {
            case .installed(let keys, let remarks):
                memory.keySet = entry
                return .installed(keys: keys, remarks: remarks, lifetime: lifetime)
            case .refused(let reason): return .failed(reason: reason)
            }
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    private func drop(_ index: Int) {
        sink.removeKeys(of: index)
        logger.error(
            "keys dropped: too long since the last good fetch", metadata: ["source": "\(sources[index].location)"])
        board.update(index) { status in
            status.keyCount = nil
            status.lastSuccess = nil
        }
    }

    private func note(
        _ outcome: Outcome, of index: Int, in state: inout KeySourceState, now: ContinuousClock.Instant
    ) {
        let hadFailed = state.failuresInARow > 0
        let jitter = Double.random(in: -1...1)
        switch outcome {
        case .installed(_, _, let lifetime), .confirmed(let lifetime):
            _ = state.succeeded(at: now, lifetime: lifetime, jitter: jitter)
        case .failed: _ = state.failed(at: now, jitter: jitter)
        }
        board.update(index) { status in
            status.hasBeenTried = true
            status.lastSuccess = state.lastSuccess
            status.nextFetch = state.nextFetch
            status.lastError = nil
            switch outcome {
            case .installed(let keys, _, _):
                status.keyCount = keys
                status.successes += 1
            case .confirmed: status.confirmations += 1
            case .failed(let reason):
                status.lastError = reason
                status.failures += 1
            }
        }
        log(outcome, of: sources[index].location, hadFailed: hadFailed)
    }

    private func log(_ outcome: Outcome, of location: KeyLocation, hadFailed: Bool) {
        switch outcome {
        case .installed(let keys, let remarks, _):
            logger.info("keys fetched", metadata: ["source": "\(location)", "keys": "\(keys)"])
            for remark in remarks {
                logger.warning("key left out", metadata: ["source": "\(location)", "key": "\(remark)"])
            }
        case .confirmed:
            if hadFailed { logger.info("keys confirmed", metadata: ["source": "\(location)"]) }
        case .failed(let reason):
            logger.warning("keys not fetched", metadata: ["source": "\(location)", "error": "\(reason)"])
        }
    }
}
