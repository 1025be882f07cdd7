import AuthzCore
import AuthzPolicy

/// The values of a decided request as a policy would write them. A value that a policy would read as a pattern is none.
struct WrittenValues {
    let request: CheckRequest
    let facts: Facts
    let claims: VerifiedClaims
    let program: Program

    /// The value for a field of `source` or `operation`, or a condition key, without its `not`; `nil` where there is none.
    func value(of field: String, test: Program.Test? = nil) -> String? {
        switch field {
        case "principals", "source.principal": return literal(principal)
        case "namespaces", "source.namespace": return literal(identity.map { String($0[2]) })
        case "serviceAccounts", "source.serviceAccount": return literal(identity.map { "\($0[2])/\($0[4])" })
        case "trustDomains", "source.trustDomain": return literal(identity.map { String($0[0]) })
        case "requestPrincipals", "request.auth.principal": return literal(claims.principal)
        case "ipBlocks", "source.ip": return facts.sourceIP.value.map { "\($0)" }
        case "remoteIpBlocks", "remote.ip": return facts.remoteIP.value.map { "\($0)" }
        case "destination.ip": return facts.destinationIP.value.map { "\($0)" }
        case "ports", "destination.port": return facts.destinationPort.value.map { "\($0)" }
        case "connection.sni": return text(facts.sni)
        case "hosts": return text(facts.host)
        case "methods": return text(facts.method)
        case "paths": return text(facts.path).flatMap { $0.contains("{") || $0.contains("}") ? nil : $0 }
        default: return test.flatMap(conditionValue)
        }
    }

    private func conditionValue(_ test: Program.Test) -> String? {
        switch test.attribute {
        case .claim:
            guard claims.isPresent, let node = claims.node(at: test.path, in: program) else { return nil }
            return claims.tape.strings(at: node).first.flatMap(literal)
        case .header:
            let name = String(decoding: program.arena[test.name.range], as: UTF8.self)
            guard !RuleRecorder.isSecret(header: name) else { return nil }
            let line = request.operation.headers.first { request.text($0.name) == name }
            let value = line.map { request.text($0.value) }
            // What stands for an identifier or a digest that nobody knows is in no request.
            if name == "x-forwarded-client-cert" || value == "\(HeaderPreparation.madeUpRequestID)" { return nil }
            return literal(value)
        case .authority: return text(facts.host)
        case .scheme: return text(facts.scheme)
        case .method: return text(facts.method)
        case .fullPath: return text(facts.fullPath)
        case .peerPrincipal, .requestPrincipal, .host, .path, .sourceIP, .remoteIP, .destinationIP, .destinationPort,
            .sni, .dynamicMetadata, .ztunnelPrincipal, .ztunnelNamespace, .ztunnelAccount:
            return nil
        }
    }

    /// Without `spiffe://`.
    private var principal: String? {
        guard let slice = facts.peerPrincipal.value else { return nil }
        let text = request.text(slice)
        return text.hasPrefix("spiffe://") ? String(text.dropFirst("spiffe://".count)) : nil
    }

    private var identity: [Substring]? {
        guard let parts = principal?.split(separator: "/", omittingEmptySubsequences: false), parts.count == 5,
            parts[1] == "ns", parts[3] == "sa"
        else { return nil }
        return parts
    }

    private func text(_ value: AuthzCore.Attribute<ByteSlice>) -> String? {
        literal(value.value.map { request.text($0) })
    }

    private func literal(_ text: String?) -> String? {
        guard let text, !text.isEmpty, !text.hasPrefix("*"), !text.hasSuffix("*"),
            !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0xfffd })
        else { return nil }
        return text
    }

    /// The fields of a rule for this request and as little else as can be said: `source`, then `operation`.
    ///
    /// - Parameters:
    ///   - readsTokens: Whether the workload takes tokens, so that not to have one is something to say.
    ///   - knowsClient: Whether it is a gateway, which knows who comes through the proxies in front; their address is that of all.
    func exactRule(
        isHTTP: Bool, readsTokens: Bool, knowsClient: Bool
    ) -> (source: [(String, String)], operation: [(String, String)]) {
        var source: [(String, String)] = []
        if let value = value(of: "principals") {
            source.append(("principals", value))
        } else if case .absent = facts.peerPrincipal {
            source.append(("notPrincipals", "*"))
            let field = isHTTP && knowsClient && value(of: "remoteIpBlocks") != nil ? "remoteIpBlocks" : "ipBlocks"
            if let value = value(of: field) { source.append((field, value)) }
        }
        if isHTTP {
            if let value = value(of: "requestPrincipals") {
                source.append(("requestPrincipals", value))
            } else if readsTokens, !claims.isPresent {
                source.append(("notRequestPrincipals", "*"))
            }
        }
        let fields = isHTTP ? ["methods", "paths", "hosts", "ports"] : ["ports"]
        let operation = fields.compactMap { field in value(of: field).map { (field, $0) } }
        return (source, operation)
    }
}

/// Writes rules and policies that did not exist, as text.
enum RuleWriter {
    /// The value in double quotes, which YAML and JSON read alike.
    static func quoted(_ text: String) -> String { ClaimTree.quoted(text) }

    static func flow(_ rule: (source: [(String, String)], operation: [(String, String)]), isJSON: Bool) -> String {
        let key = { (name: String) in isJSON ? "\"\(name)\"" : name }
        let fields = { (pairs: [(String, String)]) in
            "{" + pairs.map { "\(key($0.0)): [\(quoted($0.1))]" }.joined(separator: ", ") + "}"
        }
        var parts: [String] = []
        if !rule.source.isEmpty { parts.append("\(key("from")): [{\(key("source")): \(fields(rule.source))}]") }
        if !rule.operation.isEmpty { parts.append("\(key("to")): [{\(key("operation")): \(fields(rule.operation))}]") }
        return "{" + parts.joined(separator: ", ") + "}"
    }

    static func block(_ rule: (source: [(String, String)], operation: [(String, String)])) -> [String] {
        var lines: [String] = []
        for (side, name, pairs) in [("from", "source", rule.source), ("to", "operation", rule.operation)]
        where !pairs.isEmpty {
            lines += ["\(side):", "- \(name):"] + pairs.map { "    \($0.0): [\(quoted($0.1))]" }
        }
        return lines.isEmpty ? ["{}"] : lines
    }

    static func policy(
        kind: String, name: String, namespace: String, attachment: [String], spec: [String]
    ) -> String {
        let head = [
            "apiVersion: security.istio.io/v1", "kind: \(kind)", "metadata:", "  name: \(name)",
            "  namespace: \(namespace)", "spec:",
        ]
        return (head + (attachment + spec).map { "  \($0)" }).joined(separator: "\n") + "\n"
    }
}
