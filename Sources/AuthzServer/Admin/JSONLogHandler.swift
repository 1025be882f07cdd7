import AuthzCore
package import Logging

/// Writes each message as one JSON object on a line of its own.
///
/// Numbers are those that are given as `.stringConvertible`. Every text is escaped, so nothing that a caller sends can end the line or begin another.
package struct JSONLogHandler: LogHandler {
    /// Takes one line, its line feed included.
    package typealias Sink = @Sendable ([UInt8]) -> Void

    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let sink: Sink
    private let clock: @Sendable () -> Int64

    /// - Parameter clock: Seconds since 1970.
    package init(level: Logger.Level, clock: @escaping @Sendable () -> Int64, sink: @escaping Sink) {
        logLevel = level
        self.clock = clock
        self.sink = sink
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("time")
        writer.integer(clock())
        writer.name("level")
        writer.string(event.level.rawValue)
        writer.name("message")
        writer.string("\(event.message)")
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            writer.name(key)
            if case .stringConvertible(let number as Int) = value {
                writer.integer(number)
            } else {
                writer.string("\(value)")
            }
        }
        if let error = event.error {
            writer.name("error")
            writer.string("\(error)")
        }
        writer.endObject()
        sink(writer.bytes + [UInt8(ascii: "\n")])
    }
}
