import AuthzCore
import AuthzPolicy

/// Targets of policies that are elsewhere, or that no proxy acts for.
extension Linter {
    /// A policy whose target is there in another namespace.
    ///
    /// - Returns: Whether there is a finding.
    mutating func findTargetElsewhere(
        _ policy: PolicyReference, _ refs: [TargetRef], _ places: AttachmentPlaces, _ rule: AuthorizationPolicy.Rule?
    ) -> Bool {
        for ref in refs {
            let namespaces = documents.inventory.namespaces(of: ref)
            guard let namespace = namespaces.first, !namespaces.contains(policy.namespace) else { continue }
            let destination = LintSite.destination(of: ref, in: namespace, documents)
            guard let workload = point.policySet.workload(for: destination),
                let site = LintSite.sites(
                    of: destination, workload, documents.inventory, root: point.policySet.mesh.rootNamespace
                ).first
            else { continue }
            let document = rule.map { written($0, at: site) } ?? site.request
            add(
                .selectsNothing, policy, at: places.parts[ref.name],
                "the \(ref.kind.word) \(ref.name.quoted) is not in the namespace of the policy, which protects nothing: it is attached to what is in its own",
                hint: "it is in the namespace \(namespace.quoted): write the policy there",
                [proof(document, "goes to that \(ref.kind.word), and is decided without the policy")])
            return true
        }
        return false
    }

    /// A policy whose target is not there, where its namespace has others of the kind: no workload has to be known for that.
    ///
    /// - Returns: Whether there is a finding.
    mutating func findAbsentTarget(
        _ policy: PolicyReference, _ refs: [TargetRef], _ places: AttachmentPlaces, _ rule: AuthorizationPolicy.Rule?
    ) -> Bool {
        for ref in refs where !documents.inventory.mayHave(ref, in: policy.namespace) {
            let known = documents.inventory.names(of: ref.kind, in: policy.namespace)
            guard let name = NameSuggestion.nearest(to: ref.name, among: known) ?? known.first else { continue }
            let other = TargetRef(kind: ref.kind, name: name)
            let destination = LintSite.destination(of: other, in: policy.namespace, documents)
            guard let workload = point.policySet.workload(for: destination),
                let site = LintSite.sites(
                    of: destination, workload, documents.inventory, root: point.policySet.mesh.rootNamespace
                ).first
            else { continue }
            let document = rule.map { written($0, at: site) } ?? site.request
            add(
                .selectsNothing, policy, at: places.parts[ref.name],
                "no gateway or waypoint that is a target of the policy is there",
                hint: targetHint(refs, policy.namespace),
                [proof(document, "goes to the \(ref.kind.word) \(name.quoted), and is decided without the policy")])
            return true
        }
        return false
    }

    /// A PeerAuthentication of the root namespace that selects what is elsewhere.
    ///
    /// - Returns: Whether there is a finding.
    mutating func findSelectorInRoot(_ policy: PeerAuthentication, _ reference: PolicyReference) -> Bool {
        let labels = policy.matchLabels
        let root = point.policySet.mesh.rootNamespace
        guard reference.namespace == root, !labels.isEmpty, !documents.inventory.workloads.isEmpty,
            sites(selectedBy: policy).isEmpty, let site = elsewhere(labels, root)
        else { return false }
        let namespace = site.workload.description.namespace
        add(
            .selectsNothing, reference, at: AttachmentPlaces(parts: policy.attachmentPlaces).first(of: labels.keys),
            "in the root namespace, a PeerAuthentication with a selector reaches nothing",
            hint:
                "\(site.workload.displayName) has \(Self.text(labels).quoted): write it in the namespace \(namespace.quoted), or without the selector for the whole mesh",
            [missed(by: reference, .selector(labels), nil, at: site)])
        return true
    }

    // MARK: Waypoints

    /// Whether a waypoint is among the policies.
    var hasWaypoint: Bool {
        documents.inventory.others.contains {
            $0.kind == "Gateway"
                && ($0.gatewayClass == WorkloadDescription.waypointClass || $0.name.contains("waypoint"))
        } || allSites.contains { !$0.isMadeUp && $0.workload.role == .waypoint && $0.destination.workload != nil }
    }

    /// A policy for Services of workloads that have sidecars, for all that is known: their namespace is there, and nothing says that it is of
    /// an ambient mesh, or that there is a waypoint.
    mutating func findServicesOfSidecars(
        _ policy: PolicyReference, _ refs: [TargetRef], _ places: AttachmentPlaces, _ rule: AuthorizationPolicy.Rule?
    ) {
        let inventory = documents.inventory
        guard point.policySet.options.profile == .sidecar, !inventory.isOfAmbient, !hasWaypoint,
            inventory.others.contains(where: { $0.kind == "Namespace" && $0.name == policy.namespace })
        else { return }
        var first: LintSite?
        for ref in refs {
            guard ref.kind == .service,
                let service = inventory.services.first(where: {
                    $0.namespace == policy.namespace && $0.name == ref.name && !$0.selector.isEmpty
                }),
                let site = allSites.first(where: { site in
                    let description = site.workload.description
                    return site.workload.role == .sidecar && !site.isMadeUp && site.destination.workload != nil
                        && description.namespace == policy.namespace && service.selects(description.labels)
                })
            else { return }
            first = first ?? site
        }
        guard let site = first else { return }
        let labels = Self.text(site.workload.description.labels)
        add(
            .selectsNothing, policy, at: places.parts[refs[0].name],
            "a policy for a Service acts at a waypoint alone, and there is none: the sidecar of \(site.workload.displayName) does not enforce it",
            hint: labels.isEmpty
                ? "leave `targetRefs` out, or add the Gateway of the waypoint"
                : "attach it by a `selector`, as with \(labels.quoted), or add the Gateway of the waypoint",
            [missed(by: policy, .targetRefs(refs), rule, at: site)])
    }
}

extension Inventory {
    /// Where a target of a policy is.
    fileprivate func namespaces(of ref: TargetRef) -> [String] {
        let all =
            switch ref.kind {
            case .service: services.filter { $0.name == ref.name }.map(\.namespace)
            case .gateway: others.filter { $0.isOfGatewayAPI && $0.name == ref.name }.map(\.namespace)
            case .serviceEntry: others.filter { $0.kind == "ServiceEntry" && $0.name == ref.name }.map(\.namespace)
            case .gatewayClass: [String]()
            }
        return Set(all).sorted()
    }
}
