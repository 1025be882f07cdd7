import AuthzPolicy

/// Stars inside a value, which are only stars (`inner-star-is-literal`): no request has the value as it is meant.
extension Slip {
    /// `/users/*/orders`, `/loans/**` and `/files/*.pdf`. Of what no pattern can say, the one path is written that is seen.
    static func starsInPath(_ written: String, _ seen: String) -> Slip? {
        guard hasInnerStar(written), !written.contains("{") else { return nil }
        // A lone star would be for a request without a path, too.
        let patterns = MeantPath.patterns(for: written).map { $0 == "*" ? "/*" : $0 }
        guard let pattern = patterns.first(where: { $0.contains("{") ? fits(template: $0, seen) : fits($0, seen) })
        else { return listed(written, seen, between: "/", what: "paths") }
        let kinds = [
            pattern.contains("{*}") ? "`{*}` is a segment of any name" : nil,
            pattern.contains("{**}") ? "`{**}` is any number of segments" : nil,
        ].compactMap(\.self)
        let meaning = kinds.isEmpty ? "which is for what begins so" : "where \(kinds.joined(separator: ", and "))"
        return Slip(
            "\(rule(of: written)): write `\(pattern)`, \(meaning)", isOfPolicy: true, meant: pattern)
    }

    /// `api.*.example`, and `cluster.local/ns/*/sa/cart`, which no pattern can say.
    ///
    /// - Parameter separator: What a star does not stand for.
    static func listed(_ written: String, _ seen: String, between separator: Character, what: String) -> Slip? {
        guard hasInnerStar(written), !seen.contains("*"), fits(glob: written, seen, separator) else {
            return nil
        }
        return Slip("\(rule(of: written)): list the \(what) that are meant", isOfPolicy: true, meant: seen)
    }

    private static func rule(of written: String) -> String { "a `*` inside `\(written)` is only a star" }

    /// Whether a star is left once that is taken away which stands for any text: the first character, or else the last.
    private static func hasInnerStar(_ value: String) -> Bool {
        if value.hasPrefix("*") { return value.dropFirst().contains("*") }
        return value.dropLast().contains("*")
    }

    /// Whether a text would fit if each star stood for some text between separators, and several in a row, or those at an end, for any.
    ///
    /// - Complexity: the product of both lengths.
    private static func fits(glob: String, _ text: String, _ separator: Character) -> Bool {
        let text = Array(text)
        var rest = glob[...]
        // How much of the text what was read of the pattern may stand for.
        var reached = [true] + text.map { _ in false }
        while let first = rest.first {
            let stars = rest.prefix { $0 == "*" }.count
            let isFirst = rest.startIndex == glob.startIndex
            rest = rest.dropFirst(max(stars, 1))
            let isAtEnd = stars > 0 && (isFirst || rest.isEmpty)
            var next = reached.map { isAtEnd && $0 }
            for (index, character) in text.enumerated() {
                let goesOn =
                    stars == 0
                    ? reached[index] && character == first
                    : (reached[index] || next[index]) && (stars > 1 || isAtEnd || character != separator)
                if goesOn { next[index + 1] = true }
            }
            reached = next
        }
        return reached[text.count]
    }
}
