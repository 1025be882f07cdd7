/// How a command writes its answer, resolved.
struct OutputSettings: Sendable {
    var format: OutputFormat
    var color: ColorMode
    /// Whether `NO_COLOR` is set.
    var isColorRefused: Bool
    var isQuiet: Bool
    var isVerbose: Bool

    /// Of commands whose answer has one form.
    static let plain = OutputSettings(
        format: .text, color: .never, isColorRefused: false, isQuiet: false, isVerbose: false)

    /// Whether text to a file descriptor is colored.
    func usesColor(isTerminal: Bool) -> Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto: isTerminal && !isColorRefused
        }
    }
}
