/// A line on standard error that says how far a long run is: on a terminal one that changes, elsewhere a new one now and then.
struct ProgressLine {
    private let stream: StandardStream
    private let isTerminal: Bool
    private let isShown: Bool
    private var width = 0
    /// How long the run has been at work; a halt between two calls counts for a second at most.
    private var elapsed = Duration.zero
    private var lastCall = ContinuousClock.now
    private var lastShown = Duration.zero
    /// How much time passes between two lines where there is no terminal.
    private static let plainInterval = Duration.seconds(10)

    init(_ console: Console) {
        stream = console.messages
        isTerminal = console.messages.isTerminal
        isShown = !console.settings.isQuiet
    }

    /// Shows a text: on a terminal ten times a second at most and not before a second has passed, elsewhere every ten seconds.
    mutating func show(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        let now = ContinuousClock.now
        elapsed += min(now - lastCall, .seconds(1))
        lastCall = now
        guard isTerminal else {
            guard elapsed - lastShown >= Self.plainInterval else { return }
            lastShown = elapsed
            return stream.write("\(text())\n")
        }
        guard elapsed > .seconds(1), elapsed - lastShown > .milliseconds(100) else { return }
        let text = text()
        stream.write("\r\(text.padded(to: width))")
        width = text.count
        lastShown = elapsed
    }

    /// Removes the line, for what else is written.
    mutating func clear() {
        guard isShown, isTerminal, width > 0 else { return }
        stream.write("\r\(String(repeating: " ", count: width))\r")
        width = 0
    }
}
