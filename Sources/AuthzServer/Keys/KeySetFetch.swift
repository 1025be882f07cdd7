import AuthzCore
package import AuthzToken
import Dispatch
import NIOPosix
import Synchronization

/// Fetches key sets all at once and only once, for commands that decide and end.
package struct KeySetFetch: Sendable {
    /// What became of one source.
    package enum Answer: Sendable {
        case keys(KeySet)
        case failed(reason: String)
    }

    private static let maximumThreads = 32
    /// How long a fetch may go on behind its timeout, which a slow name server can bring about.
    private static let grace: Duration = .seconds(2)

    private let fetcher: DocumentFetcher
    private let options: KeyOptions

    package init(fetcher: DocumentFetcher, options: KeyOptions) {
        self.fetcher = fetcher
        self.options = options
    }

    /// Blocks until each source has answered or failed. One that does not answer delays the others by its timeout at most.
    ///
    /// - Parameter waiting: Called again and again meanwhile, with the number of sources that are done.
    /// - Returns: In the order of the sources.
    package func answers(from sources: [RemoteKeySource], waiting: (Int) -> Void = { _ in }) -> [Answer] {
        guard !sources.isEmpty else { return [] }
        let board = Board(count: sources.count)
        let cancellation = CancellationFlag()
        let threadCount = min(sources.count, Self.maximumThreads)
        let pool = NIOThreadPool(numberOfThreads: threadCount)
        pool.start()
        // Not waited for: a thread may be held by a name server until its own limit ends.
        defer { pool.shutdownGracefully { _ in } }
        for (index, source) in sources.enumerated() {
            pool.submit { state in
                guard state == .active else { return }
                board.set(answer(from: source, cancellation), at: index)
            }
        }
        let longest = (sources.map(\.timeout).max() ?? .zero) + Self.grace
        let turns = (sources.count + threadCount - 1) / threadCount
        let deadline = ContinuousClock.now + longest * turns
        while board.doneCount < sources.count, ContinuousClock.now < deadline {
            board.wait()
            waiting(board.doneCount)
        }
        cancellation.set()
        return board.answers.map { $0 ?? .failed(reason: "\(FetchError.timedOut)") }
    }

    /// Blocks.
    private func answer(from source: RemoteKeySource, _ cancellation: CancellationFlag) -> Answer {
        let document: [UInt8]
        do {
            document = try KeySetDownload(fetcher: fetcher, cancellation: cancellation).document(from: source)
        } catch {
            return .failed(reason: "\(error)")
        }
        do throws(KeySetError) {
            return .keys(try KeySet(jwks: document.span, origin: .fetched, options: options))
        } catch {
            return .failed(reason: "the answer is no key set that can be used: \(error.text)")
        }
    }

    /// Where the threads put their answers. A class because they share it.
    private final class Board: Sendable {
        private let state: Mutex<[Answer?]>
        private let news = DispatchSemaphore(value: 0)

        init(count: Int) {
            state = Mutex(Array(repeating: nil, count: count))
        }

        var answers: [Answer?] { state.withLock { $0 } }

        var doneCount: Int {
            state.withLock { answers in answers.reduce(0) { $1 == nil ? $0 : $0 + 1 } }
        }

        func set(_ answer: Answer, at index: Int) {
            state.withLock { $0[index] = answer }
            news.signal()
        }

        /// Until there is an answer, a tenth of a second at most.
        func wait() {
            _ = news.wait(timeout: .now() + .milliseconds(100))
        }
    }
}
