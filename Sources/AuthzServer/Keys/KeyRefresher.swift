package import Logging
import ServiceLifecycle

/// Fetches each key set at start and again on its schedule, until the server stops.
///
/// Each source has a task of its own and each fetch a thread of its own, so one issuer does not delay another, however many stall,
/// and nothing about a request waits for the network.
package struct KeyRefresher: Service {
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

    /// Returns when its task is cancelled or the group shuts down gracefully; a fetch under way is given up then, and not waited for.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for index in sources.indices { group.addTask { await keepFresh(index) } }
                group.addTask { await sleepUntilCancelled() }
            }
        }
    }

    /// A service that returns early would end its group.
    private func sleepUntilCancelled() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    }

    private func keepFresh(_ index: Int) async {
        let clock = ContinuousClock()
        var state = KeySourceState(schedule: schedule, now: clock.now)
        var memory = KeySetMemory()
        // Whose thread runs, be it given up: there is one for each source at most.
        var fetch: RunningFetch?
        defer { fetch?.giveUp() }
        while !Task.isCancelled {
            let now = clock.now
            if let running = fetch, let outcome = running.outcome {
                fetch = nil
                if !running.isGivenUp { take(outcome, of: index, into: &memory, &state, now: now) }
            } else if let running = fetch, !running.isGivenUp, now >= running.limit {
                fetch?.giveUp()
                take(.failed(reason: "\(FetchError.timedOut)"), of: index, into: &memory, &state, now: now)
            }
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
                if fetch == nil {
                    do throws(ThreadStartError) {
                        fetch = try start(index, memory)
                    } catch {
                        take(.failed(reason: "\(error)"), of: index, into: &memory, &state, now: now)
                    }
                } else {
                    let reason = "the fetch before, which timed out, still looks up a name"
                    take(.failed(reason: reason), of: index, into: &memory, &state, now: now)
                }
            case nil:
                // Keys that become too old meanwhile end on time.
                guard let fetch else { return }
                await fetch.wait(until: min(fetch.limit, state.end ?? fetch.limit))
            }
        }
    }

    private func start(_ index: Int, _ memory: KeySetMemory) throws(ThreadStartError) -> RunningFetch {
        try RunningFetch(
            sources[index], at: index, fetcher: fetcher, sink: sink, memory: memory, logger: logger)
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

    private func take(
        _ outcome: RunningFetch.Outcome, of index: Int, into memory: inout KeySetMemory, _ state: inout KeySourceState,
        now: ContinuousClock.Instant
    ) {
        // What was wanted until now is in the answer, or the next token asks again.
        _ = demand.take(sources[index].index)
        let hadFailed = state.failuresInARow > 0
        let jitter = Double.random(in: -1...1)
        switch outcome {
        case .keySet(let keySet, let after, let isNew):
            // Keys that were dropped while they were being confirmed are not in force any more.
            let isConfirmed = !isNew && memory.keySet != nil
            if !isConfirmed { keySet.install() }
            memory = after
            let lifetime = after.keySet.flatMap { CacheLifetime.lifetime(of: $0.document.headers) }
            _ = state.succeeded(at: now, lifetime: lifetime, jitter: jitter)
            note(keys: keySet.keys, isConfirmed: isConfirmed, of: index, state, hadFailed: hadFailed)
        case .failed(let reason):
            _ = state.failed(at: now, jitter: jitter)
            note(failure: reason, of: index, state)
        }
    }

    private func note(keys: Int, isConfirmed: Bool, of index: Int, _ state: KeySourceState, hadFailed: Bool) {
        board.update(index) { status in
            status.take(state)
            status.keyCount = keys
            status.lastError = nil
            if isConfirmed { status.confirmations += 1 } else { status.successes += 1 }
        }
        let location = sources[index].location
        if !isConfirmed {
            logger.info("keys fetched", metadata: ["source": "\(location)", "keys": "\(keys)"])
        } else if hadFailed {
            logger.info("keys confirmed", metadata: ["source": "\(location)"])
        }
    }

    private func note(failure reason: String, of index: Int, _ state: KeySourceState) {
        board.update(index) { status in
            status.take(state)
            status.lastError = reason
            status.failures += 1
        }
        logger.warning(
            "keys not fetched", metadata: ["source": "\(sources[index].location)", "error": "\(reason)"])
    }
}

extension KeySourceStatus {
    /// After a fetch that has ended or was given up.
    fileprivate mutating func take(_ state: KeySourceState) {
        hasBeenTried = true
        lastSuccess = state.lastSuccess
        nextFetch = state.nextFetch
    }
}
