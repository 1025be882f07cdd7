import AuthzCore
package import AuthzPolicy

/// Why a request is allowed that is meant to be denied: a slip in the policies that allow it, or that are meant to deny it, without which
/// they deny it.
package struct MissedDenial {
    /// As the request was decided.
    let decider: Decider
    /// Of the AuthorizationPolicies of the workload alone, and no other workload, as they are compiled anew each time.
    private let trial: PolicyTrial

    var workload: Workload { trial.workload }
    var point: DecisionPoint { trial.point }

    /// - Parameters:
    ///   - documents: What the policies of `point` were compiled from.
    ///   - now: Seconds since 1970.
    package init(
        of document: RequestDocument, for workload: Workload, by point: DecisionPoint, documents: PolicyDocuments,
        now: Int64
    ) {
        var decider = Decider(now: now)
        _ = decider.decide(document, for: workload, by: point)
        self.decider = decider
        var trial = PolicyTrial(document: document, workload: workload, point: point, documents: documents, now: now)
        trial.documents.authorizationPolicies = trial.attached
        trial.documents.inventory.workloads = []
        self.trial = trial
    }

    /// A sentence about the policy that is meant to deny the request; `nil` where no slip in it is found, or it does not reach the
    /// workload.
    ///
    /// - Parameter name: `namespace/name`.
    package func sentence(expecting name: String) -> String? {
        policies.firstIndex { $0.reference.qualifiedName == name }.flatMap { action($0) ?? slip(in: $0) }
    }

    /// A sentence about what seems to be meant to deny the request, or allows what it is not meant to; `nil` where no slip is found.
    ///
    /// - Parameter match: The rule that allows the request.
    package func sentence(allowedBy match: DecisionReport.PolicyMatch?) -> String? {
        if let sentence = policies.indices.lazy.compactMap({ evidentAction($0) }).first
            ?? policies.indices.lazy.compactMap({ slip(in: $0) }).first
        {
            return sentence
        }
        guard let match, let rule = match.rule,
            let index = policies.firstIndex(where: { $0.reference == match.policy }),
            policies[index].rules.indices.contains(rule - 1)
        else { return nil }
        return everything(index, rule - 1) ?? splitRule(index, rule - 1) ?? splitEntry(index, rule - 1)
            ?? exclusion(index, rule - 1)
            ?? alternative(to: index)
    }

    var policies: [AuthorizationPolicy] { trial.documents.authorizationPolicies }

    /// Whether the request is denied where these policies are in the place of those of the workload.
    func denies(_ policies: [AuthorizationPolicy]) -> Bool {
        trial.decision(by: policies)?.outcome == .deny
    }

    func denies(with policy: AuthorizationPolicy, at index: Int) -> Bool {
        var changed = policies
        changed[index] = policy
        return denies(changed)
    }

    // MARK: A dash too many

    /// Rules side by side that say a part each.
    private func splitRule(_ index: Int, _ ordinal: Int) -> String? {
        let policy = policies[index]
        let slip = policy.splitRules(of: ordinal, index).first { denies(with: policy.mending([$0]), at: index) }
        return slip.map {
            Self.sentence(
                ofSplit: Array(policy.rules[$0.rules]), $0.rules.lowerBound + 1, policy.reference.qualifiedName.quoted)
        }
    }

    private static func sentence(ofSplit rules: [AuthorizationPolicy.Rule], _ number: Int, _ name: String) -> String {
        let dashes = rules.dropFirst().map { $0.parts.count == 1 ? $0.parts[0].quoted : "the second of them" }
        if rules.count > 2 {
            return
                "rules \(number) to \(number + rules.count - 1) of \(name) say a part each, and each allows by itself; as one rule they would not allow this: are the dashes before \(dashes.joined(separator: " and ")) too many?"
        }
        let parts = rules[1].parts.map(\.quoted).joined(separator: " and ")
        return
            "rule \(number + 1) of \(name) has \(parts) alone; as one rule with rule \(number) it would not allow this: is the dash before \(dashes[0]) one too many?"
    }

    /// Entries side by side of `from` or `to` that name different fields.
    private func splitEntry(_ index: Int, _ ordinal: Int) -> String? {
        splitEntry(of: \.from, "from", "source", index, ordinal)
            ?? splitEntry(of: \.to, "to", "operation", index, ordinal)
    }

    private func splitEntry<Match: RuleMatch>(
        of list: WritableKeyPath<AuthorizationPolicy.Rule, [Match]>, _ part: String, _ key: String, _ index: Int,
        _ ordinal: Int
    ) -> String? {
        let entries = policies[index].rules[ordinal][keyPath: list]
        for (first, second) in zip(entries.indices, entries.indices.dropFirst()) {
            guard let joined = entries[first].joined(entries[second]) else { continue }
            var policy = policies[index]
            policy.rules[ordinal][keyPath: list].replaceSubrange(first...second, with: [joined])
            guard denies(with: policy, at: index) else { continue }
            let names = [entries[first], entries[second]].map { entry in
                entry.fields.map(\.field.rawValue.quoted).joined(separator: " and ")
            }
            return
                "rule \(ordinal + 1) of \(policy.reference.qualifiedName.quoted) has \(names[0]) and \(names[1]) in two entries of `\(part)`, and one that fits is enough; as one entry they would not allow this: is the dash before the second `\(key)` one too many?"
        }
        return nil
    }

    // MARK: Alternatives

    /// Another ALLOW policy, of which it may be meant that it holds beside this one.
    private func alternative(to index: Int) -> String? {
        let policy = policies[index]
        guard policy.rules.count == 1 else { return nil }
        for (other, second) in policies.enumerated() {
            guard other != index, second.action == .allow, !second.isDryRun, second.rules.count == 1,
                let rule = policy.rules[0].combined(second.rules[0])
            else { continue }
            var changed = policies
            changed[index].rules = [rule]
            changed.remove(at: other)
            guard denies(changed) else { continue }
            let (name, otherName) = (policy.reference.qualifiedName.quoted, second.reference.qualifiedName.quoted)
            return
                "ALLOW policies are alternatives: \(name) allows this, whatever \(otherName) asks for; what has to hold together belongs into one rule"
        }
        return nil
    }
}
