/// Writes diagnostics as text for people: the place, the sentence, the line with the span underlined, the hint.
///
/// What comes from an input cannot change the layout or steer a terminal: control and direction characters are replaced.
package struct DiagnosticRenderer: Sendable {
    private let sources: SourceTexts
    /// How many characters of a long line are shown around the span.
    private static let maximumLineLength = 100

    package init(sources: SourceTexts) {
        self.sources = sources
    }

    /// The lines of one diagnostic, each with its line feed. A diagnostic without a label, or whose line is not at hand,
    /// has no excerpt.
    package func text(of diagnostic: Diagnostic) -> String {
        text(
            diagnostic.severity, diagnostic.code.rawValue, at: diagnostic.location, diagnostic.message,
            label: diagnostic.label, hint: diagnostic.hint)
    }

    /// The same of a message with a code of another list.
    package func text(
        _ severity: Diagnostic.Severity, _ code: String, at place: SourceLocation, _ message: String, label: String?,
        hint: String?
    ) -> String {
        var text =
            "\(place.description.escapingControls): \(severity.rawValue): "
            + "\(message.escapingControls) [\(code)]\n"
        let number = String(place.line)
        let gutter = String(repeating: " ", count: max(5, number.count) + 1)
        if let label, let line = sources.line(place.line, of: place.file) {
            let excerpt = Self.excerpt(of: line, at: place)
            let margin = String(repeating: " ", count: max(0, 5 - number.count))
            text += "\(margin)\(number) | \(excerpt.line)\n"
            text += "\(gutter)| \(excerpt.underline) \(label.escapingControls)\n"
        }
        if let hint { text += "\(gutter)= hint: \(hint.escapingControls)\n" }
        return text
    }

    /// All of them, one after the other.
    package func text(of diagnostics: [Diagnostic]) -> String {
        diagnostics.map { text(of: $0) }.joined()
    }

    /// The line with the marks beneath it; of a long line the part around the span.
    private static func excerpt(of line: String, at place: SourceLocation) -> (line: String, underline: String) {
        let all = SecretMask.hidingSecrets(in: Array(line.unicodeScalars))
        let spanStart = min(place.column - 1, all.count)
        var start = 0
        if all.count > maximumLineLength { start = max(0, min(spanStart - 40, all.count - maximumLineLength)) }
        let end = min(all.count, start + maximumLineLength)
        let spanEnd = min(max(spanStart + place.length, spanStart + 1), max(end, spanStart + 1))

        let shown = String(
            String.UnicodeScalarView(all[start..<end].map { $0.isSafeToShow || $0 == "\t" ? $0 : "\u{fffd}" }))
        var padding = String(
            String.UnicodeScalarView(all[start..<max(start, spanStart)].map { $0 == "\t" ? "\t" : " " }))
        if start > 0 { padding = "  " + padding }
        let marks = "^" + String(repeating: "~", count: spanEnd - spanStart - 1)
        return ((start > 0 ? "… " : "") + shown + (end < all.count ? " …" : ""), padding + marks)
    }
}
