import AuthzCore
import AuthzPolicy

/// Edits of what a test reads, where its values are right and stand beside the wrong name.
extension RulePlace {
    /// The condition about the claim that the token has, in the place of one that it lacks; blocks beside the address that they hold.
    func renaming(
        _ test: Program.Test, _ source: Program.TestSource, _ program: Program, _ request: CheckRequest,
        _ facts: Facts, _ claims: VerifiedClaims
    ) -> PolicyDraft.Edit? {
        if let path = claims.slip(of: test, in: program)?.path {
            return condition(ClaimSlip.key(path), for: source)
        }
        if let key = slips.header(test, request)?.key { return condition(key, for: source) }
        let exchanged = slips.exchanged(test, request, facts, claims: claims)
        if let exchanged, source.side == .from { return exchanging(exchanged, source) }
        // In one list with others that are right it has to be moved by hand.
        guard
            exchanged == nil
                || source.values.allSatisfy({ ExchangedPrincipal.belongsElsewhere($0.value, than: source.field) })
        else { return nil }
        guard let meant = exchanged?.field ?? slips.address(test, request, facts, claims: claims)?.field else {
            return nil
        }
        switch source.side {
        case .when: return condition(meant, for: source)
        case .from: return field(meant, for: source)
        case .to: return nil
        }
    }

    /// The list with another beginning of all values that have it; `nil` where that is one value alone.
    func replacing(_ beginning: (written: String, meant: String), in list: DocumentNode) -> PolicyText? {
        var items: [(node: DocumentNode, value: String)] = []
        for node in list.items {
            guard case .scalar(let scalar) = node, scalar.text.hasPrefix(beginning.written) else { continue }
            items.append((node, beginning.meant + scalar.text.dropFirst(beginning.written.count)))
        }
        guard items.count > 1 else { return nil }
        // From the last to the first, so that the places of those in front stay.
        return items.reversed().reduce(text as PolicyText?) {
            $0?.replacing($1.node, with: RuleWriter.quoted($1.value))
        }
    }

    /// Another key of a condition.
    private func condition(_ key: String, for source: Program.TestSource) -> PolicyDraft.Edit? {
        guard let written = rule["when"]?.items[safe: source.entry]?["key"],
            let changed = text.replacing(written, with: RuleWriter.quoted(key))
        else { return nil }
        return PolicyDraft.Edit(
            sentence: "write \(key.quoted) for \(source.field.quoted) in `when` of \(title)\(sharing(written))",
            text: changed, breadth: PolicyDraft.Edit.repairBreadth)
    }

    /// The field of the other kind of principals in the place of this one. Where both are there, and each has what belongs in the other,
    /// they change places.
    private func exchanging(_ exchanged: ExchangedPrincipal, _ source: Program.TestSource) -> PolicyDraft.Edit? {
        guard source.values.allSatisfy({ ExchangedPrincipal.belongsElsewhere($0.value, than: source.field) }),
            let mapping = rule["from"]?.items[safe: source.entry]?["source"], case .mapping(let entries, _) = mapping
        else { return nil }
        guard let other = mapping[exchanged.field] else { return field(exchanged.field, for: source) }
        let isExchanged = other.items.allSatisfy { item in
            guard case .scalar(let scalar) = item else { return false }
            return ExchangedPrincipal.belongsElsewhere(scalar.text, than: exchanged.field)
        }
        guard isExchanged else { return nil }
        let keys = entries.map(\.key).filter { $0.text == source.field || $0.text == exchanged.field }
        guard keys.count == 2, let changed = text.exchanging(keys[0], keys[1]) else { return nil }
        return PolicyDraft.Edit(
            sentence:
                "exchange the names \(source.field.quoted) and \(exchanged.field.quoted) of \(title)\(sharing(mapping))",
            text: changed, breadth: PolicyDraft.Edit.repairBreadth)
    }

    /// Another name of a field of `source`.
    private func field(_ name: String, for source: Program.TestSource) -> PolicyDraft.Edit? {
        guard let mapping = rule["from"]?.items[safe: source.entry]?["source"], mapping[name] == nil,
            case .mapping(let entries, _) = mapping,
            let key = entries.first(where: { $0.key.text == source.field })?.key,
            let changed = text.replacing(.scalar(key), with: key.isPlain ? name : RuleWriter.quoted(name))
        else { return nil }
        return PolicyDraft.Edit(
            sentence: "write \(name.quoted) for \(source.field.quoted) of \(title)\(sharing(mapping))", text: changed,
            breadth: PolicyDraft.Edit.repairBreadth)
    }
}
