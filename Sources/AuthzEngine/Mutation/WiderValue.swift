import AuthzCore
import AuthzPolicy

/// A value that matches what a written one does, and a little more.
enum WiderValue {
    static func of(
        _ value: String, in field: AuthorizationPolicy.SourceMatch.Field
    ) -> (Mutant.Operation, String)? {
        switch field {
        case .principals: parent(of: value).map { (.widenPrincipal, $0) }
        case .ipBlocks, .remoteIpBlocks: block(value).map { (.widenBlock, $0) }
        case .requestPrincipals, .serviceAccounts, .trustDomains, .namespaces: nil
        }
    }

    static func of(
        _ value: String, in field: AuthorizationPolicy.OperationMatch.Field
    ) -> (Mutant.Operation, String)? {
        switch field {
        case .paths: path(value).map { (.widenPath, $0) }
        case .hosts: host(value).map { (.widenHost, $0) }
        case .methods, .ports: nil
        }
    }

    /// `/a` as a prefix, what lies beside `/a/b/*`, and several segments where one is written.
    private static func path(_ value: String) -> String? {
        if value.contains("{**}") { return nil }
        if value.hasSuffix("{*}") { return "\(value.dropLast(3)){**}" }
        if value.contains("{*}") || value.hasPrefix("*") { return nil }
        return value.hasSuffix("*") ? parent(of: value) : value + "*"
    }

    /// `ns/production/*` of `ns/production/sa/frontend`, and `ns/*` of that.
    private static func parent(of value: String) -> String? {
        guard !value.hasPrefix("*") else { return nil }
        var parts = value.split(separator: "/", omittingEmptySubsequences: false)
        let isPattern = parts.last?.hasSuffix("*") ?? false
        if isPattern, parts.last != "*" { return parts.dropLast().joined(separator: "/") + "/*" }
        parts.removeLast(isPattern ? 2 : 1)
        guard !parts.isEmpty else { return nil }
        return parts.joined(separator: "/") + "/*"
    }

    private static func host(_ value: String) -> String? {
        guard value != "*" else { return nil }
        let rest = value.hasPrefix("*.") ? value.dropFirst(2) : Substring(value)
        guard let dot = rest.firstIndex(of: "."), !rest.hasSuffix("*") else { return value.hasPrefix("*") ? "*" : nil }
        return "*\(rest[dot...])"
    }

    private static func block(_ value: String) -> String? {
        let parts = value.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first else { return nil }
        let full = address.contains(":") ? 128 : 32
        guard let length = parts.count == 2 ? Int(parts[1]) : full, length > 0 else { return nil }
        return "\(address)/\(length - 1)"
    }
}
