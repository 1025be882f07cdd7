/// What was meant by a value of `hosts` that is written as other tools write hosts: regular expressions, and `.example.com` for what is
/// below a domain.
package enum MeantHost {
    /// The values of `hosts` for it; empty where it is written as it should be, and where nobody can tell, or no value says the same.
    package static func patterns(for written: String) -> [String] {
        guard isForeign(written) else { return [] }
        if isDomain(written) { return ["*\(written)"] }
        var text = written
        let isOpen = written.hasPrefix("^") && !written.hasSuffix("$")
        if text.hasPrefix("^") { text.removeFirst() }
        if text.hasSuffix("$") { text.removeLast() }
        for scheme in ["https?://", "https://", "http://", "(https?://)?"] where text.hasPrefix(scheme) {
            text.removeFirst(scheme.count)
        }
        text = text.replacing("\\.", with: ".").replacing("\\-", with: "-").replacing("\\:", with: ":")
        let hosts = alternatives(of: text).map { host(of: $0, isOpen: isOpen) }
        return hosts.contains(nil) ? [] : hosts.compactMap(\.self)
    }

    /// Whether a value is a pattern of another language, and not one here. `api.*` may well be meant as it is: what begins so.
    package static func isForeign(_ written: String) -> Bool {
        // An address of IPv6.
        guard written.wholeMatch(of: /\[[0-9A-Fa-f:.]+\](:[0-9*]+)?/) == nil else { return false }
        return isDomain(written) || written.contains { "\\^$()[]|+?".contains($0) } || written.hasPrefix(".*")
    }

    /// `.example.com`, which proxies and cookies take for all that is below the domain.
    private static func isDomain(_ written: String) -> Bool {
        written.hasPrefix(".") && isHost(written.dropFirst())
    }

    /// The texts that `(a|b)` stands for; the text itself where it has none.
    private static func alternatives(of text: String) -> [String] {
        guard let open = text.firstIndex(of: "("), let close = text[open...].firstIndex(of: ")") else { return [text] }
        let inner = text[text.index(after: open)..<close]
        let (before, after) = (text[..<open], text[text.index(after: close)...])
        let words = (inner.hasPrefix("?:") ? inner.dropFirst(2) : inner).split(
            separator: "|", omittingEmptySubsequences: false)
        let isOptional = after.hasPrefix("?")
        let rest = isOptional ? after.dropFirst() : after
        return ((isOptional ? [""] : []) + words).flatMap { alternatives(of: "\(before)\($0)\(rest)") }
    }

    /// - Parameter isOpen: Whether an expression has no end, so that more may follow.
    /// - Returns: `nil` where nobody can tell.
    private static func host(of text: String, isOpen: Bool) -> String? {
        var name = text[...]
        let anything = [".*", ".+"]
        let start = anything.first { name.hasPrefix($0) }
        name = name.dropFirst(start?.count ?? 0)
        let end = anything.first { name.hasSuffix($0) }
        name = name.dropLast(end?.count ?? 0)
        if name.isEmpty { return start == nil ? nil : "*" }
        let port = [":[0-9]+", ":\\d+"].first { name.hasSuffix($0) }
        name = name.dropLast(port?.count ?? 0)
        let tail = port != nil ? ":*" : end != nil || isOpen ? "*" : ""
        // One star stands at one end.
        guard start == nil || tail.isEmpty else { return nil }
        let bare =
            start != nil && name.hasPrefix(".") ? name.dropFirst() : tail == "*" ? name.trimmingDot : name
        return isHost(bare) ? (start == nil ? "" : "*") + name + tail : nil
    }

    /// A name of several words with dots between them, or one alone, with a port or without.
    private static func isHost(_ text: Substring) -> Bool {
        text.wholeMatch(of: /[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(:[0-9]+)?/) != nil
    }
}

extension Substring {
    /// Without a dot at its end.
    fileprivate var trimmingDot: Substring { hasSuffix(".") ? dropLast() : self }
}
