import AuthzCore
import AuthzPolicy

/// Slips in who calls, by what the inventory has of namespaces and accounts.
extension SlipFinder {
    func namespace(_ written: String, of caller: KnownNames.Account) -> Slip? {
        let (seen, known) = (caller.namespace, policySet.names.namespaces)
        guard written != seen, !written.contains("*") else { return nil }
        if let slip = Slip.several(written, seen, "namespaces", isOfPolicy: true) { return slip }
        if written.hasSuffix("/ns/\(seen)") || written == "ns/\(seen)" {
            return Slip(
                "`\(written)` is no name of a namespace, and the caller is of `\(seen)`", isOfPolicy: true, meant: seen)
        }
        let isNear = NameSuggestion.isSlip(written, of: seen)
        switch (known.contains(written), known.contains(seen)) {
        case (true, true): return nil
        case (false, true):
            guard isNear || NameSuggestion.nearest(to: written, among: known.sorted()) == seen else { return nil }
            return Slip(
                "`\(written)` is no namespace of the inventory, and the caller is of `\(seen)`", meant: seen)
        case (true, false):
            guard isNear else { return nil }
            return Slip("the caller is of `\(seen)`, which is no namespace of the inventory: `\(written)` is one")
        case (false, false):
            guard isNear else { return nil }
            return Slip("the caller is of `\(seen)`, and not of `\(written)`", meant: seen)
        }
    }

    func account(_ written: String, of caller: KnownNames.Account, in namespace: String) -> Slip? {
        if let slip = Slip.several(written, "\(caller)", "service accounts", isOfPolicy: true) { return slip }
        let parts = written.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, !written.contains("*") else { return nil }
        if let slip = joined(written, caller, in: namespace) { return slip }
        let own = KnownNames.Account(namespace: parts.count == 2 ? parts[0] : namespace, name: parts[parts.count - 1])
        guard own != caller, (own.namespace == caller.namespace) != (own.name == caller.name) else { return nil }
        if own.namespace == caller.namespace {
            guard NameSuggestion.isSlip(own.name, of: caller.name) else { return nil }
            let slip = Slip(
                "the service account of the caller is `\(caller.name)`, and not `\(own.name)`",
                meant: parts.count == 1 ? caller.name : "\(caller)")
            return sided(slip, own, caller)
        }
        // Every namespace has an account `default`.
        guard own.name != "default" || NameSuggestion.isSlip(own.namespace, of: caller.namespace) else { return nil }
        let sentence =
            parts.count == 1
            ? "`\(written)` is that of the policy's own namespace, `\(own)`, and the caller is `\(caller)`"
            : "`\(caller)` and `\(written)` differ in nothing but the namespace"
        return sided(Slip(sentence, meant: "\(caller)"), own, caller)
    }

    /// `web:front`, which is one name, for `web/front`.
    private func joined(_ written: String, _ caller: KnownNames.Account, in namespace: String) -> Slip? {
        guard AccountForm.isJoined(written, namespace: caller.namespace, account: caller.name) else { return nil }
        let start = "a service account is written `NAMESPACE/ACCOUNT`, and the caller is `\(caller)`"
        guard AccountForm.isName(written) else {
            return Slip("`\(written)` is the name of no account: \(start)", isOfPolicy: true, meant: "\(caller)")
        }
        let own = KnownNames.Account(namespace: namespace, name: written)
        // A name with `-` is so common that only the inventory can tell it from a slip.
        guard !policySet.names.has(own), policySet.names.has(caller) || !written.contains("-") else { return nil }
        return Slip("`\(written)` is that of the policy's own namespace, `\(own)`: \(start)", meant: "\(caller)")
    }

    func principal(_ slip: Slip, _ written: String, _ seen: String) -> Slip? {
        let parts = (written.split(separator: "/"), seen.split(separator: "/"))
        guard !slip.isOfPolicy, parts.0.count == 5, let own = KnownNames.Account(identity: written),
            let caller = KnownNames.Account(identity: seen),
            own != caller, parts.0[0] == parts.1.dropLast(4).last
        else { return slip }
        var slip = slip
        slip.meant = "\(parts.0[0])/ns/\(caller.namespace)/sa/\(caller.name)"
        return sided(slip, own, caller)
    }

    /// A slip between two accounts. That both are there makes it none; that only the written one is, makes it the request's.
    private func sided(_ slip: Slip, _ own: KnownNames.Account, _ caller: KnownNames.Account) -> Slip? {
        var slip = slip
        switch (policySet.names.has(own), policySet.names.has(caller)) {
        case (true, true): return nil
        case (true, false):
            return Slip("the caller `\(caller)` is not in the inventory: `\(own)` is")
        case (false, true): break
        case (false, false):
            let isNear =
                NameSuggestion.isSlip(own.namespace, of: caller.namespace)
                || NameSuggestion.isSlip(own.name, of: caller.name)
            if !isNear { slip.meant = nil }
        }
        return slip
    }
}
