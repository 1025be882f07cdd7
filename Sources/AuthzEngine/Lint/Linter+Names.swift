import AuthzCore
import AuthzPolicy

/// Namespaces and service accounts that rules name, and that are not there.
extension Linter {
    /// The namespaces that there are, where the inventory lists them (`istioctl analyze`, IST0101); `nil` where it does not.
    var listedNamespaces: Set<String>? {
        let known = Set(documents.inventory.others.filter { $0.kind == "Namespace" }.map(\.name))
        // Who lists one namespace lists his own, and those of others are elsewhere.
        return known.count > 1 ? known.union([point.policySet.mesh.rootNamespace]) : nil
    }

    mutating func findUnknownNames(_ policy: AuthorizationPolicy, _ index: Int) {
        guard let site = sites(of: policy).first ?? sites.first else { return }
        for ordinal in policy.rules.indices {
            let subject = LintRule(policy: policy, index: index, ordinal: ordinal, sites: [site])
            for test in subject.rule.tests {
                for isNegated in [false, true] {
                    for value in test.values(isNegated: isNegated) {
                        switch test.field {
                        case .namespace: findUnknownNamespace(subject, test, value, isNegated)
                        case .peerPrincipal, .serviceAccount: findUnknownAccount(subject, test, value, isNegated)
                        case .trustDomain, .sourceIP, .remoteIP, .destinationIP, .destinationPort, .sni,
                            .requestPrincipal, .claim, .header, .dynamicMetadata, .host, .method, .path:
                            break
                        }
                    }
                }
            }
        }
    }

    private mutating func findUnknownNamespace(
        _ subject: LintRule, _ test: RuleTest, _ value: Located<String>, _ isNegated: Bool
    ) {
        // The star also fits what follows a namespace in an identity.
        let name = value.value.hasSuffix("/*") ? String(value.value.dropLast(2)) : value.value
        guard let known = listedNamespaces?.sorted(), !known.contains(where: { Self.fits($0, name) }),
            Self.words(in: value.value, .namespace) == nil
        else { return }
        let meant = mended(value.value, .namespace) ?? value.value
        let similar = known.first { $0 == meant } ?? NameSuggestion.nearest(to: meant, among: known)
        let isSlip = similar.map { $0 == meant || NameSuggestion.isSlip(meant, of: $0) } ?? false
        let home = isSlip ? nil : namespace(having: meant, but: value.value).flatMap { known.contains($0) ? $0 : nil }
        let near = home ?? similar
        let other = near ?? someNamespace
        add(
            .unknownNamespace, subject, at: value.location,
            "there is no namespace \(value.value.quoted), so \(test.name(isNegated: isNegated).quoted) fits nobody by it",
            hint: home.map { "\(meant.quoted) is a service account of the namespace \($0.quoted): write `\($0)`" }
                ?? near.map { "did you mean `\($0)`?" } ?? "take it out, or add the Namespace to the inventory",
            [
                proof(
                    of: Peer(namespace: other, account: "default"), named: other, in: subject, test, value, isNegated,
                    "comes from the namespace \(other.quoted), which is there")
            ])
    }

    /// One that is among the documents, as that of the root need not be.
    private var someNamespace: String {
        documents.inventory.others.filter { $0.kind == "Namespace" }.map(\.name).min()
            ?? point.policySet.mesh.rootNamespace
    }

    // MARK: Service accounts

    private struct Peer {
        var namespace: String
        var account: String
    }

    /// Whom a value names, where it names an account; a star at the end of that stays. `nil` for those of other meshes.
    private func peer(_ field: ConditionField, _ value: String, _ policy: AuthorizationPolicy) -> Peer? {
        let parts = value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if field == .serviceAccount {
            guard !value.contains("*"), parts.count <= 2 else { return nil }
            return parts.count == 2
                ? Peer(namespace: parts[0], account: parts[1])
                : Peer(namespace: policy.metadata.namespace, account: parts[0])
        }
        guard parts.count == 5, parts[1] == "ns", parts[3] == "sa", !parts[2].contains("*"), !parts[4].isEmpty,
            point.policySet.mesh.trustDomains.contains(parts[0]) || parts[0] == "cluster.local"
        else { return nil }
        return Peer(namespace: parts[2], account: parts[4])
    }

