import Logging

/// One fetch of a key set on a thread of its own, which downloads the document, reads it, and logs what is odd about it.
///
/// The thread may outlast its limit: no system call that looks up a name can be ended. It is then given up and changes nothing any
/// more, whatever it brings.
struct RunningFetch {
    /// What the thread brought.
    enum Outcome: Sendable {
        /// A key set, and what is to be remembered of it.
        case keySet(ReadKeySet, KeySetMemory, isNew: Bool)
        case failed(reason: String)
    }

    /// How much later than the download's own limit the thread is given up: by then it has said itself that time is up.
    private static let grace = Duration.milliseconds(200)

    /// When it is to be given up.
    let limit: ContinuousClock.Instant
    private let thread: BlockingThread<Outcome>
    private let cancellation: CancellationFlag
    /// Whether nobody is interested in the outcome any more.
    private(set) var isGivenUp = false

    /// Starts it.
    ///
    /// - Parameters:
    ///   - sourceIndex: The place of the source in the list that the sink knows.
    ///   - memory: Of the fetches before.
    init(
        _ source: RemoteKeySource, at sourceIndex: Int, fetcher: DocumentFetcher, sink: any KeySetSink,
        memory: KeySetMemory, logger: Logger
    ) throws(ThreadStartError) {
        let cancellation = CancellationFlag()
        self.cancellation = cancellation
        limit = .now + source.timeout + Self.grace
        let download = KeySetDownload(fetcher: fetcher, cancellation: cancellation)
        thread = try BlockingThread {
            var memory = memory
            do {
                let entry = try download.keySet(from: source, memory: &memory)
                let isKnown = memory.keySet?.document.body == entry.document.body
                memory.keySet = entry
                if isKnown, let read = memory.read { return .keySet(read, memory, isNew: false) }
                switch sink.read(entry.document.body, of: sourceIndex) {
                case .refused(let reason): return .failed(reason: reason)
                case .keySet(let keySet):
                    memory.read = keySet
                    guard !cancellation.isCancelled else { return .failed(reason: "\(FetchError.cancelled)") }
                    for remark in keySet.remarks {
                        logger.warning(
                            "key left out", metadata: ["source": "\(source.location)", "key": "\(remark)"])
                    }
                    return .keySet(keySet, memory, isNew: true)
                }
            } catch {
                return .failed(reason: "\(error)")
            }
        }
    }

    /// `nil` while it is under way.
    var outcome: Outcome? { thread.value }

    /// Returns once it has ended, the time has come, or the task is cancelled.
    func wait(until time: ContinuousClock.Instant) async {
        await thread.wait(until: time)
    }

    /// From here on it only has to end.
    mutating func giveUp() {
        isGivenUp = true
        cancellation.set()
    }
}
