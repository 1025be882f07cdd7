import AuthzCore
import AuthzPolicy

extension Denial {
    /// The RequestAuthentication that verifies the issuer which is asked for, and does not reach the workload; `nil` where the token is
    /// read, or none is asked for.
    var unreachedIssuer: String? {
        guard !claims.isPresent else { return nil }
        let wanted = wantedIssuers
        let read = Set(workload.tokenRules.map { policySet.tokenRules[$0].issuer })
        guard !wanted.isEmpty, !read.contains("") else { return nil }
        let builder = WorkloadBuilder(policySet)
        let found = policySet.requestAuthentications.compactMap { policy -> (rank: Int, sentence: String)? in
            let issuers = policySet.tokenRules[policy.rules].map(\.issuer)
            let outcome = builder.attachment(of: policy, to: workload.description)
            guard let issuer = issuers.first(where: { wanted.contains($0) && !read.contains($0) }),
                let why = outcome.reason(policyNamespace: policy.reference.namespace, at: workload)
            else { return nil }
            let start = "\(policy.reference.qualifiedName) verifies tokens of \(issuer.quoted)"
            guard case .labelDiffers(let key, let value, let own) = outcome else {
                return (1, "\(start), and does not reach this workload: \(why)")
            }
            let has = own.map { "has \($0.quoted)" } ?? "has no such label"
            return (0, "\(start), and its selector asks for \("\(key)=\(value)".quoted), where this workload \(has)")
        }
        return found.min { $0.rank < $1.rank }?.sentence
    }

    /// Those of the principals that are asked for, and of the tokens that the request has, where any rule asks for one.
    private var wantedIssuers: Set<String> {
        let rules = workload.chain(isHTTP: facts.isHTTP).allow.enforced.rules
        let asked = lacking + rules.flatMap { FieldTests.tests(of: $0, in: program).map { program.tests[Int($0)] } }
        guard facts.isHTTP, asked.contains(where: { $0.attribute == .requestPrincipal || $0.attribute == .claim })
        else { return [] }
        let principals = lacking.filter { $0.attribute == .requestPrincipal }.flatMap { test in
            program.sources[Int(test.source)].values.compactMap { value in
                value.value.lastIndex(of: "/").map { String(value.value[..<$0]) }
            }
        }
        let sent =
            [TokenPlaces(of: workload, in: policySet).claims(in: document)]
            + StrayToken.all(in: request).map(\.claims)
        return Set(principals + sent.compactMap(\.self).flatMap { ClaimTree(json: $0).strings(at: ["iss"]) })
    }
}
