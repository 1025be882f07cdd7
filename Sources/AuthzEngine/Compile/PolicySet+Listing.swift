import AuthzPolicy

/// What is in force, for those who ask what that is.
extension PolicySet {
    /// A policy without what it says.
    package struct Entry: Sendable {
        package var reference: PolicyReference
        /// `nil` but for AuthorizationPolicies.
        package var action: String?
        package var isDryRun: Bool
        package var ruleCount: Int
    }

    /// Every policy of the three kinds: by kind, then in the order of compilation.
    package var entries: [Entry] {
        authorizationPolicies.map { policy in
            Entry(
                reference: policy.reference, action: policy.action.rawValue, isDryRun: policy.isDryRun,
                ruleCount: policy.ruleLocations.count)
        }
            + requestAuthentications.map { policy in
                Entry(reference: policy.reference, action: nil, isDryRun: false, ruleCount: policy.rules.count)
            }
            + peerAuthentications.map { policy in
                Entry(reference: policy.reference, action: nil, isDryRun: false, ruleCount: 0)
            }
    }

    /// How many workloads the inventory has.
    package var workloadCount: Int { workloadNames.count }
}
