import AuthzCore
import AuthzPolicy

/// Policies that do not reach what they name.
extension Linter {
    /// An AuthorizationPolicy that reaches nothing, or not what its selector fits.
    mutating func findUnselected(_ policy: AuthorizationPolicy) {
        let reference = policy.reference
        let isReaching = allSites.contains { reaches(policy, $0) }
        findUnselected(reference, policy.attachment, isReaching: isReaching, rule: policy.rules.first)
        for refusal in policy.refusals { findNotAccepted(policy, reference, refusal) }
    }

    /// - Parameter rule: What the policy is about; its first values make the request.
    mutating func findUnselected(
        _ policy: PolicyReference, _ attachment: Attachment, isReaching: Bool, rule: AuthorizationPolicy.Rule? = nil
    ) {
        if case .selector(let labels) = attachment { findIneffectiveSelector(policy, labels, rule) }
        guard !isReaching, !documents.inventory.workloads.isEmpty else { return }
        let root = point.policySet.mesh.rootNamespace
        // A set may have the policies of the mesh, and not the gateways that these are for.
        guard policy.namespace != root || allSites.contains(where: { $0.workload.description.namespace == root }) else {
            return
        }
        let inScope = allSites.filter { site in
            policy.namespace == root || site.workload.description.namespace == policy.namespace
        }
        // An inventory of other namespaces says nothing about this one.
        guard !inScope.isEmpty else { return }
        let message: String
        let hint: String
        switch attachment {
        case .everything: return
        case .selector(let labels):
            let text = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            message = "no workload has the labels \(text.quoted), so the policy protects nothing"
            let nearest = nearest(to: labels, inScope)
            let written = nearest.workload.description.labels.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            hint = "\(nearest.workload.displayName) has \(written.isEmpty ? "no labels" : written.quoted)"
        case .targetRefs:
            message = "no gateway or waypoint that is a target of the policy is there"
            hint = "name one that is there; a sidecar is reached by a `selector`"
        }
        guard !isIneffective(policy, attachment) else { return }
        var site = inScope[0]
        if case .selector(let labels) = attachment { site = nearest(to: labels, inScope) }
        let document = rule.map { written($0, at: site) } ?? site.request
        add(.selectsNothing, policy, message, hint: hint, [proof(document, "is decided without the policy")])
    }

    /// The workload that has most of the labels, or else similar values.
    private func nearest(to labels: [String: String], _ sites: [LintSite]) -> LintSite {
        let distance = { (site: LintSite) -> Int in
            labels.reduce(0) { sum, label in
                guard let own = site.workload.description.labels[label.key] else { return sum + 100 }
                return sum + (own == label.value ? 0 : 1 + abs(own.count - label.value.count))
            }
        }
        // INVARIANT: there is one.
        return sites.enumerated().min { (distance($0.element), $0.offset) < (distance($1.element), $1.offset) }?.element
            ?? sites[0]
    }

    // MARK: Gateways and waypoints

    private func isIneffective(_ policy: PolicyReference, _ attachment: Attachment) -> Bool {
        guard case .selector(let labels) = attachment else { return false }
        return ineffectiveSite(policy, labels) != nil
    }

    /// A gateway or waypoint that has the labels, and that no selector reaches.
    private func ineffectiveSite(_ policy: PolicyReference, _ labels: [String: String]) -> LintSite? {
        let root = point.policySet.mesh.rootNamespace
        return allSites.first { site in
            let description = site.workload.description
            guard policy.namespace == root || description.namespace == policy.namespace,
                AttachmentOutcome.selection(labels, of: description.labels) == .attached
            else { return false }
            let outcome = AttachmentOutcome.of(
                .selector(labels), policyNamespace: policy.namespace, at: description, mesh: point.policySet.mesh
            ) { _ in false }
            return outcome == .notForWaypoints || outcome == .selectorsOffAtGateways
        }
    }

    private mutating func findIneffectiveSelector(
        _ policy: PolicyReference, _ labels: [String: String], _ rule: AuthorizationPolicy.Rule?
    ) {
        guard let site = ineffectiveSite(policy, labels) else { return }
        let document = rule.map { written($0, at: site) } ?? site.request
        add(
            .ineffectiveSelector, policy,
            "the selector fits \(site.workload.displayName), a \(site.workload.role.rawValue) that no selector reaches",
            hint: "attach the policy with `targetRefs`", [proof(document, "is decided without the policy")])
    }

    // MARK: What the data plane says

    private mutating func findNotAccepted(
        _ policy: AuthorizationPolicy, _ reference: PolicyReference, _ refusal: Located<String>
    ) {
        let others = documents.authorizationPolicies.filter {
            $0.reference.qualifiedName != reference.qualifiedName
        }
        let sites = sites(of: policy)
        guard let without = point(for: others, at: sites) else { return }
        for site in sites {
            let bases = policy.rules.map { written($0, at: site) } + [site.request]
            for base in bases {
                for document in [base] + allowed(by: point, near: base).documents
                    + allowed(by: without, near: base).documents
                {
                    let (before, after) = (report(document), report(document, by: without))
                    guard before.outcome != after.outcome else { continue }
                    add(
                        .notAccepted, reference, at: refusal.location,
                        "by its status \(refusal.value.quoted) the data plane does not enforce the policy as it is written",
                        hint: "see the message of the condition; what is not enforced, nothing else does",
                        [
                            LintFinding.Proof(
                                remark:
                                    "is \(before.outcome == .deny ? "denied" : "allowed") as written, and without the policy it is not",
                                document: document, report: before)
                        ])
                    return
                }
            }
        }
    }

    // MARK: Namespaces

    /// Namespaces in `from` that the inventory does not have, where it has any (`istioctl analyze`, IST0101).
    mutating func findUnknownNamespaces(_ policy: AuthorizationPolicy, _ index: Int) {
        var known = documents.inventory.others.filter { $0.kind == "Namespace" }.map(\.name)
        // Who lists one namespace lists his own, and those of others are elsewhere.
        guard known.count > 1 else { return }
        known.append(point.policySet.mesh.rootNamespace)
        guard let site = sites(of: policy).first ?? sites.first else { return }
        for ordinal in policy.rules.indices {
            for test in policy.rules[ordinal].tests where test.field == .namespace {
                for value in test.lists.values + test.lists.notValues
                where !known.contains(where: { Self.fits($0, value.value) }) {
                    let subject = LintRule(policy: policy, index: index, ordinal: ordinal, sites: [site])
                    let near = NameSuggestion.nearest(to: value.value, among: known.sorted())
                    var document = written(subject.rule, at: site)
                    let domain = point.policySet.mesh.trustDomain
                    let name = near ?? known.sorted()[0]
                    document.source.principal = "spiffe://\(domain)/ns/\(name)/sa/default"
                    add(
                        .unknownNamespace, subject, at: value.location,
                        "there is no namespace \(value.value.quoted), so \(test.name.quoted) fits nobody by it",
                        hint: near.map { "did you mean `\($0)`?" }
                            ?? "take it out, or add the Namespace to the inventory",
                        [proof(document, "comes from the namespace \(name.quoted), which is there")])
                }
            }
        }
    }

    /// A star stands for any text, wherever it is.
    private static func fits(_ namespace: String, _ pattern: String) -> Bool {
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return namespace == pattern }
        guard namespace.hasPrefix(pieces[0]) else { return false }
        var rest = namespace.dropFirst(pieces[0].count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(pieces[pieces.count - 1])
    }
}
