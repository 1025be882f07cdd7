import AuthzCore

extension ValueCheck {
    /// A path, or a path template with `{*}` and `{**}` as whole segments.
    ///
    /// Beside what Istio refuses at admission this refuses the templates for which Envoy refuses its configuration.
    static func path(_ text: String) -> ValueProblem? {
        let isTemplate = text.contains("{*}") || text.contains("{**}")
        let message = "\(text.quoted) is not a path template"
        var bytes = Array(text.utf8)[...]
        while bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }

        var followsDoubleStar = false
        for segment in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if segment.elementsEqual("{*}".utf8) || segment.elementsEqual("{**}".utf8) {
                if followsDoubleStar {
                    return ValueProblem(
                        .invalidPathTemplate, message, label: "after `{**}` no other `{*}` or `{**}` may follow")
                }
                followsDoubleStar = segment.count == 4
                continue
            }
            if segment.contains(UInt8(ascii: "{")) || segment.contains(UInt8(ascii: "}")) {
                let meant = MeantPath.patterns(for: text)
                return ValueProblem(
                    .invalidPathTemplate, message,
                    label: "braces stand only in a segment that is exactly `{*}` or `{**}`",
                    hint: meant.count == 1 ? "write \(meant[0].quoted)" : nil)
            }
            if isTemplate, segment.isEmpty || !segment.allSatisfy(isTemplateLiteral) {
                let written = String(decoding: segment, as: UTF8.self)
                return ValueProblem(
                    .invalidPathTemplate, message,
                    label: segment.isEmpty
                        ? "a segment of a template is not empty"
                        : "the segment \(written.quoted) has a character that a template cannot have")
            }
        }
        return isTemplate ? templateForm(text, message) : nil
    }

    private static func templateForm(_ text: String, _ message: String) -> ValueProblem? {
        if !text.hasPrefix("/") {
            return ValueProblem(
                .invalidPathTemplate, message, label: "a template begins with `/`", hint: "write \("/\(text)".quoted)")
        }
        if text.hasPrefix("//") || text.hasSuffix("//") {
            return ValueProblem(
                .invalidPathTemplate, message, label: "a template has one `/` at its start and at most one at its end")
        }
        if text.utf8.count > 256 {
            return ValueProblem(.invalidPathTemplate, message, label: "a template has at most 256 characters")
        }
        return nil
    }

    private static let templateMarks = Set("-._~%!$&'()+,;:@=".utf8)

    /// The characters of RFC 3986 `pchar` but `*`.
    private static func isTemplateLiteral(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: templateMarks.contains(byte)
        }
    }
}