    private mutating func findUnknownAccount(
        _ subject: LintRule, _ test: RuleTest, _ value: Located<String>, _ isNegated: Bool
    ) {
        guard let peer = peer(test.field, value.value, subject.policy), Self.words(in: value.value, test.field) == nil
        else { return }
        if let listed = listedNamespaces, !listed.contains(peer.namespace) {
            let near = NameSuggestion.nearest(to: peer.namespace, among: listed.sorted())
            let other = near ?? someNamespace
            return addUnknownAccount(
                subject, test, value, isNegated,
                "there is no namespace \(peer.namespace.quoted), so nobody has the service account of \(value.value.quoted)",
                hint: near.map { "did you mean `\(value.value.replacing(peer.namespace, with: $0))`?" }
                    ?? "take it out, or add the Namespace to the inventory",
                Peer(namespace: other, account: peer.account.replacing("*", with: "")))
        }
        let known = documents.inventory.serviceAccounts(in: peer.namespace)
        let gateways = documents.inventory.gatewayAccounts(in: peer.namespace)
        let all = known.union(gateways).union(["default"])
        guard !all.contains(where: { Self.fits($0, peer.account) }) else { return }
        if let workload = documents.inventory.workloads.first(where: {
            $0.namespace == peer.namespace && $0.name == peer.account && $0.serviceAccount == "default"
        }) {
            return addUnknownAccount(
                subject, test, value, isNegated, missingAccount(peer, test, isNegated),
                hint:
                    "\(peer.namespace)/\(peer.account) runs as `default`: give it the account by `serviceAccountName` of its \(workload.kind), or write `\(Self.replacing(peer.account, with: "default", in: value.value))`",
                Peer(namespace: peer.namespace, account: "default"))
        }
        if test.field == .serviceAccount, let joined = joined(value.value) {
            return addUnknownAccount(
                subject, test, value, isNegated, missingAccount(peer, test, isNegated),
                hint: "did you mean `\(joined.namespace)/\(joined.account)`?", joined)
        }
        let near =
            NameSuggestion.nearest(to: peer.account, among: known.union(gateways).sorted())
            ?? gateways.sorted().first { $0.hasSuffix("-\(peer.account)") || $0.hasPrefix("\(peer.account)-") }
        // Who lists one account lists that of his own workload, and those of his callers are elsewhere; a slip is one all the same. In the
        // root namespace an installer makes others.
        let isRoot = peer.namespace == point.policySet.mesh.rootNamespace
        let isListed = known.count > 1 && !isRoot
        let isSlip = near.map { NameSuggestion.isSlip(peer.account, of: $0) } ?? false
        if !isSlip, !isRoot, !known.isEmpty, let namespace = namespace(having: peer.account, but: peer.namespace) {
            // That it is there by this name elsewhere tells that the namespace is wrong.
            return addUnknownAccount(
                subject, test, value, isNegated, missingAccount(peer, test, isNegated),
                hint: "did you mean `\(Self.value(value.value, test.field, in: namespace))`?",
                Peer(namespace: namespace, account: peer.account))
        }
        guard isListed || isSlip, let other = near ?? known.sorted().first else { return }
        addUnknownAccount(
            subject, test, value, isNegated, missingAccount(peer, test, isNegated),
            hint: near.map { "did you mean `\(Self.replacing(peer.account, with: $0, in: value.value))`?" }
                ?? "take it out, or add the ServiceAccount to the inventory",
            Peer(namespace: peer.namespace, account: other))
    }

    /// The account whose namespace and name a value joins by something else than `/`; `nil` where none is there, or several are.
    private func joined(_ value: String) -> Peer? {
        let inventory = documents.inventory
        let namespaces = Set(inventory.workloads.map(\.namespace) + inventory.others.map(\.namespace))
        let found = namespaces.flatMap { namespace in
            inventory.serviceAccounts(in: namespace)
                .filter { AccountForm.isJoined(value, namespace: namespace, account: $0) }
                .map { Peer(namespace: namespace, account: $0) }
        }
        return found.count == 1 ? found[0] : nil
    }

    private func missingAccount(_ peer: Peer, _ test: RuleTest, _ isNegated: Bool) -> String {
        "there is no service account \(peer.account.quoted) in the namespace \(peer.namespace.quoted), so \(test.name(isNegated: isNegated).quoted) fits nobody by it"
    }

    /// Another namespace that has an account of this very name. One with a star says too little.
    private func namespace(having account: String, but namespace: String) -> String? {
        Set(documents.inventory.workloads.map(\.namespace) + documents.inventory.others.map(\.namespace)).sorted()
            .first { $0 != namespace && documents.inventory.serviceAccounts(in: $0).contains(account) }
    }

    /// A value with another namespace in the place of its own.
    private static func value(_ value: String, _ field: ConditionField, in namespace: String) -> String {
        var parts = value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if field == .serviceAccount { return "\(namespace)/\(parts[parts.count - 1])" }
        parts[2] = namespace
        return parts.joined(separator: "/")
    }

    /// The account stands at the end.
    private static func replacing(_ account: String, with other: String, in value: String) -> String {
        String(value.dropLast(account.count)) + other
    }

    private mutating func addUnknownAccount(
        _ subject: LintRule, _ test: RuleTest, _ value: Located<String>, _ isNegated: Bool, _ message: String,
        hint: String, _ other: Peer
    ) {
        let name =
            test.field == .serviceAccount
            ? "\(other.namespace)/\(other.account)"
            : "\(value.value.split(separator: "/")[0])/ns/\(other.namespace)/sa/\(other.account)"
        add(
            .unknownServiceAccount, subject, at: value.location, message, hint: hint,
            [
                proof(
                    of: other, named: name, in: subject, test, value, isNegated,
                    "comes from \("\(other.namespace)/\(other.account)".quoted), which is not the name that is written")
            ])
    }

    // MARK: Proofs

    /// A request of a peer that the rule would match, or leave out, if it had his name in the place of one that nobody has.
    private mutating func proof(
        of peer: Peer, named name: String, in subject: LintRule, _ test: RuleTest, _ value: Located<String>,
        _ isNegated: Bool, _ remark: String
    ) -> LintFinding.Proof {
        var base = written(subject.rule, at: subject.sites[0])
        base.source.principal = "spiffe://\(point.policySet.mesh.trustDomain)/ns/\(peer.namespace)/sa/\(peer.account)"
        var part = subject.rule
        if !isNegated { part = part.keeping(Located(name, at: value.location), of: test) }
        let document = completed(base, for: part, of: subject) { $0.source.principal == base.source.principal }
        return proof(document, remark)
    }

    /// A star stands for any text, wherever it is.
    private static func fits(_ name: String, _ pattern: String) -> Bool {
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard pieces.count > 1 else { return name == pattern }
        guard name.hasPrefix(pieces[0]) else { return false }
        var rest = name.dropFirst(pieces[0].count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(pieces[pieces.count - 1])
    }
}
