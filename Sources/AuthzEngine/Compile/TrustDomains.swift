/// The trust domain of a mesh with its aliases, and what istiod makes of them in policies.
struct TrustDomains: Sendable {
    /// The mesh's own first.
    let names: [String]

    init(_ names: [String]) {
        self.names = names
    }

    /// The values that stand for a written principal (AuthorizationPolicy dossier 4.6). Only values of five parts are
    /// expanded, and only where the first is related to the mesh or is `cluster.local`.
    func expand(principal: String) -> [String] {
        let parts = principal.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] != "*" else { return [principal] }
        let domain = String(parts[0])
        guard isRelated(domain) || domain == "cluster.local" else { return [principal] }
        let rest = principal.dropFirst(domain.count)
        var expanded: [String] = []
        for name in names {
            let value = Self.isSuffixPattern(domain, of: name) ? principal : name + rest
            if !expanded.contains(value) { expanded.append(value) }
        }
        return expanded
    }

    /// The values that stand for a written trust domain: all of the mesh's where it is one of them.
    func expand(trustDomain: String) -> [String] {
        names.contains(trustDomain) ? names : [trustDomain]
    }

    private func isRelated(_ domain: String) -> Bool {
        names.contains { name in
            domain == name || name == "*" || Self.isPrefixPattern(name, of: domain)
                || Self.isPrefixPattern(domain, of: name)
                || Self.isSuffixPattern(name, of: domain) || Self.isSuffixPattern(domain, of: name)
        }
    }

    private static func isPrefixPattern(_ pattern: String, of text: String) -> Bool {
        pattern.utf8.last == UInt8(ascii: "*") && text.utf8.starts(with: pattern.utf8.dropLast())
    }

    private static func isSuffixPattern(_ pattern: String, of text: String) -> Bool {
        pattern.utf8.first == UInt8(ascii: "*")
            && text.utf8.reversed().starts(with: pattern.utf8.dropFirst().reversed())
    }
}
