import AuthzCore
import AuthzEngine

/// The lines of a policy as they are written, those of some rules marked.
struct PolicySource {
    let html: HTML
    /// How many lines of a policy are shown.
    private static let maximumLines = 120

    init(
        _ policy: PolicyReference, rules: [SourceLocation], marked: [SourceLocation], in sources: SourceTexts
    ) {
        let file = policy.location.file
        let isBorder = { (line: Int) in sources.line(line, of: file)?.hasPrefix("---") ?? true }
        var start = policy.location.line
        while start > 1, !isBorder(start - 1) { start -= 1 }
        var end = policy.location.line
        while !isBorder(end + 1) { end += 1 }
        while end > start, sources.line(end, of: file)?.isEmpty ?? true { end -= 1 }
        guard sources.line(start, of: file) != nil else {
            html = ""
            return
        }
        let marks = marked.map { mark in
            let next = rules.map(\.line).filter { $0 > mark.line }.min() ?? end + 1
            return mark.line..<max(mark.line + 1, next)
        }
        // Of a long policy the lines around the rules that are marked.
        if end - start >= Self.maximumLines {
            let center = marks.first?.lowerBound ?? start
            start = max(start, center - Self.maximumLines / 3)
            end = min(end, start + Self.maximumLines)
        }
        let lines = (start...end).map { number -> HTML in
            let text = String(String.UnicodeScalarView(sources.safeLine(number, of: file) ?? []))
            let name: HTML = marks.contains { $0.contains(number) } ? " class=\"hit\"" : ""
            return "<span\(name)><span class=\"n\">\(number)</span>\(text)</span>"
        }
        html = "<pre aria-label=\"\(file)\">\(lines)</pre>"
    }

    /// A patch with its lines colored.
    static func patch(_ patch: String) -> HTML {
        let lines = PatchLines(patch).lines.map { line -> HTML in
            let name: HTML =
                line.hasPrefix("+++") || line.hasPrefix("---")
                ? "" : line.hasPrefix("+") ? " class=\"add\"" : line.hasPrefix("-") ? " class=\"del\"" : ""
            return "<span\(name)>\(line)</span>"
        }
        return "<pre>\(lines)</pre>"
    }
}
