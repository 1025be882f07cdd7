extension PolicySet {
    /// How many policies of each kind are in force.
    package var policyCounts: [(kind: PolicyReference.Kind, count: Int)] {
        [
            (.authorizationPolicy, authorizationPolicies.count),
            (.requestAuthentication, requestAuthentications.count),
            (.peerAuthentication, peerAuthentications.count),
        ]
    }

    /// How many policies of the three kinds are in force.
    package var policyCount: Int { policyCounts.reduce(0) { $0 + $1.count } }

    /// The issuer of the rules that take their keys from a source; empty where that is any, or no rule is left.
    package func issuer(ofKeySource index: Int) -> String {
        tokenRules.first { $0.keySource == index }?.issuer ?? ""
    }
}
