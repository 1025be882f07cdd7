import AuthzCore
package import AuthzPolicy

/// Policies without slips that are likely in the shape of their rules.
package struct RuleRepair: Sendable {
    let slips: [RuleSlip]
    /// All policies.
    package let documents: PolicyDocuments
    /// Those that are changed.
    package let policies: [PolicyReference]
    /// Whether what the policies say elsewhere speaks for each of the slips.
    package let isEvident: Bool
    /// For each slip what is asked, of the request that it was looked for.
    package let sentences: [String]

    /// `nil` where slips are of the same rules.
    init?(
        _ slips: [RuleSlip], in documents: PolicyDocuments, isEvident: Bool,
        sentence: (RuleSlip, AuthorizationPolicy) -> String?
    ) {
        var changed = documents
        let byPolicy = Dictionary(grouping: slips, by: \.policy)
        for (index, own) in byPolicy {
            let sorted = own.sorted { $0.rules.lowerBound < $1.rules.lowerBound }
            guard zip(sorted, sorted.dropFirst()).allSatisfy({ !$0.rules.overlaps($1.rules) }) else { return nil }
            changed.authorizationPolicies[index] = documents.authorizationPolicies[index].mending(own)
        }
        self.slips = slips
        self.documents = changed
        self.isEvident = isEvident
        policies = byPolicy.keys.sorted().map { documents.authorizationPolicies[$0].reference }
        sentences = slips.compactMap { sentence($0, documents.authorizationPolicies[$0.policy]) }
    }

    /// A DENY policy that is to allow what its rules name.
    init(allowingBy index: Int, in documents: PolicyDocuments) {
        let policy = documents.authorizationPolicies[index]
        var changed = documents
        changed.authorizationPolicies[index].action = .allow
        slips = []
        self.documents = changed
        isEvident = false
        policies = [policy.reference]
        sentences = [
            "perhaps `action: ALLOW` is meant in \(policy.reference.qualifiedName) (\(policy.reference.location))"
        ]
    }

    /// Whether a policy is changed, by its place among the documents.
    func changes(_ index: Int) -> Bool { policies.contains(documents.authorizationPolicies[index].reference) }

    /// What tells it from others.
    package var key: String {
        slips.isEmpty ? "action \(policies)" : slips.map(\.key).sorted().joined(separator: "; ")
    }

    /// How unlikely it is, by the least likely of its slips. Another action takes more away than any of these.
    package var rank: Int {
        slips.isEmpty ? 1000 : (slips.map(\.rank).max() ?? 0) + (isEvident ? 0 : 10) + 100 * slips.count
    }

    /// Whether none is of the paths, methods, hosts or ports that a rule names, which are rarely meant to be left out.
    package var isOfCallersOrLeavesOut: Bool {
        slips.allSatisfy { slip in
            guard case .opposite(let test) = slip.shape else { return true }
            return slip.rank == 0 || test.lists.values.isEmpty
        }
    }
}
