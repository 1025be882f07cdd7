extension PolicySet {
    /// How many policies of the three kinds are in force.
    package var policyCount: Int {
        authorizationPolicies.count + requestAuthentications.count + peerAuthentications.count
    }
}
