import Logging
import Synchronization

/// Keeps what is logged. A class because handlers are copied.
final class LogRecorder: Sendable {
    private let recorded = Mutex<[(message: String, metadata: Logger.Metadata)]>([])

    /// A logger that writes here.
    var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

    var events: [(message: String, metadata: Logger.Metadata)] { recorded.withLock { $0 } }
    var messages: [String] { events.map(\.message) }

    /// What stood beside `error`, in order.
    var errors: [String] { events.compactMap { event in event.metadata["error"].map { "\($0)" } } }

    /// How many lines there are.
    var count: Int { events.count }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            recorder.recorded.withLock { $0.append(("\(event.message)", event.metadata ?? [:])) }
        }
    }
}
