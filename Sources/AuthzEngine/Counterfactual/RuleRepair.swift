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

    /// What tells it from others.
    package var key: String { slips.map(\.key).sorted().joined(separator: "; ") }

    /// How unlikely it is, by the least likely of its slips.
    package var rank: Int { (slips.map(\.rank).max() ?? 0) + (isEvident ? 0 : 10) + 100 * slips.count }

    /// Whether a case by itself may speak for it: it is no reason to let in whoever was left out.
    package var isOfCallers: Bool { slips.allSatisfy(\.isOfCallers) }
}
