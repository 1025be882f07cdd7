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
                label: "expected `\(Self.example(of: prefix))`")
            return nil
        }
    }

    private static func example(of prefix: String) -> String {
        switch prefix {
        case "request.headers": "request.headers[x-name]"
        case "request.auth.claims": "request.auth.claims[name]"
        default: "experimental.envoy.filters.http.name[key]"
        }
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
        } else if let nearest = NameSuggestion.nearest(to: text, among: plainKeys.map(\.name)) {
            hint = "did you mean `\(nearest)`?"
        }
        collector.error(
            .unknownConditionKey, at: key.location, "unknown condition key \(text.quoted)", label: label, hint: hint)
    }
}
