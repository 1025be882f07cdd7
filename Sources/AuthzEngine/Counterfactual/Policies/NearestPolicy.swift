import AuthzCore
package import AuthzPolicy

/// Finds the smallest change of the policies under which a denied request is allowed.
///
/// Each DENY rule that matches, and the lack of an ALLOW rule, costs one edit: a value, or where none will do a rule. A rule that lacks
/// nothing but slips is mended as a whole before that, as whatever stands beside it would leave them. Every edit is made in the text of
/// its file, which is loaded and compiled, and the request is decided by what comes of it.
package struct NearestPolicy {
    let document: RequestDocument
    let description: WorkloadDescription
    private let workload: Workload
    let start: PolicyDraft
    private let now: Int64
    var decider: Decider
    private let sample: RequestSample
    /// `namespace/name` of the policy that is to allow the request; `nil` where any may.
    private var preferred: String?
    private var firstSteps: [(edit: PolicyDraft.Edit, draft: PolicyDraft?)] = []
    /// How many edits are made at most.
    private static let maximumEdits = 8
    /// Of how many edits it is measured what they open.
    private static let maximumAlike = 12
    /// How many rules are looked at for an edit.
    static let maximumRules = 6

    /// - Parameters:
    ///   - documents: What the policies of `point` were compiled from, with their texts.
    ///   - now: Seconds since 1970.
    ///   - preferred: `namespace/name` of the policy that is to allow it: where a change of that will do, others are not looked at.
    package init(
        of document: RequestDocument, for workload: Workload, by point: DecisionPoint, documents: PolicyDocuments,
        now: Int64, preferring preferred: String? = nil
    ) {
        self.preferred = preferred
        self.document = document
        self.workload = workload
        self.now = now
        description = workload.description
        start = PolicyDraft(documents, point)
        decider = Decider(now: now)
        sample = RequestSample(around: document, for: workload, by: point, now: now)
    }

    /// Whether a step takes the fewest words, or opens the least.
    private enum Preference { case small, narrow }

    package mutating func search() -> PolicyChanges {
        let denial = Denial(of: document, for: workload, by: start.point, now: now)
        if let obstacle = denial.obstacle {
            return PolicyChanges(obstacle: obstacle, partialRepair: partialRepair())
        }
        var result = changes(denial.unreachedIssuer)
        if preferred != nil, result.changes.isEmpty {
            preferred = nil
            result = changes(denial.unreachedIssuer)
        }
        let slip = denial.audienceSlip
        result.hint =
            slip?.side == .either ? slip.map { "perhaps a slip: \($0.advice)" } : denial.actionSlip(on: start)
        if result.hint == nil, result.changes.first?.isRepair != true {
            result.hint = UnexpectedDenial(of: denial, documents: start.documents).hint
        }
        let unfit = denial.unfitClaim
        if let unfit, !(result.changes.first?.isRepair ?? false) {
            result.changes.removeAll(where: \.opening.needsNoToken)
            if result.changes.isEmpty { result.obstacle = unfit }
        }
        if !(result.changes.first?.mendsSlip ?? false) {
            if !result.changes.isEmpty { result.demand = unfit ?? denial.demand }
            result.partialRepair = partialRepair()
        }
        return result
    }

    /// - Parameter unreached: What is wrong where the token that is asked for is verified elsewhere.
    private mutating func changes(_ unreached: String?) -> PolicyChanges {
        var result = PolicyChanges()
        for preference in [Preference.small, .narrow] {
            switch change(preference) {
            case .found(let change):
                // What lets the request in without the token that is asked for is no answer to that.
                if let unreached, !change.isRepair {
                    result.obstacle = result.changes.isEmpty ? unreached : nil
                    return result
                }
                if let first = result.changes.first {
                    let isNarrower =
                        change.opening.opened + change.opening.workloads.count
                        < first.opening.opened + first.opening.workloads.count
                    // Who misspelled a rule has said what it asks for.
                    let isCautious =
                        !first.mendsRule && first.opening.needsNoToken && !change.opening.needsNoToken
                    if isNarrower || isCautious, change.patch != first.patch {
                        result.changes.insert(change, at: isCautious ? 0 : 1)
                    }
                } else {
                    result.changes.append(change)
                }
                if !change.opening.isWider { return result }
            case .failed(let obstacle):
                result.obstacle = result.changes.isEmpty ? unreached ?? obstacle : nil
                return result
            }
        }
        return result
    }

    private enum Outcome {
        case found(PolicyChange)
        case failed(String)
    }

    private mutating func change(_ preference: Preference) -> Outcome {
        var draft = start
        for _ in 0...Self.maximumEdits {
            let workload = draft.point.policySet.workload(description)
            let decision = decider.decide(document, for: workload, by: draft.point)
            if decision.outcome == .allow { return .found(found(draft, decision, workload)) }
            let editor = editor(of: draft, decision, workload)
            if let obstacle = editor.obstacle { return .failed(obstacle) }
            let edits = editor.edits()
            if let next = best(edits.filter(\.isRepair), on: draft, preference) {
                draft = next
            } else if preference == .small, let next = repaired(editor) {
                draft = next
            } else if let next = best(edits.filter { !$0.isRepair }, on: draft, preference) {
                draft = next
            } else {
                return .failed("no edit of one value or rule in the files helps")
            }
        }
        return .failed("more than \(Self.maximumEdits) rules would have to change")
    }

    /// What a draft came to.
    func found(_ draft: PolicyDraft, _ decision: Decision, _ workload: Workload) -> PolicyChange {
        let report = DecisionReport(
            decision, of: decider.request, sentPath: document.request?.path, for: FoundWorkload(workload: workload),
            at: draft.point, in: decider.workspace)
        return PolicyChange(
            steps: draft.steps,
            files: draft.changed.keys.sorted().map { file in
                (file, start.documents.sources.bytes(of: file) ?? [], draft.changed[file]?.bytes ?? [])
            }, isRepair: draft.isRepair, mendsSlip: draft.mendsSlip, isOfSlips: draft.isOfSlips, report: report,
            opening: sample.opening(to: draft.point))
    }

    func editor(of draft: PolicyDraft, _ decision: Decision, _ workload: Workload) -> PolicyEditor {
        PolicyEditor(
            draft: draft, workload: workload, decision: decision, request: decider.request,
            workspace: decider.workspace, facts: decider.facts(for: workload), document: document,
            preferred: preferred)
    }

    /// The best of the edits after which less stands in the way. What an edit opens is measured only among those that are alike.
    private mutating func best(
        _ edits: [PolicyDraft.Edit], on draft: PolicyDraft, _ preference: Preference
    ) -> PolicyDraft? {
        let before = obstacles(draft)
        let group = { (edit: PolicyDraft.Edit) in
            let isBeside = edit.breadth == PolicyDraft.Edit.slipBreadth && preference == .narrow
            return [preference == .small && edit.isWhole ? 1 : 0, isBeside ? 0 : edit.measuredBreadth]
        }
        let sorted = edits.enumerated().sorted { left, right in
            let keys = (group(left.element), group(right.element))
            return keys.0 == keys.1
                ? (left.element.breadth, left.offset) < (right.element.breadth, right.offset)
                : keys.0.lexicographicallyPrecedes(keys.1)
        }
        var alike: [PolicyDraft] = []
        var found: [Int]?
        for (_, edit) in sorted {
            if let found, found != group(edit) || alike.count == Self.maximumAlike { break }
            guard let next = applied(edit, to: draft), obstacles(next) < before else { continue }
            found = group(edit)
            alike.append(next)
        }
        guard alike.count > 1 else { return alike.first }
        let opened = alike.map { draft in
            let opening = sample.opening(to: draft.point)
            // Who says nothing of themselves are many more than those who were tried.
            return (opening.isForAnybody ? 1 : 0, opening.opened + opening.workloads.count)
        }
        return zip(alike, opened).min { $0.1 < $1.1 }?.0
    }

    /// The draft after an edit. Both searches begin with the same ones, and to load them is most of the work.
    private mutating func applied(_ edit: PolicyDraft.Edit, to draft: PolicyDraft) -> PolicyDraft? {
        guard draft.steps.isEmpty else { return draft.applying(edit) }
        if let known = firstSteps.first(where: { $0.edit.isSame(as: edit) }) { return known.draft }
        let next = draft.applying(edit)
        firstSteps.append((edit, next))
        return next
    }

    /// What stands in the way: DENY and CUSTOM rules that match, and the lack of an ALLOW rule. What comes before them, as a refused
    /// connection, stands in the way of all.
    mutating func obstacles(_ draft: PolicyDraft) -> Int {
        let workload = draft.point.policySet.workload(description)
        let decision = decider.decide(document, for: workload, by: draft.point)
        if decision.outcome == .allow { return 0 }
        switch decision.reason {
        case .deniedByCustom, .customProviderInvalid, .deniedByPolicy, .noAllowPolicyMatched: break
        case .plaintextNotPermitted: return 2000 + settings(of: workload, in: .strict)
        case .mtlsNotAccepted: return 2000 + settings(of: workload, in: .disable)
        case .allowedByPolicy, .noPolicyApplies, .tokenMalformed, .tokenTooLong, .tokenAlgorithmNotAllowed,
            .tokenIssuerUnknown, .tokenNotYetValid, .tokenExpired, .tokenAudienceMismatch, .tokenKeyUnknown,
            .tokenSignatureInvalid, .keysUnavailable, .trustDomainNotAccepted, .requestInvalid, .unknownWorkload,
            .conflictingHeaders, .untrustedProxy, .internalError:
            return 2000
        }
        let facts = decider.facts(for: workload)
        let chain = workload.chain(isHTTP: facts.isHTTP)
        let program = draft.point.policySet.program
        let (request, claims) = (decider.request, decider.workspace.claims)
        let holds = { (rule: Program.Rule, caution: Caution) in
            program.holds(rule, for: request, facts, claims: claims, caution: caution)
        }
        let denials = chain.deny.enforced.rules.count { holds($0, .denying) }
        if decision.reason == .deniedByCustom || decision.reason == .customProviderInvalid {
            return 1000 + chain.custom.flatMap(\.rules.rules).count { holds($0, .denying) }
        }
        let isAllowed = !chain.allow.isEnforced || chain.allow.enforced.rules.contains { holds($0, .allowing) }
        return denials + (isAllowed ? 0 : 1)
    }

    /// How many settings of a mode refuse a request that does not say its port, each of which has to change.
    private func settings(of workload: Workload, in mode: PeerAuthentication.Mode) -> Int {
        guard document.destination.port == nil else { return 0 }
        let effective = workload.peerAuthentication
        return ([effective.workload] + effective.ports.values).count { $0.mode == mode }
    }
}
