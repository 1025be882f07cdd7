import AuthzCore
import AuthzPolicy

/// What a DENY rule asks of a request: an exception for one that lacks it opens what the rule was written to close.
extension Denial {
    /// What the rule that denies the request asks for; `nil` where it is none of who sends it, and from where.
    var demand: String? {
        guard let rule else { return nil }
        for side in [rule.principals, rule.permissions] {
            for conjunction in side {
                let tests = program.conjunctions[Int(conjunction)].tests.map { program.tests[Int($0)] }
                let holds = tests.allSatisfy {
                    program.outcome(of: $0, for: request, facts, claims: claims, caution: .denying) != .differs
                }
                guard holds, let demand = tests.lazy.compactMap(demand(of:)).first else { continue }
                return demand
            }
        }
        return nil
    }

    private func demand(of test: Program.Test) -> String? {
        let source = program.sources[Int(test.source)]
        let values =
            source.values.prefix(3).map(\.value.quoted).joined(separator: ", ") + (source.values.count > 3 ? ", …" : "")
        let isAny = source.values.contains { $0.value == "*" }
        switch test.attribute {
        case .sourceIP, .remoteIP:
            return test.isNegated
                ? "it asks for an address of \(values), and that of the request is another"
                : "it keeps out the addresses \(values), and that of the request is one"
        case .peerPrincipal, .ztunnelPrincipal, .ztunnelNamespace, .ztunnelAccount, .requestPrincipal, .claim, .header:
            guard test.isNegated else { return nil }
        case .authority, .scheme, .fullPath, .method, .host, .path, .destinationIP, .destinationPort, .sni,
            .dynamicMetadata:
            return nil
        }
        if test.attribute == .requestPrincipal || test.attribute == .claim, !claims.isPresent {
            return "it asks for a token, and the request has none"
        }
        if case .absent = facts.peerPrincipal, test.attribute != .claim, test.attribute != .header,
            test.attribute != .requestPrincipal
        {
            return "it asks for mutual TLS, and the request has none"
        }
        let field = RulePlace.positive(source.field).quoted
        return "it asks for \(field)\(isAny ? "" : " of \(values)"), and the request has no such value"
    }
}
