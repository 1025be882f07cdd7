/// What was meant by a value of `paths` that is written as other tools write patterns: regular expressions, globs, parameters of routes.
package enum MeantPath {
    /// What a segment stands for.
    private enum Part: Equatable {
        case text(String)
        /// One segment, whatever is in it.
        case one
        /// Whatever follows, or stands between.
        case rest
        /// What begins so.
        case beginning(String)
    }

    /// The values of `paths` for it; empty where it is written as it should be, and where nobody can tell.
    package static func patterns(for written: String) -> [String] {
        var text = written
        let isOpen = text.hasPrefix("^") && !text.hasSuffix("$")
        if text.hasPrefix("^") { text.removeFirst() }
        if text.hasSuffix("$"), !text.hasSuffix("\\$") { text.removeLast() }
        if text.hasSuffix("/?"), text.count > 2, written.hasPrefix("^") {
            // With the slash and without; an open end takes both.
            let bare = "^" + text.dropLast(2) + (isOpen ? "" : "$")
            let slashed = isOpen ? [] : patterns(for: "^" + text.dropLast() + "$")
            return patterns(for: bare) + slashed
        }
        if let patterns = optionalEnd(of: text, isOpen: isOpen) { return patterns }
        text = text.replacing("\\/", with: "/").replacing("\\.", with: ".").replacing("\\-", with: "-")
        if let list = list(in: text) { return list }
        if let choices = choices(in: text) {
            let patterns = choices.map { pattern(for: $0, isOpen: isOpen) }
            return patterns.contains(nil) ? [] : patterns.compactMap(\.self)
        }
        guard let pattern = pattern(for: text, isOpen: isOpen), pattern != written else { return [] }
        return [pattern]
    }

    /// Whether a value is a pattern of another language, and not one here. `/.*`, and `/index.*`, may well be meant as they are.
    package static func isForeign(_ written: String) -> Bool {
        guard written != "/.*" else { return false }
        if written.hasPrefix("^") || written.hasSuffix("$") && written.hasPrefix("/") { return true }
        if list(in: written) != nil || choices(in: written) != nil { return true }
        if written.hasPrefix("/"), optionalEnd(of: written, isOpen: true)?.isEmpty == false { return true }
        return written.split(separator: "/").contains { segment in
            [".*", ".+", "(.*)", "(.+)"].contains(segment) || segment != "{*}" && isParameter(String(segment))
        }
    }

    /// `/navi` of `/navi.*`, which may be a beginning or a regular expression; `nil` of others.
    package static func dottedStem(of written: String) -> String? {
        guard written.hasPrefix("/"), written.hasSuffix(".*"), !written.hasSuffix("/.*") else { return nil }
        let stem = String(written.dropLast(2))
        return isLiteral(stem) && !stem.hasSuffix(".") ? stem : nil
    }

    /// `/api(/.*)?` and `/api(/|$)(.*)`, which stand for what they begin with and for what is below that; `nil` of others.
    private static func optionalEnd(of written: String, isOpen: Bool) -> [String]? {
        var text = written
        for end in ["(/|$)(.*)", "(/|$).*", "(/|$)", "(?:/|$)"]
        where text.hasSuffix(end) && (isOpen || end.contains("*")) {
            text = String(text.dropLast(end.count)) + "(/.*)?"
            break
        }
        guard text.hasSuffix(")?"), let open = text.lastIndex(of: "(") else { return nil }
        let inner = text[text.index(after: open)...].dropLast(2)
        let (bare, rest) = (text[..<open], inner.hasPrefix("?:") ? inner.dropFirst(2) : inner)
        guard !bare.isEmpty, rest.hasPrefix("/"), !rest.contains("|") else { return nil }
        // What is below has an end of its own, or all behind it.
        let all = patterns(for: "^\(bare)$") + patterns(for: "^\(bare)\(rest)$")
        return all.count < 2 ? [] : all
    }

    /// Several paths in one text.
    private static func list(in text: String) -> [String]? {
        for separator in [",", ";", "|", " "] {
            let words = text.split(separator: separator).map { $0.filter { $0 != " " } }
            if words.count > 1, words.allSatisfy({ $0.hasPrefix("/") }) { return words }
        }
        return nil
    }

    /// The texts that `(a|b)` stands for.
    private static func choices(in text: String) -> [String]? {
        guard let open = text.firstIndex(of: "("), let close = text.firstIndex(of: ")"), open < close else {
            return nil
        }
        let inner = text[text.index(after: open)..<close]
        let (before, after) = (text[..<open], text[text.index(after: close)...])
        let words = (inner.hasPrefix("?:") ? inner.dropFirst(2) : inner).split(separator: "|")
        guard words.count > 1, words.allSatisfy({ isLiteral(String($0)) }), !after.contains("(") else { return nil }
        return words.map { "\(before)\($0)\(after)" }
    }

    private static func pattern(for text: String, isOpen: Bool) -> String? {
        let whole = text.hasPrefix("/") ? text : "/" + text
        if whole == "/**" || whole == "/.*" { return "*" }
        var segments = whole.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        var hasSlash = false
        if segments.count > 1, segments.last?.isEmpty == true {
            segments.removeLast()
            // What stands for all that is below has none of its own.
            hasSlash = !["**", ".*"].contains(segments.last)
        }
        var parts: [Part] = []
        for (index, segment) in segments.enumerated() {
            guard let part = part(segment, isLast: index == segments.count - 1 && !hasSlash) else { return nil }
            parts.append(part)
        }
        return joined(parts, hasSlash: hasSlash, isOpen: isOpen)
    }

    private static func joined(_ parts: [Part], hasSlash: Bool, isOpen: Bool) -> String? {
        let body = parts.dropLast()
        let isTemplate = body.contains { $0 == .one || $0 == .rest } || parts.last == .one
        var texts: [String] = []
        // An expression without an end goes on behind what it says, over any number of segments.
        if isOpen, hasSlash || parts.last == .one {
            let open = (hasSlash ? parts : Array(body)) + [.rest]
            return joined(open, hasSlash: false, isOpen: false)
        }
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            switch part {
            case .text(let text): texts.append(isLast && isOpen && !isTemplate && !hasSlash ? text + "*" : text)
            case .one: texts.append("{*}")
            case .rest: texts.append(isTemplate ? "{**}" : "*")
            case .beginning(let text):
                guard isLast, !isTemplate, !hasSlash else { return nil }
                texts.append(text + "*")
            }
        }
        // Behind `{**}` no other may follow.
        if let first = texts.firstIndex(of: "{**}"), texts[(first + 1)...].contains(where: { $0.hasPrefix("{*") }) {
            return nil
        }
        return "/" + texts.joined(separator: "/") + (hasSlash ? "/" : "")
    }

    private static func part(_ segment: String, isLast: Bool) -> Part? {
        if isLiteral(segment), !isParameter(segment) { return .text(segment) }
        if ["**", "{**}"].contains(segment) { return .rest }
        if segment == "*" { return isLast ? .rest : .one }
        if [".*", "(.*)", ".+", "(.+)"].contains(segment) { return .rest }
        if isParameter(segment) { return .one }
        for end in [".*", ".+", "*"] where isLast && segment.hasSuffix(end) {
            let beginning = String(segment.dropLast(end.count))
            if isLiteral(beginning) { return .beginning(beginning) }
        }
        return nil
    }

    /// Whether it stands for one segment in another language: `:id`, `{id}`, `<id>`, `[^/]+`, `\d+`.
    private static func isParameter(_ segment: String) -> Bool {
        if segment == "{*}" || segment == "{}" { return true }
        let isName = { (text: Substring) in
            text.first.map { $0.isLetter || $0 == "_" } ?? false
                && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
        }
        if segment.hasPrefix(":") { return isName(segment.dropFirst()) }
        for (open, close) in [("{", "}"), ("<", ">")] where segment.hasPrefix(open) && segment.hasSuffix(close) {
            return isName(segment.dropFirst().dropLast())
        }
        let group = segment.hasPrefix("(") && segment.hasSuffix(")") ? segment.dropFirst().dropLast() : segment[...]
        return group.wholeMatch(of: /(\[[^\]]+\]|\\[dwDWS])(\+|\*|\{[0-9,]+\})?/) != nil
    }

    private static func isLiteral(_ text: String) -> Bool { !text.contains { "*{}[]()^$+?|\\<>".contains($0) } }
}
