import AuthzCore
import AuthzPolicy

extension MissedDenial {
    /// A rule without any test, which allows everything, in a policy that is likely to be meant as one without rules, which allows nothing.
    func everything(_ index: Int, _ ordinal: Int) -> String? {
        var policy = policies[index]
        guard policy.rules.count == 1, policy.rules[ordinal].parts.isEmpty else { return nil }
        policy.rules = []
        guard denies(with: policy, at: index) else { return nil }
        return
            "the one rule of \(policy.reference.qualifiedName.quoted) is empty, so it allows everything: is `spec: {}` meant, without rules, which allows nothing?"
    }
}
