import AuthzCore
import AuthzPolicy
import AuthzToken

extension PolicyEditor {
    /// Edits of the audiences that a rule asks for: what the token has in the place of one that it misses by a slip, or beside them.
    func audiences() -> [PolicyDraft.Edit] {
        guard case .tokenRule(let index) = decision.determining,
            let owner = policySet.requestAuthentications.first(where: { $0.rules.contains(index) }),
            let text = draft.text(of: owner.reference.location.file),
            let list = text.resource(at: owner.reference.location)?["spec"]?["jwtRules"]?.items[
                safe: index - owner.rules.lowerBound]?["audiences"]
        else { return [] }
        let slip = AudienceSlip(sentAudiences, rules: [index], policySet, document)
        let mended = slip.flatMap { slip -> PolicyDraft.Edit? in
            guard let item = list.items.first(where: { $0.isText(slip.written) }),
                let changed = text.replacing(item, with: RuleWriter.quoted(slip.seen))
            else { return nil }
            return PolicyDraft.Edit(
                sentence:
                    "write \(slip.seen.quoted) for \(slip.written.quoted) in `audiences` of \(owner.reference.qualifiedName)",
                text: changed, breadth: slip.side == .policy ? PolicyDraft.Edit.repairBreadth : 0)
        }
        return [mended].compactMap(\.self)
            + sentAudiences.prefix(1).compactMap { audience in
                text.appending(RuleWriter.quoted(audience), to: list).map {
                    PolicyDraft.Edit(
                        sentence: "add \(audience.quoted) to `audiences` of \(owner.reference.qualifiedName)", text: $0)
                }
            }
    }

    /// The audiences of the token that was read last.
    var sentAudiences: [String] {
        let tape = workspace.token.claims
        return tape.isEmpty ? [] : TokenSummary.texts("aud", of: tape)
    }
}
