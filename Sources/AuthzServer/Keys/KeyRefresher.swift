package import Logging
import NIOPosix
import ServiceLifecycle

/// Fetches each key set at start and again on its schedule, until the server stops.
///
/// Each source has a task of its own and its fetches block a thread of their own, so one issuer does not delay another and
/// nothing about a request waits for the network.
package struct KeyRefresher: Service {
    /// Handed each document with the index of its source; answers whether its keys are now in force.
    package typealias Install = @Sendable (_ document: [UInt8], _ source: Int) -> KeySetAnswer

    private let sources: [RemoteKeySource]
    private let schedule: KeySchedule
    private let fetcher: DocumentFetcher
    private let board: KeyStatusBoard
    private let logger: Logger
    private let install: Install

    /// - Parameter board: Holds a status for each source, in this order.
    package init(
        sources: [RemoteKeySource], schedule: KeySchedule, fetcher: DocumentFetcher, board: KeyStatusBoard,
        logger: Logger, install: @escaping Install
    ) {
        self.sources = sources
        self.schedule = schedule
        self.fetcher = fetcher
        self.board = board
        self.logger = logger
        self.install = install
    }

    /// Returns when its task is cancelled or the group shuts down gracefully; a fetch under way is given up then.
    package func run() async throws {
        let pool = NIOThreadPool(numberOfThreads: min(max(sources.count, 1), 16))
        pool.start()
        // Not waited for: a thread may be held by a name server until its own limit ends.
        defer { pool.shutdownGracefully { _ in } }
        await cancelWhenGracefulShutdown {
            let cancellation = CancellationFlag()
            await withTaskCancellationHandler {
                await withDiscardingTaskGroup { group in
                    for index in sources.indices {
                        group.addTask { await keepFresh(index, on: pool, cancellation: cancellation) }
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

    private func keepFresh(_ index: Int, on pool: NIOThreadPool, cancellation: CancellationFlag) async {
        let clock = ContinuousClock()
        var state = KeySourceState(schedule: schedule, now: clock.now)
        while !Task.isCancelled {
            switch state.tick(at: clock.now) {
            case .wait(let due): try? await clock.sleep(until: due)
            case .fetch:
                let answer = await fetch(index, on: pool, cancellation: cancellation)
                if Task.isCancelled { return }
                note(answer, of: index, in: &state, now: clock.now)
            case nil: return
            }
        }
    }

    private func fetch(
        _ index: Int, on pool: NIOThreadPool, cancellation: CancellationFlag
    ) async -> KeySetAnswer {
        let source = sources[index]
        do {
            let document = try await pool.runIfActive {
                try KeySetDownload(fetcher: fetcher, cancellation: cancellation).document(from: source)
            }
            return install(document, index)
        } catch {
            return .refused(reason: "\(error)")
        }
    }

    private func note(
        _ answer: KeySetAnswer, of index: Int, in state: inout KeySourceState, now: ContinuousClock.Instant
    ) {
        let location = sources[index].location
        let jitter = Double.random(in: -1...1)
        switch answer {
        case .installed(let keys):
            if state.failuresInARow > 0 || state.lastSuccess == nil {
                logger.info("keys fetched", metadata: ["source": "\(location)", "keys": "\(keys)"])
            }
            _ = state.succeeded(at: now, jitter: jitter)
            board.update(index) { status in
                status.keyCount = keys
                status.lastError = nil
                status.successes += 1
            }
        case .refused(let reason):
            _ = state.failed(at: now, jitter: jitter)
            logger.warning("keys not fetched", metadata: ["source": "\(location)", "error": "\(reason)"])
            board.update(index) { status in
                status.lastError = reason
                status.failures += 1
            }
        }
        board.update(index) { status in
            status.hasBeenTried = true
            status.lastSuccess = state.lastSuccess
            status.nextFetch = state.nextFetch
        }
    }
}
