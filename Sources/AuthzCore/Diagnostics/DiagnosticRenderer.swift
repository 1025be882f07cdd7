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
        let place = diagnostic.location
        var text =
            "\(Self.safe(place.file)):\(place.line):\(place.column): \(diagnostic.severity.rawValue): "
            + "\(Self.safe(diagnostic.message)) [\(diagnostic.code.rawValue)]\n"
        let number = String(place.line)
        let gutter = String(repeating: " ", count: max(5, number.count) + 1)
        if let label = diagnostic.label, let line = sources.line(place.line, of: place.file) {
            let excerpt = Self.excerpt(of: line, at: place)
            let margin = String(repeating: " ", count: max(0, 5 - number.count))
            text += "\(margin)\(number) | \(excerpt.line)\n"
            text += "\(gutter)| \(excerpt.underline) \(Self.safe(label))\n"
        }
        if let hint = diagnostic.hint { text += "\(gutter)= hint: \(Self.safe(hint))\n" }
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
            String.UnicodeScalarView(all[start..<end].map { isSafe($0) || $0 == "\t" ? $0 : "\u{fffd}" }))
        var padding = String(
            String.UnicodeScalarView(all[start..<max(start, spanStart)].map { $0 == "\t" ? "\t" : " " }))
        if start > 0 { padding = "  " + padding }
        let marks = "^" + String(repeating: "~", count: spanEnd - spanStart - 1)
        return ((start > 0 ? "… " : "") + shown + (end < all.count ? " …" : ""), padding + marks)
    }

    /// The text with line ends and other control characters written as escapes.
    private static func safe(_ text: String) -> String {
        guard !text.unicodeScalars.allSatisfy(isSafe) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if isSafe(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                }
            }
        }
        return result
    }

    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: false
        default: true
        }
    }
}
