import AuthzCore
import AuthzPolicy

/// Policies that do not reach what they name.
extension Linter {
    /// An AuthorizationPolicy that reaches nothing, or not what its selector fits.
    mutating func findUnselected(_ policy: AuthorizationPolicy) {
        let reference = policy.reference
        let isReaching = allSites.contains { reaches(policy, $0) }
        let places = AttachmentPlaces(namespace: policy.metadata.namespaceLocation, parts: policy.attachmentPlaces)
        findUnselected(reference, policy.attachment, places, isReaching: isReaching, rule: policy.rules.first)
        for refusal in policy.refusals { findNotAccepted(policy, reference, refusal) }
    }

    /// - Parameter rule: What the policy is about; its first values make the request.
    mutating func findUnselected(
        _ policy: PolicyReference, _ attachment: Attachment, _ places: AttachmentPlaces, isReaching: Bool,
        rule: AuthorizationPolicy.Rule? = nil
    ) {
        if case .selector(let labels) = attachment { findIneffectiveSelector(policy, labels, places, rule) }
        if case .targetRefs(let refs) = attachment {
            if isReaching {
                findMissingTargets(policy, refs, places, rule)
                findServicesOfSidecars(policy, refs, places, rule)
            } else if findTargetElsewhere(policy, refs, places, rule) || findAbsentTarget(policy, refs, places, rule) {
                return
            }
        }
        guard !isReaching, !documents.inventory.workloads.isEmpty else { return }
        let root = point.policySet.mesh.rootNamespace
        // A set may have the policies of the mesh, and not the gateways that these are for.
        guard policy.namespace != root || allSites.contains(where: { $0.workload.description.namespace == root }) else {
            return
        }
        let inScope = allSites.filter { site in
            policy.namespace == root || site.workload.description.namespace == policy.namespace
        }
        guard !inScope.isEmpty else { return findEmptyNamespace(policy, attachment, places, rule) }
        let message: String
        let hint: String
        var place: SourceLocation?
        var site = inScope[0]
        switch attachment {
        case .everything: return
        case .selector(let labels):
            let isOfMesh = policy.namespace == root && policy.kind != .peerAuthentication
            let workloads = isOfMesh ? "workload" : "workload of the namespace \(policy.namespace.quoted)"
            message = "no \(workloads) has the labels \(Self.text(labels).quoted), so the policy protects nothing"
            if let other = gatewayTarget(policy, labels) {
                (site, hint) = other
                place = places.first(of: labels.keys)
            } else if let other = asked(policy) {
                (site, hint) = other
                place = places.first(of: labels.keys)
            } else if let other = isOfMesh ? nil : elsewhere(labels, policy.namespace) {
                site = other
                place = places.namespace ?? places.first(of: labels.keys)
                hint =
                    places.namespace == nil
                    ? namespaceHint(policy, attachment, nil, places)
                    : "\(other.workload.displayName) has \(Self.text(labels).quoted): is the policy meant for \(other.workload.description.namespace.quoted)?"
            } else if let other = unlabeled(labels, inScope) {
                (site, hint) = other
                place = places.first(of: labels.keys)
            } else {
                site = nearest(to: labels, inScope)
                let own = site.workload.description.labels
                place = places.first(of: labels.filter { own[$0.key] != $0.value }.keys)
                hint = lackHint(labels, at: site)
            }
        case .targetRefs(let refs):
            place = places.first(of: refs.map(\.name))
            message = "no gateway or waypoint that is a target of the policy is there"
            hint = targetHint(refs, policy.namespace)
        }
        guard !isIneffective(policy, attachment) else { return }
        add(
            .selectsNothing, policy, at: place, message, hint: hint,
            [missed(by: policy, attachment, rule, at: site)])
    }

    /// A policy of a namespace that is not there. Without a list of namespaces nobody knows: an inventory of other namespaces says
    /// nothing about this one.
    private mutating func findEmptyNamespace(
        _ policy: PolicyReference, _ attachment: Attachment, _ places: AttachmentPlaces,
        _ rule: AuthorizationPolicy.Rule?
    ) {
        let inhabited = Set(documents.inventory.workloads.map(\.namespace)).sorted()
        let near = NameSuggestion.nearest(to: policy.namespace, among: inhabited + [point.policySet.mesh.rootNamespace])
        guard let listed = listedNamespaces, !listed.contains(policy.namespace),
            let site = allSites.first(where: { $0.workload.description.namespace == near }) ?? allSites.first
        else {
            // A mode for a namespace is for what may come, unless the namespace is nearly another one.
            if case .everything = attachment, policy.kind == .peerAuthentication,
                !inhabited.contains(where: { NameSuggestion.isSlip(policy.namespace, of: $0) })
            {
                return
            }
            emptyNamespaces.insert(policy.namespace)
            return
        }
        add(
            .selectsNothing, policy, at: places.namespace,
            "there is no namespace \(policy.namespace.quoted), so the policy protects nothing",
            hint: namespaceHint(policy, attachment, near, places),
            [missed(by: policy, attachment, rule, at: site)])
    }

