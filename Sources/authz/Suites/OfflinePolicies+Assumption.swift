import AuthzEngine
import AuthzPolicy

extension OfflinePolicies {
    /// The same with what a case or its suite says that CUSTOM providers answer; as they are for `nil`.
    func assuming(_ answer: Expectation.Outcome?) -> OfflinePolicies {
        let point = decisionPoint
        let outcome: Decision.Outcome
        switch answer {
        case nil: return self
        case .allow: outcome = .allow
        case .deny: outcome = .deny
        }
        guard outcome != point.options.customAnswer else { return self }
        var options = point.options
        options.customAnswer = outcome
        var policies = self
        policies.decisionPoint = DecisionPoint(
            policySet: point.policySet, keySets: point.keySets, options: options, generation: point.generation)
        return policies
    }
}
