import AuthzCore
package import AuthzPolicy

/// Finds a policy that reaches no workload, for its namespace or for a slip in its selector, and under which a request would get the
/// outcome that is expected of it if it reached this one.
package struct MisplacedPolicy {
    private let document: RequestDocument
    private let workload: Workload
    private let point: DecisionPoint
    private let documents: PolicyDocuments
    private let now: Int64
    /// How many policies are put where the workload is.
    private static let maximumTrials = 8

    /// - Parameters:
    ///   - documents: What the policies of `point` were compiled from.
    ///   - now: Seconds since 1970.
    package init(
        of document: RequestDocument, for workload: Workload, by point: DecisionPoint, documents: PolicyDocuments,
        now: Int64
    ) {
        self.document = document
        self.workload = workload
        self.point = point
        self.documents = documents
        self.now = now
    }

    /// A policy, and what would make it reach the workload.
    private struct Candidate {
        enum Slip {
            case namespace
            case label(key: String, written: String, meant: String)
        }

        var policy: PolicyReference
        var labels: [String: String]
        var hasNamespace: Bool
        var slip: Slip
        /// Whether its namespace or its selector says that this workload is meant.
        var isLikely: Bool
    }

    /// `nil` where there is none, and where the inventory has no workload, so that nobody can say what a policy reaches.
    ///
    /// - Parameters:
    ///   - wanted: The outcome that is expected.
    ///   - expected: `namespace/name` of the policy that is to make it.
    ///   - isAboutPlaintext: Whether it is the mode that is to refuse the request.
    package func sentence(
        wanting wanted: Decision.Outcome, expected: String?, isAboutPlaintext: Bool = false
    ) -> String? {
        guard workload.role == .sidecar, !point.policySet.named.isEmpty else { return nil }
        let sorted = candidates.filter { candidate in
            let isNamed = candidate.policy.qualifiedName == expected
            return isNamed || isTelling(candidate, wanted, isAboutPlaintext)
        }.sorted { left, right in
            let rank = { (candidate: Candidate) in
                candidate.policy.qualifiedName == expected ? 0 : candidate.isLikely ? 1 : 2
            }
            return rank(left) < rank(right)
        }
        return sorted.prefix(Self.maximumTrials).first { candidate in
            // Few policies match, and to compile one is quick: what it does not decide alone it does not decide beside others.
            let isRule = candidate.policy.kind == .authorizationPolicy
            return (!isRule || outcome(with: candidate, isAlone: true) == wanted) && outcome(with: candidate) == wanted
        }.map { sentence($0, wanted) }
    }

    /// Whether it is evidence enough that the outcome would be as it is expected. Any ALLOW policy, and any STRICT, denies something.
    private func isTelling(
        _ candidate: Candidate, _ wanted: Decision.Outcome, _ isAboutPlaintext: Bool
    ) -> Bool {
        guard wanted == .deny, !candidate.isLikely else { return true }
        switch candidate.policy.kind {
        case .requestAuthentication: return true
        case .peerAuthentication: return isAboutPlaintext
        case .authorizationPolicy:
            return documents.authorizationPolicies.contains {
                $0.reference == candidate.policy && $0.action == .deny
            }
        }
    }

    private var candidates: [Candidate] {
        let rules = documents.authorizationPolicies.filter {
            !$0.isDryRun && ($0.action == .allow || $0.action == .deny)
        }.compactMap { candidate($0.reference, $0.attachment, $0.metadata) }
        let tokens = documents.requestAuthentications.compactMap {
            candidate($0.reference, $0.attachment, $0.metadata)
        }
        let modes = documents.peerAuthentications.compactMap {
            candidate(
                $0.reference, $0.matchLabels.isEmpty ? .everything : .selector($0.matchLabels), $0.metadata)
        }
        return modes + rules + tokens
    }

    private func candidate(
        _ policy: PolicyReference, _ attachment: Attachment, _ metadata: ResourceMetadata
    ) -> Candidate? {
        if case .targetRefs = attachment { return nil }
        let (policySet, description, labels) = (point.policySet, workload.description, attachment.labels)
        let (root, own) = (policySet.mesh.rootNamespace, description.namespace)
        var candidate = Candidate(
            policy: policy, labels: labels, hasNamespace: metadata.namespaceLocation != nil, slip: .namespace,
            isLikely: true)
        guard policy.namespace == own else {
            guard policy.namespace != root,
                AttachmentOutcome.selection(labels, of: description.labels) == .attached,
                !policySet.hasWorkload(in: policy.namespace, selectedBy: labels)
            else { return nil }
            candidate.isLikely =
                !labels.isEmpty || policySet.isNamespace(policy.namespace, likeThatOf: workload)
                || !candidate.hasNamespace
            return candidate
        }
        let differing = labels.filter { description.labels[$0.key] != $0.value }
        guard differing.count == 1, let (key, value) = differing.first, let meant = description.labels[key],
            NameSuggestion.isSlip(value, of: meant), !policySet.hasWorkload(in: own, selectedBy: labels)
        else { return nil }
        candidate.slip = .label(key: key, written: value, meant: meant)
        return candidate
    }

    // MARK: The trial

    /// - Parameter isAlone: Whether no other AuthorizationPolicy is there.
    private func outcome(with candidate: Candidate, isAlone: Bool = false) -> Decision.Outcome? {
        let policySet = point.policySet
        let attached = Set(workload.attachedPolicies.map { policySet.authorizationPolicies[$0].reference })
        var changed = documents
        changed.inventory.workloads = []
        changed.authorizationPolicies.removeAll {
            (isAlone || !attached.contains($0.reference)) && $0.reference != candidate.policy
        }
        let namespace = workload.description.namespace
        var labels = candidate.labels
        if case .label(let key, _, let meant) = candidate.slip { labels[key] = meant }
        for index in changed.authorizationPolicies.indices
        where changed.authorizationPolicies[index].reference == candidate.policy {
            changed.authorizationPolicies[index].metadata.namespace = namespace
            if !labels.isEmpty { changed.authorizationPolicies[index].attachment = .selector(labels) }
        }
        for index in changed.requestAuthentications.indices
        where changed.requestAuthentications[index].reference == candidate.policy {
            changed.requestAuthentications[index].metadata.namespace = namespace
            if !labels.isEmpty { changed.requestAuthentications[index].attachment = .selector(labels) }
        }
        for index in changed.peerAuthentications.indices
        where changed.peerAuthentications[index].reference == candidate.policy {
            changed.peerAuthentications[index].metadata.namespace = namespace
            changed.peerAuthentications[index].matchLabels = labels
        }
        let trial = PolicyTrial(document: document, workload: workload, point: point, documents: changed, now: now)
        return trial.decision(by: changed.authorizationPolicies)?.outcome
    }

    private func sentence(_ candidate: Candidate, _ wanted: Decision.Outcome) -> String {
        let policy = candidate.policy
        let name = "\(policy.qualifiedName.quoted) (\(policy.location))"
        let effect = wanted == .deny ? "this would be denied" : "this would be allowed"
        let own = workload.description.namespace
        switch candidate.slip {
        case .label(let key, let written, let meant):
            return
                "\(name) selects no workload; with \("\(key): \(meant)".quoted) for \("\(key): \(written)".quoted) it would reach \(workload.displayName.quoted), and \(effect): is that meant?"
        case .namespace:
            let fits = candidate.labels.isEmpty ? "" : " that its selector fits"
            let why =
                candidate.hasNamespace
                ? "is in \(policy.namespace.quoted), where no workload is\(fits)"
                : "has no `namespace`, so it is in \(policy.namespace.quoted), where no workload is\(fits)"
            return
                "\(name) \(why); in \(own.quoted) it would reach \(workload.displayName.quoted), and \(effect): is `namespace: \(own)` meant?"
        }
    }
}
