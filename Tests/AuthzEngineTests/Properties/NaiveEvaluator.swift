import Foundation

/// Decides generated policies by the book: every rule of every policy, every field of every rule, in the order in which they
/// stand. The mesh has the trust domain `td1` alone.
struct NaiveEvaluator {
    private var match = NaiveMatch()

    /// Whether a request to `app: web` of `foo` may proceed.
    mutating func allows(_ ask: Ask, _ policies: [GeneratedPolicy]) -> Bool {
        let attached = policies.filter { $0.reachesWorkload && !$0.isDryRun }
        let facts = Facts(ask)
        for policy in attached where policy.action == "DENY" {
            for rule in policy.rules where holds(rule, of: policy, facts) { return false }
        }
        let allowing = attached.filter { $0.action == "ALLOW" }
        guard !allowing.isEmpty else { return true }
        for policy in allowing {
            for rule in policy.rules where holds(rule, of: policy, facts) { return true }
        }
        return false
    }

    /// What a request says.
    private struct Facts {
        var ask: Ask
        var claims: [String: Any]?
        var path: String
        var remoteIP: String

        init(_ ask: Ask) {
            self.ask = ask
            do {
                claims = try ask.claims.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) } as? [String: Any]
            } catch {
                preconditionFailure("the claims are no JSON")
            }
            path = ask.path.components(separatedBy: "?")[0]
            let entries = ask.headers.last { $0.name == "x-forwarded-for" }?.value.components(separatedBy: ",") ?? []
            let last = entries.last?.trimmingCharacters(in: .whitespaces) ?? ""
            remoteIP = ask.isTCP || last.isEmpty || last == "x" ? ask.ip : last
        }
    }

    private static let httpOnly = ["paths", "methods", "hosts", "requestPrincipals", "request."]

    private mutating func holds(_ rule: GeneratedPolicy.Rule, of policy: GeneratedPolicy, _ facts: Facts) -> Bool {
        let isHTTPField = { (field: GeneratedPolicy.Field) in Self.httpOnly.contains { field.name.hasPrefix($0) } }
        if facts.ask.isTCP, policy.action == "ALLOW",
            (rule.from + rule.to + [rule.when]).joined().contains(where: isHTTPField)
        {
            return false
        }
        let entries = { (list: [[GeneratedPolicy.Field]]) in list.isEmpty ? [[]] : list }
        for source in entries(rule.from) {
            for operation in entries(rule.to) {
                let fields = (source + operation + rule.when).filter { !facts.ask.isTCP || !isHTTPField($0) }
                var all = true
                for field in fields where !holds(field, of: policy, facts) { all = false }
                if all { return true }
            }
        }
        return false
    }

    private mutating func holds(_ field: GeneratedPolicy.Field, of policy: GeneratedPolicy, _ facts: Facts) -> Bool {
        var isIn = field.values.isEmpty
        for value in field.values where fits(field.name, value, of: policy, facts) { isIn = true }
        for value in field.notValues where fits(field.name, value, of: policy, facts) { return false }
        return isIn
    }

    private mutating func fits(_ field: String, _ value: String, of policy: GeneratedPolicy, _ facts: Facts) -> Bool {
        let ask = facts.ask
        switch field {
        case "paths": return match.path(value, facts.path)
        case "methods": return match.header(value, ask.method)
        case "hosts": return match.host(value, ask.host)
        case "ports", "destination.port": return value == "\(ask.port ?? 0)"
        case "ipBlocks", "source.ip": return block(value, ask.ip)
        case "remoteIpBlocks", "remote.ip": return block(value, facts.remoteIP)
        case "connection.sni": return match.string(value, ask.sni?.lowercased() ?? "")
        case "request.headers[:path]": return match.header(value, ask.path)
        case "request.headers[x-role]":
            for header in ask.headers where header.name == "x-role" && match.header(value, header.value) { return true }
            return false
        case "requestPrincipals":
            guard let issuer = facts.claims?["iss"] as? String, let subject = facts.claims?["sub"] as? String else {
                return false
            }
            return match.requestPrincipal(value, issuer: issuer, subject: subject)
        case "principals", "source.principal", "namespaces", "source.namespace", "trustDomains", "serviceAccounts":
            guard let identity = ask.principal else { return false }
            return fits(field, value, of: policy, identity: identity)
        default: return hasClaim(field, value, facts.claims)
        }
    }

    private func block(_ value: String, _ address: String) -> Bool {
        value == "::/0" ? address.contains(":") : match.block(value, address)
    }

    private mutating func fits(
        _ field: String, _ value: String, of policy: GeneratedPolicy, identity: String
    ) -> Bool {
        switch field {
        case "namespaces", "source.namespace": return match.namespace(value, identity)
        case "trustDomains": return match.trustDomain(value, identity)
        case "serviceAccounts":
            return match.serviceAccount(value, policyNamespace: policy.namespace, identity)
        default:
            // The literal name stands for the mesh's own trust domain.
            let expanded = value.hasPrefix("cluster.local/") ? "td1" + value.dropFirst("cluster.local".count) : value
            return match.principal(expanded, identity)
        }
    }

    private mutating func hasClaim(_ key: String, _ value: String, _ claims: [String: Any]?) -> Bool {
        let names =
            key == "request.auth.audiences"
            ? ["aud"]
            : key.dropFirst("request.auth.claims[".count).dropLast().components(separatedBy: "][")
        var node: Any? = claims
        for name in names { node = (node as? [String: Any])?[name] }
        if names == ["scope"], let text = node as? String {
            let words = text.split(separator: " ").map(String.init)
            if !words.isEmpty { node = words }
        }
        if let text = node as? String { return match.string(value, text) }
        for case let text as String in node as? [Any] ?? [] where match.string(value, text) { return true }
        return false
    }
}
