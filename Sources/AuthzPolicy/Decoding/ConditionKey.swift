import AuthzCore

/// A key of `when` as admission sees it: which values it takes, and whether it is one at all.
struct ConditionKey {
    enum Values {
        case addresses, ports, serviceAccounts, trustDomains, anyText
    }

    var values: Values

    /// The keys without brackets and what their values are.
    private static let plainKeys: [(name: String, values: Values)] = [
        ("source.ip", .addresses), ("remote.ip", .addresses), ("source.namespace", .anyText),
        ("source.principal", .anyText), ("source.serviceAccount", .serviceAccounts),
        ("source.trustDomain", .trustDomains), ("request.auth.principal", .anyText),
        ("request.auth.audiences", .anyText), ("request.auth.presenter", .anyText),
        ("destination.ip", .addresses), ("destination.port", .ports), ("connection.sni", .anyText),
    ]

    /// What keys with brackets begin with.
    private static let bracketedPrefixes = ["request.headers", "request.auth.claims", "experimental.envoy.filters."]

    /// Checks a key.
    ///
    /// - Returns: `nil` where it is refused; that has been reported.
    init?(_ key: Located<String>, collector: DiagnosticCollector) {
        let text = key.value
        if let plain = Self.plainKeys.first(where: { $0.name == text }) {
            values = plain.values
            return
        }
        values = .anyText
        guard let prefix = Self.bracketedPrefixes.first(where: { text.hasPrefix($0) }) else {
            Self.reportUnknown(key, collector: collector)
            return nil
        }
        let bytes = Array(text.utf8)
        let bracket = bytes.firstIndex(of: UInt8(ascii: "["))
        guard let bracket, bytes.last == UInt8(ascii: "]"), bracket < bytes.count - 2 else {
            collector.error(
                .invalidConditionKey, at: key.location, "the key \(text.quoted) lacks a name in brackets",
                label: "expected `\(Self.example(of: prefix))`", hint: Self.bracketed(text, behind: prefix))
            return nil
        }
        warnOfQuotes(in: key, collector: collector)
    }

    /// Quotes in brackets are letters of the name there, which no header and hardly a claim has.
    private func warnOfQuotes(in key: Located<String>, collector: DiagnosticCollector) {
        let text = key.value
        let unquoted = text.filter { $0 != "\"" && $0 != "'" }
        guard unquoted != text else { return }
        collector.warning(
            .quotedName, at: key.location, "the key \(text.quoted) asks for a name that has quotes in it",
            label: "a name in brackets stands without quotes", hint: "write \(unquoted.quoted)")
    }

    /// A key as `request.headers.x-name`, which other languages write, with its names in brackets.
    private static func bracketed(_ text: String, behind prefix: String) -> String? {
        guard !prefix.hasSuffix(".") else { return nil }
        let rest = text.dropFirst(prefix.count).filter { $0 != "\"" && $0 != "'" }
        let names = rest.split { $0 == "." || $0 == "[" || $0 == "]" }
        guard !names.isEmpty, names.count == 1 || prefix != "request.headers", names.allSatisfy(HeaderName.isValid)
        else {
            return nil
        }
        return "did you mean `\(prefix)\(names.map { "[\($0)]" }.joined())`?"
    }

    private static func example(of prefix: String) -> String {
        switch prefix {
        case "request.headers": "request.headers[x-name]"
        case "request.auth.claims": "request.auth.claims[name]"
        default: "experimental.envoy.filters.http.name[key]"
        }
    }

    /// What of an operation is not read by conditions.
    private static let operations = [
        (key: "request.method", field: "methods"), (key: "request.path", field: "paths"),
        (key: "request.url", field: "paths"), (key: "request.host", field: "hosts"),
    ]

    /// The key that was probably meant: what stands before the brackets is compared, what stands in them stays.
    private static func suggestion(for text: String) -> String? {
        let stem = text.prefix { $0 != "[" }
        let rest = text.dropFirst(stem.count)
        guard !rest.isEmpty else {
            return NameSuggestion.hint(for: text, among: plainKeys.map(\.name) + bracketedPrefixes)
        }
        let isShort = { (prefix: String) in prefix.hasSuffix(".\(stem)") || prefix.hasSuffix(".\(stem)s") }
        let meant =
            NameSuggestion.nearest(to: String(stem), among: bracketedPrefixes) ?? bracketedPrefixes.first(
                where: isShort)
            ?? (stem.hasSuffix("claims") ? "request.auth.claims" : stem.hasSuffix("headers") ? "request.headers" : nil)
        return meant.map { "did you mean `\($0)\(rest)`?" }
    }

    private static func reportUnknown(_ key: Located<String>, collector: DiagnosticCollector) {
        let text = key.value
        var label = "expected a key of AuthorizationPolicy conditions"
        var hint: String?
        if text == "destination.namespace" {
            label = "a policy applies in its own namespace"
            hint = "use `metadata.namespace`"
        } else if text.hasPrefix("destination.labels") {
            label = "a policy selects workloads by its selector"
            hint = "use `selector.matchLabels`"
        } else if text == "destination.name" || text == "destination.user" {
            label = "this key of older versions is gone"
        } else if let field = Self.operations.first(where: { text.hasPrefix($0.key) }) {
            label = "a condition does not read this"
            hint = "use `\(field.field)` of `operation` in `to`"
        } else {
            hint = Self.suggestion(for: text)
        }
        collector.error(
            .unknownConditionKey, at: key.location, "unknown condition key \(text.quoted)", label: label, hint: hint)
    }
}
