import AuthzCore
import AuthzPolicy

/// Findings that another one makes: who mends that is rid of them.
extension Linter {
    /// A rule that is useless beside one that is split is the right one of the two, and taking it out would leave the other: its request
    /// is not decided alike without both.
    mutating func dropShadowsOfSplits() {
        let split = Set(findings.filter { $0.code == .splitRule }.map(\.title))
        guard !split.isEmpty else { return }
        let shadowed = findings.filter { $0.code == .ruleShadowed && !split.contains($0.title) }
        var dropped: Set<String> = []
        for finding in shadowed {
            guard let proof = finding.proofs.first,
                let policy = documents.authorizationPolicies.first(where: { $0.reference == finding.policy }),
                let rest = point(for: policies(without: split.union([finding.title])), at: sites(of: policy)),
                report(proof.document, by: rest).outcome != proof.report.outcome
            else { continue }
            dropped.insert(finding.title)
        }
        findings.removeAll { $0.code == .ruleShadowed && dropped.contains($0.title) }
    }

    /// All policies without some of their rules. One that allows keeps out all the same what none of its rules allows.
    private func policies(without titles: Set<String>) -> [AuthorizationPolicy] {
        documents.authorizationPolicies.compactMap { policy in
            var rest = policy
            rest.rules = policy.rules.enumerated()
                .filter { !titles.contains("\(policy.reference.qualifiedName), rule \($0.offset + 1)") }.map(\.element)
            return rest.rules.isEmpty && !policy.rules.isEmpty && policy.action != .allow ? nil : rest
        }
    }
}
