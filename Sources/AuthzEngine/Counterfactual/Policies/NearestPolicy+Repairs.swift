import AuthzCore
import AuthzPolicy

/// Rules that lack nothing but slips.
extension NearestPolicy {
    /// The draft in which such an ALLOW rule has none, or has what the request has beside those that may be right; `nil` where that is
    /// not enough, or nothing can be mended.
    mutating func repaired(_ editor: PolicyEditor) -> PolicyDraft? {
        let before = obstacles(editor.draft)
        for rule in editor.slippedRules {
            let mended = mended(rule, on: editor.draft, \.isRepair)
            guard mended.steps.count > editor.draft.steps.count else { continue }
            let draft = self.mended(rule, on: mended) { $0.breadth < 0 }
            if obstacles(draft) < before { return draft }
        }
        return nil
    }

    /// What mends those slips of such a rule that can be mended, where others cannot; `nil` where all can, or none.
    mutating func partialRepair() -> PolicyChanges.PartialRepair? {
        for rule in editor(of: start).slippedRules {
            let draft = mended(rule, on: start, \.isRepair)
            let editor = editor(of: draft)
            let left = editor.lacks(ofRule: rule).map(\.slip)
            guard !draft.steps.isEmpty, !left.isEmpty else { continue }
            return PolicyChanges.PartialRepair(
                change: found(draft, editor.decision, editor.workload), byHand: left)
        }
        return nil
    }

    /// The draft with all edits of a rule that are wanted.
    private mutating func mended(
        _ rule: PolicyEditor.RuleKey, on start: PolicyDraft, _ isWanted: (PolicyDraft.Edit) -> Bool
    ) -> PolicyDraft {
        var draft = start
        for _ in 0..<NearestRule.maximumSlips {
            let edits = editor(of: draft).lacks(ofRule: rule).flatMap(\.edits).filter(isWanted)
            guard let next = edits.lazy.compactMap({ draft.applying($0) }).first else { break }
            draft = next
        }
        return draft
    }

    private mutating func editor(of draft: PolicyDraft) -> PolicyEditor {
        let workload = draft.point.policySet.workload(description)
        let decision = decider.decide(document, for: workload, by: draft.point)
        return editor(of: draft, decision, workload)
    }
}
