import AuthzCore
import AuthzPolicy

/// A field of a DENY rule in the place of its opposite: `principals` for `notPrincipals`, or the other way round.
extension MissedDenial {
    /// Of the policy that is expected to deny; `nil` where none of its fields alone is the reason that it does not.
    ///
    /// - Parameter rule: The one of its rules that is to deny, from 1; `nil` for any.
    func negation(_ index: Int, rule: Int?) -> String? {
        guard policies[index].action == .deny, !policies[index].isDryRun else { return nil }
        for ordinal in policies[index].rules.indices where rule == nil || rule == ordinal + 1 {
            for test in policies[index].rules[ordinal].tests {
                let isNegated = test.lists.values.isEmpty
                guard isNegated != test.lists.notValues.isEmpty else { continue }
                // A rule for all but some paths or addresses is rare, and a value that misses the request is not.
                guard isNegated || Self.mayBeExchanged(test) else { continue }
                var policy = policies[index]
                policy.rules[ordinal] = policy.rules[ordinal].exchanging(test)
                guard denies(with: policy, at: index) else { continue }
                let (written, opposite) = (test.name(isNegated: isNegated), test.name(isNegated: !isNegated))
                return
                    "rule \(ordinal + 1) of \(policy.reference.qualifiedName.quoted) denies nothing of this for its \(written.quoted): with \(opposite.quoted) in its place it would: is that meant?"
            }
        }
        return nil
    }

    private static func mayBeExchanged(_ test: RuleTest) -> Bool {
        switch test.field {
        case .peerPrincipal, .namespace, .serviceAccount, .trustDomain, .requestPrincipal, .claim, .header: true
        case .sourceIP, .remoteIP, .destinationIP, .destinationPort, .sni, .dynamicMetadata, .host, .method, .path:
            false
        }
    }
}