    /// Targets that are not there beside some that are.
    private mutating func findMissingTargets(
        _ policy: PolicyReference, _ refs: [TargetRef], _ places: AttachmentPlaces, _ rule: AuthorizationPolicy.Rule?
    ) {
        let inventory = documents.inventory
        let (there, missing) = (
            refs.filter { inventory.mayHave($0, in: policy.namespace) },
            refs.filter { !inventory.mayHave($0, in: policy.namespace) }
        )
        for ref in missing {
            // The inventory has to have others of the kind in this namespace.
            let known = inventory.names(of: ref.kind, in: policy.namespace)
            guard !known.isEmpty,
                let document = documents.authorizationPolicies.first(where: { $0.reference == policy }),
                let site = sites(of: document).first
            else { continue }
            let near = NameSuggestion.nearest(
                to: ref.name, among: known.filter { name in !there.contains { $0.name == name } })
            let base = rule.map { written($0, at: site) } ?? site.request
            add(
                .selectsNothing, policy, at: places.parts[ref.name],
                "there is no \(ref.kind.word) \(ref.name.quoted), so the policy protects nothing by this target",
                hint: near.map { "did you mean `\($0)`?" } ?? "take the target out, or add it to the inventory",
                [proof(base, "goes to a target that is there, the only ones where the policy acts")])
        }
    }

    // MARK: Requests that the policy would have decided

    /// A request at a site that a policy does not reach, decided otherwise if it did.
    mutating func missed(
        by policy: PolicyReference, _ attachment: Attachment, _ rule: AuthorizationPolicy.Rule?, at site: LintSite
    ) -> LintFinding.Proof {
        let description = site.workload.description
        var bases = [rule.map { written($0, at: site) } ?? site.request, site.request]
        if policy.kind == .requestAuthentication {
            var forged = site.request
            forged.token = .claims(
                json: ClaimTree.someone(of: tokenIssuer(of: policy)).json, hasValidSignature: false,
                location: forged.location)
            bases.insert(forged, at: 0)
        }
        var other: Attachment?
        switch attachment {
        case .everything: other = .everything
        case .selector:
            other = description.labels.isEmpty ? .everything : .selector(description.labels)
        case .targetRefs: break
        }
        if let other, let reaching = attaching(policy, to: other, in: description.namespace),
            let found = difference(from: reaching, at: site, near: bases)
        {
            let would = found.then.outcome == .deny ? "denied" : "allowed"
            return proof(
                found.document, "is decided without the policy, and would be \(would) if it reached the workload")
        }
        let document = allowed(by: point, near: bases[0]).documents.first ?? bases[0]
        return proof(document, "is decided without the policy")
    }

    private func tokenIssuer(of policy: PolicyReference) -> String {
        documents.requestAuthentications.first { $0.reference == policy }?.rules.first?.issuer ?? ""
    }

    /// What would decide if a policy reached the workloads of a namespace that another selector fits.
    private func attaching(
        _ policy: PolicyReference, to attachment: Attachment, in namespace: String
    ) -> DecisionPoint? {
        var documents = documents
        let namespace =
            policy.namespace == point.policySet.mesh.rootNamespace && policy.kind != .peerAuthentication
            ? policy.namespace : namespace
        func change<Document>(
            _ list: inout [Document], _ reference: KeyPath<Document, PolicyReference>,
            _ metadata: WritableKeyPath<Document, ResourceMetadata>, _ attach: (inout Document) -> Void
        ) {
            for index in list.indices where list[index][keyPath: reference] == policy {
                list[index][keyPath: metadata].namespace = namespace
                // One of the same name may be there.
                list[index][keyPath: metadata].name += "-lint"
                attach(&list[index])
            }
        }
        change(&documents.authorizationPolicies, \.reference, \.metadata) { $0.attachment = attachment }
        change(&documents.requestAuthentications, \.reference, \.metadata) { $0.attachment = attachment }
        change(&documents.peerAuthentications, \.reference, \.metadata) { changed in
            if case .selector(let labels) = attachment {
                changed.matchLabels = labels
            } else {
                changed.matchLabels = [:]
            }
        }
        do throws(InputError) {
            let compiled = try PolicySet.compile(
                documents, mesh: point.policySet.mesh, options: point.policySet.options)
            return DecisionPoint(policySet: compiled.policySet, options: point.options)
        } catch {
            return nil
        }
    }

    /// A request to which other policies give another outcome, one that gets as far as to policies where there is such a one.
    private mutating func difference(
        from other: DecisionPoint, at site: LintSite, near bases: [RequestDocument]
    ) -> (document: RequestDocument, now: DecisionReport, then: DecisionReport)? {
        var refused: (document: RequestDocument, now: DecisionReport, then: DecisionReport)?
        for base in bases {
            for document in [base] + allowed(by: point, near: base).documents
                + allowed(by: other, near: base).documents
            {
                let (now, then) = (report(document), report(document, by: other))
                guard now.outcome != then.outcome else { continue }
                if !now.reason.isOfConnection, !then.reason.isOfConnection { return (document, now, then) }
                refused = refused ?? (document, now, then)
            }
        }
        return refused
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
        _ policy: PolicyReference, _ labels: [String: String], _ places: AttachmentPlaces,
        _ rule: AuthorizationPolicy.Rule?
    ) {
        guard let site = ineffectiveSite(policy, labels) else { return }
        let document = rule.map { written($0, at: site) } ?? site.request
        add(
            .ineffectiveSelector, policy, at: places.first(of: labels.keys),
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
            guard let found = difference(from: without, at: site, near: bases) else { continue }
            let outcome = found.now.outcome == .deny ? "denied" : "allowed"
            return add(
                .notAccepted, reference, at: refusal.location,
                "by its status \(refusal.value.quoted) the data plane does not enforce the policy as it is written",
                hint: "see the message of the condition; what is not enforced, nothing else does",
                [
                    LintFinding.Proof(
                        remark: "is \(outcome) as written, and without the policy it is not",
                        document: found.document, report: found.now)
                ])
        }
    }
}
