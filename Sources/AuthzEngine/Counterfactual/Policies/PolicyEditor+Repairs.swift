import AuthzCore
import AuthzPolicy

/// Edits that take more than one value of a rule for a slip: a rule with several, and a policy in the wrong namespace.
extension PolicyEditor {
    /// A rule by its policy and its place there.
    struct RuleKey: Equatable {
        var policy: PolicyReference
        var ordinal: Int
    }

    /// The ALLOW rules that lack nothing but slips, those that lack the fewest first.
    var slippedRules: [RuleKey] {
        guard decision.reason == .noAllowPolicyMatched else { return [] }
        let slips = slips
        var slipped: [(lacks: Int, rule: Program.Rule)] = []
        for rule in workload.chain(isHTTP: facts.isHTTP).allow.enforced.rules
        where isPreferred(policySet.authorizationPolicies[Int(rule.policy)].reference) {
            guard let lacks = slips.slips(of: rule, request, facts, claims: workspace.claims)?.count,
                (2...NearestRule.maximumSlips).contains(lacks)
            else { continue }
            slipped.append((lacks, rule))
        }
        return slipped.sorted { $0.lacks < $1.lacks }.prefix(NearestPolicy.maximumRules).map { _, rule in
            let policy = policySet.authorizationPolicies[Int(rule.policy)].reference
            return RuleKey(policy: policy, ordinal: Int(rule.ordinal))
        }
    }

    /// The slips that a rule lacks nothing but, each in words and with its edits; none where it lacks more, or matches.
    func lacks(ofRule key: RuleKey) -> [(slip: PolicyChanges.OpenSlip, edits: [PolicyDraft.Edit])] {
        guard decision.reason == .noAllowPolicyMatched else { return [] }
        let rules = workload.chain(isHTTP: facts.isHTTP).allow.enforced.rules
        let slips = slips
        guard
            let rule = rules.first(where: {
                Int($0.ordinal) == key.ordinal
                    && policySet.authorizationPolicies[Int($0.policy)].reference == key.policy
            }), let place = RulePlace(policySet, rule, slips, in: draft),
            let lacks = slips.slips(of: rule, request, facts, claims: workspace.claims)
        else { return [] }
        return lacks.map { index in
            let test = program.tests[Int(index)]
            let slip =
                claims.slip(of: test, in: program)?.slip
                ?? slips.find(test, in: key.policy.namespace, request, facts, claims: claims)?.slip
            let open = PolicyChanges.OpenSlip(
                field: program.sources[Int(test.source)].field, sentence: slip?.sentence ?? "")
            return (open, place.mending(test, program, values, request, facts, claims))
        }
    }

    // MARK: Namespaces

    /// Policies whose selector fits the workload, and none of their own namespace, in the namespace of the workload.
    func moves(of kinds: PolicyReference.Kind...) -> [PolicyDraft.Edit] {
        let candidates =
            policySet.authorizationPolicies.filter { $0.action == .allow && !$0.isDryRun }
            .map { ($0.reference, $0.attachment.labels) }
            + policySet.requestAuthentications.map { ($0.reference, $0.attachment.labels) }
            + policySet.peerAuthentications.map { ($0.reference, $0.policy.matchLabels) }
        return candidates.filter { kinds.contains($0.0.kind) && policySet.isMisplaced($0.0, $0.1, for: workload) }
            .prefix(NearestPolicy.maximumRules)
            .compactMap { policy, _ in
                let namespace = workload.description.namespace
                guard let text = draft.text(of: policy.location.file),
                    let written = text.resource(at: policy.location)?["metadata"]?["namespace"],
                    let changed = text.replacing(written, with: RuleWriter.quoted(namespace))
                else { return nil }
                return PolicyDraft.Edit(
                    sentence:
                        "write \(namespace.quoted) for \(policy.namespace.quoted) in `namespace` of the \(policy.kind.rawValue) \(policy.qualifiedName)",
                    text: changed, breadth: PolicyDraft.Edit.repairBreadth)
            }
    }
}

extension Attachment {
    /// Those of its selector; none without one.
    var labels: [String: String] { if case .selector(let labels) = self { labels } else { [:] } }
}

extension PolicySet {
    /// Whether a policy is of another namespace than a workload that its selector fits, and fits no workload there. One without a
    /// selector is where the name of its namespace is nearly that of the workload's.
    func isMisplaced(_ policy: PolicyReference, _ labels: [String: String], for workload: Workload) -> Bool {
        let namespace = workload.description.namespace
        guard workload.role != .waypoint, policy.namespace != namespace, policy.namespace != mesh.rootNamespace,
            labels.isEmpty
                ? isNamespace(policy.namespace, likeThatOf: workload)
                : AttachmentOutcome.selection(labels, of: workload.description.labels) == .attached
        else { return false }
        return !hasWorkload(in: policy.namespace, selectedBy: labels)
    }

    /// Whether a namespace is likely to stand for that of a workload: by a slip, or as `payments` for `pay`, where there is none of the
    /// name. A further word, as in `pay-admin`, makes it another one.
    func isNamespace(_ written: String, likeThatOf workload: Workload) -> Bool {
        let own = workload.description.namespace
        guard !names.namespaces.contains(written) else { return false }
        if NameSuggestion.isSlip(written, of: own) { return true }
        let (shorter, longer) = written.count < own.count ? (written, own) : (own, written)
        return shorter.count > 2 && longer.hasPrefix(shorter)
            && longer.dropFirst(shorter.count).allSatisfy { $0.isASCII && $0.isLetter }
            && !named.isEmpty
    }

    /// Whether the inventory has a workload in a namespace that a selector fits.
    func hasWorkload(in namespace: String, selectedBy labels: [String: String]) -> Bool {
        named.values.contains { workload in
            workload.description.namespace == namespace
                && AttachmentOutcome.selection(labels, of: workload.description.labels) == .attached
        }
    }
}
