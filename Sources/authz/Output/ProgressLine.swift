/// A line on a terminal that says how far a long run is. Nothing is written elsewhere, or with JSON going to a terminal.
struct ProgressLine {
    private let stream: StandardStream
    private let isShown: Bool
    private var width = 0
    private let began = ContinuousClock.now
    private var lastShown = ContinuousClock.now

    init(_ console: Console) {
        stream = console.messages
        isShown = console.messages.isTerminal && !console.settings.isQuiet
    }

    /// Shows a text, ten times a second at most and not before a second has passed.
    mutating func show(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        let now = ContinuousClock.now
        guard now - began > .seconds(1), now - lastShown > .milliseconds(100) else { return }
        let text = text()
        stream.write("\r\(text.padded(to: width))")
        width = text.count
        lastShown = now
    }

    /// Removes the line, for what else is written.
    mutating func clear() {
        guard isShown, width > 0 else { return }
        stream.write("\r\(String(repeating: " ", count: width))\r")
        width = 0
    }
}
