import AuthzCore
import AuthzPolicy

/// Policies as they are written and with a fault, each with what they were compiled from.
struct PolicyPair {
    var points: [DecisionPoint]
    var documents: [PolicyDocuments]

    var policySets: [PolicySet] { points.map(\.policySet) }

    /// An AuthorizationPolicy as it is written and as it is in the mutant; without those that lack it.
    func versions(of policy: PolicyReference) -> [AuthorizationPolicy] {
        documents.compactMap { $0.policy(policy) }
    }

    /// The same of one AuthorizationPolicy by itself: where that matches alike, all decide alike. `nil` for other kinds.
    func alone(_ policy: PolicyReference) -> PolicyPair? {
        // Which providers there are decides what becomes of them, even where no rule matches.
        guard policy.kind == .authorizationPolicy, versions(of: policy).allSatisfy({ $0.action != .custom }) else {
            return nil
        }
        var result = self
        for index in points.indices {
            var documents = documents[index]
            documents.authorizationPolicies = documents.policy(policy).map { [$0] } ?? []
            documents.peerAuthentications = []
            if !self.documents.contains(where: { $0.readsTokens(policy) }) { documents.requestAuthentications = [] }
            let (policySet, options) = (points[index].policySet, points[index].options)
            do throws(InputError) {
                let compiled = try PolicySet.compile(documents, mesh: policySet.mesh, options: policySet.options)
                result.documents[index] = documents
                result.points[index] = DecisionPoint(policySet: compiled.policySet, options: options)
            } catch {
                return nil
            }
        }
        return result
    }
}

extension PolicyDocuments {
    /// An AuthorizationPolicy by its name.
    fileprivate func policy(_ reference: PolicyReference) -> AuthorizationPolicy? {
        authorizationPolicies.first {
            $0.metadata.name == reference.name && $0.metadata.namespace == reference.namespace
        }
    }

    /// Whether a rule of an AuthorizationPolicy asks who a token is from or what it says, or reads a header, which may be written of it.
    fileprivate func readsTokens(_ policy: PolicyReference) -> Bool {
        self.policy(policy)?.rules.contains { rule in
            rule.from.contains { $0.fields.contains { $0.field == .requestPrincipals } }
                || rule.when.contains { $0.key.value.hasPrefix("request.") }
        } ?? false
    }
}
