import AuthzCore
import AuthzPolicy

/// What the policies say elsewhere that speaks for a slip in the shape of a DENY rule.
struct ShapeEvidence {
    let trial: PolicyTrial

    func speaks(for slip: RuleSlip) -> Bool {
        let policy = trial.documents.authorizationPolicies[slip.policy]
        switch slip.shape {
        case .opposite(let test):
            return slip.isOfCallers && isNamed(test) && isIdle(test, of: policy.rules[slip.rules.lowerBound])
        case .splitEntries(_, _, _, let leavesOut):
            // Together they hold of nearly everything.
            return leavesOut
        case .splitRules:
            let parts = policy.rules[slip.rules]
            return parts.dropFirst().contains { $0.parts == ["when"] } || isAllowedByDeadRules
        }
    }

    /// The ALLOW rules that hold of the request, each as a policy.
    private var allowing: [AuthorizationPolicy] {
        trial.attached.filter { $0.action == .allow && !$0.isDryRun }.flatMap { policy in
            policy.rules.filter { trial.holds($0, of: policy, as: .allow) }.map { policy.alone($0, as: .allow) }
        }
    }

    /// Whether an ALLOW rule that lets the request in names the same caller: the DENY rule keeps out whom it is to let in.
    private func isNamed(_ test: RuleTest) -> Bool {
        let values = Set(test.lists.values.map(\.value))
        return allowing.flatMap { $0.rules.flatMap(\.tests) }.contains { other in
            let named = other.lists.values.map(\.value)
            if other.field == test.field { return named.contains(where: values.contains) }
            guard test.field == .namespace, other.field == .peerPrincipal else { return false }
            return named.contains { name in values.contains { name.contains("/ns/\($0)/") } }
        }
    }

    /// Whether nobody but those whom the test names gets through to what the rule denies, so that it names them for nothing.
    private func isIdle(_ test: RuleTest, of rule: AuthorizationPolicy.Rule) -> Bool {
        let policies = trial.attached
        guard let owner = policies.first else { return false }
        let rest = rule.replacing(test, with: AuthorizationPolicy.ValueLists())
        return rest.alternatives.prefix(Linter.maximumAlternatives).allSatisfy { alternative in
            var narrowing = owner.alone(rule, as: .deny)
            narrowing.metadata.name = "explain-narrows"
            narrowing.rules = alternative.complement
            return trial.allowsNothing(policies + (narrowing.rules.isEmpty ? [] : [narrowing]))
        }
    }

    /// Whether the DENY policies leave nothing over of what the ALLOW rules allow that hold of the request.
    private var isAllowedByDeadRules: Bool {
        let denying = trial.attached.filter { $0.action == .deny && !$0.isDryRun }
        let allowing = allowing
        return !allowing.isEmpty && allowing.allSatisfy { trial.allowsNothing([$0] + denying) }
    }
}
