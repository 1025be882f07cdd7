import AuthzCore

/// A piece of a page. Text that comes from outside gets in through ``HTML/text(_:)`` and interpolation alone, escaped.
struct HTML: ExpressibleByStringInterpolation, Sendable {
    private(set) var markup: String

    /// Markup that the program itself wrote.
    init(stringLiteral value: String) {
        markup = value
    }

    init(stringInterpolation: Interpolation) {
        markup = stringInterpolation.markup
    }

    /// Text with everything escaped that means something in HTML, and control and direction characters written out.
    static func text(_ text: String) -> HTML { "\(text)" }

    static func + (left: HTML, right: HTML) -> HTML { "\(left)\(right)" }

    /// Interpolated text is escaped, interpolated pieces are not.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity)
        }

        mutating func appendLiteral(_ literal: String) { markup += literal }

        mutating func appendInterpolation(_ piece: HTML) { markup += piece.markup }

        mutating func appendInterpolation(_ pieces: [HTML]) { for piece in pieces { markup += piece.markup } }

        mutating func appendInterpolation(_ number: Int) { markup += "\(number)" }

        mutating func appendInterpolation(_ text: String) {
            for scalar in text.escapingControls.unicodeScalars { scalar.appendEscaped(to: &markup) }
        }
    }
}

extension HTML {
    /// Text with what stands in backquotes as code.
    static func words(_ text: String) -> HTML {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        // Without a partner a backquote is one.
        guard parts.count % 2 == 1 else { return .text(text) }
        let pieces = parts.enumerated().map { index, part -> HTML in
            index % 2 == 1 ? "<code>\(String(part))</code>" : .text(String(part))
        }
        return "\(pieces)"
    }
}
