import AuthzCore
import AuthzPolicy

/// Finds the slip by which a request misses a test: one for all that tell of it, the explanation, the nearest rule and the patch. What
/// there is by name says whether it is the policy's or the request's, and whether it is one at all.
struct SlipFinder {
    /// A written value with its slip.
    struct Found {
        var written: String
        var slip: Slip
    }

    let policySet: PolicySet
    /// Where Services in front of the workload lead to, by their ports.
    private let servicePorts: [UInt16: UInt16]
    /// The issuers whose tokens the workload verifies; empty where one rule is for any.
    private let issuers: Set<String>
    private let role: Workload.Role

    private var program: Program { policySet.program }

    init(_ policySet: PolicySet, at workload: Workload) {
        self.policySet = policySet
        role = workload.role
        servicePorts = policySet.servicePorts.targets(of: workload.description)
        let issuers = Set(workload.tokenRules.map { policySet.tokenRules[$0].issuer })
        self.issuers = issuers.contains("") ? [] : issuers
    }

    /// The slip of the first written value that has one, where the request does not fit the values of a test.
    ///
    /// - Parameter namespace: That of the policy, which a service account without one is in.
    func find(
        _ test: Program.Test, in namespace: String, _ request: borrowing CheckRequest, _ facts: Facts,
        claims: borrowing VerifiedClaims
    ) -> Found? {
        if let address = address(test, request, facts, claims: claims) {
            return Found(written: address.written, slip: address.slip)
        }
        let seen = seenValues(of: test, request, facts, claims: claims).filter { $0.utf8.count <= Self.maximumBytes }
        guard !seen.isEmpty else { return nil }
        let source = program.sources[Int(test.source)]
        var ranks = WordRanks(source)
        for written in source.values.prefix(Self.maximumValues).map(\.value) {
            for value in seen.prefix(Self.maximumValues) {
                let slip = slip(written, seen: value, of: test, source, &ranks, in: namespace)
                if let slip = slip ?? Slip.call(written, value, of: test.attribute, request, facts) {
                    return Found(written: written, slip: slip)
                }
            }
        }
        return nil
    }

    /// The slip of blocks beside the wrong address.
    func address(
        _ test: Program.Test, _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> AddressSlip? {
        program.addressSlip(of: test, at: role, request, facts, claims: claims)
    }

    /// How many values of a list are looked at.
    private static let maximumValues = 64
    /// Of how long a value of a request it is asked whether it is a slip away.
    private static let maximumBytes = 2048

    /// The conditions on claims that are one text of several words.
    private static let wordLists: Set<String> = ["request.auth.claims[scope]", "request.auth.claims[permission]"]

    // MARK: What a test saw

    private func seenValues(
        of test: Program.Test, _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> [String] {
        let slice: ByteSlice?
        switch test.attribute {
        case .method: slice = facts.method.value
        case .host: slice = facts.host.value
        case .path: slice = facts.path.value
        case .sni: slice = facts.sni.value
        case .peerPrincipal:
            return facts.peerPrincipal.value == nil ? [] : request.principals.map(request.text)
        case .ztunnelPrincipal, .ztunnelNamespace, .ztunnelAccount: slice = facts.peerPrincipal.value
        case .destinationPort: return facts.destinationPort.value.map { ["\($0)"] } ?? []
        case .requestPrincipal: return claims.principal.map { [$0] } ?? []
        case .claim:
            guard claims.isPresent, let node = claims.node(at: test.path, in: program) else { return [] }
            let texts = claims.tape.strings(at: node)
            // Istio takes these apart into words.
            let isList = Self.wordLists.contains(program.sources[Int(test.source)].field)
            return isList ? texts.flatMap { $0.split(separator: " ").map(String.init) } : texts
        case .header:
            let name = String(decoding: program.arena[test.name.range], as: UTF8.self)
            guard !RuleRecorder.secretHeaders.contains(name) else { return [] }
            var lines: [String] = []
            for field in request.operation.headers where request.text(field.name) == name {
                lines.append(request.text(field.value))
            }
            return lines
        case .authority, .scheme, .fullPath, .sourceIP, .remoteIP, .destinationIP, .dynamicMetadata: return []
        }
        return slice.map { [request.text($0)] } ?? []
    }

    // MARK: On which side it is

    private func slip(
        _ written: String, seen: String, of test: Program.Test, _ source: Program.TestSource, _ ranks: inout WordRanks,
        in namespace: String
    ) -> Slip? {
        let slip: Slip?
        switch source.field {
        case "namespaces", "notNamespaces", "source.namespace":
            slip = KnownNames.Account(identity: seen).flatMap { self.namespace(written, of: $0) }
        case "serviceAccounts", "notServiceAccounts", "source.serviceAccount":
            slip = KnownNames.Account(identity: seen).flatMap { account(written, of: $0, in: namespace) }
        case "trustDomains", "notTrustDomains", "source.trustDomain", "request.auth.claims[sub]": slip = nil
        default:
            let other = Slip(written, seen: seen, of: test.attribute, servicePorts: servicePorts)
            if test.attribute == .peerPrincipal || test.attribute == .ztunnelPrincipal {
                slip = other.flatMap { principal($0, written, seen) }
            } else {
                let sided = other.map { test.attribute == .requestPrincipal ? issuer($0, written) : $0 }
                slip = sided.flatMap { word($0, &ranks) }
            }
        }
        let mode = policySet.mesh.pathNormalization
        guard var found = slip ?? (test.attribute == .path ? Slip.normalized(written, seen, mode) : nil) else {
            return nil
        }
        guard let meant = found.meant else { return found }
        // What cannot be written as it is, or would be read as a pattern, stays what it was.
        let isPrintable = !meant.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0xfffd }
        // A pattern that no request fits is none.
        let isSameEnd =
            meant.hasSuffix("*")
            ? written.hasSuffix("*") || meant == "\(written)*" : !written.hasSuffix("*") || found.isOfPolicy
        let isAlike = found.isPattern || meant.hasPrefix("*") == written.hasPrefix("*") && isSameEnd
        if !isPrintable || !isAlike { found.meant = nil }
        return found
    }

    private func namespace(_ written: String, of caller: KnownNames.Account) -> Slip? {
        let (seen, known) = (caller.namespace, policySet.names.namespaces)
        guard written != seen, !written.contains("*") else { return nil }
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

    private func account(_ written: String, of caller: KnownNames.Account, in namespace: String) -> Slip? {
        let parts = written.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, !written.contains("*") else { return nil }
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

    private func principal(_ slip: Slip, _ written: String, _ seen: String) -> Slip? {
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

    /// An issuer whose tokens the workload verifies is no slip for another one.
    private func issuer(_ slip: Slip, _ written: String) -> Slip {
        guard !slip.isOfPolicy, let slash = written.lastIndex(of: "/") else { return slip }
        var slip = slip
        if issuers.isEmpty || issuers.contains(String(written[..<slash])) {
            slip.meant = nil
        } else {
            slip.isOfPolicy = slip.meant != nil
        }
        return slip
    }

    /// Of two words that differ by a letter, that which is known from elsewhere is right; where both are, they are two.
    private func word(_ slip: Slip, _ ranks: inout WordRanks) -> Slip? {
        guard let words = slip.words else { return slip }
        let known = (ranks.rank(of: words.written, in: policySet), ranks.rank(of: words.seen, in: policySet))
        guard known.0 >= known.1 else { return slip }
        if known.0 == known.1 { return known.0 == 0 ? slip : nil }
        return Slip("the request has `\(words.seen)` where the policies have `\(words.written)`")
    }
}

/// How well words are known from elsewhere than the values of one test, each looked for once: all values of the policies are gone through.
private struct WordRanks {
    private let own: Set<String>
    private var found: [String: Int] = [:]

    init(_ source: Program.TestSource) { own = Set(source.values.map(\.value)) }

    /// 2 where the inventory has it, 1 where another value of the policies does, else 0. Whoever copies a rule copies its slips, so the
    /// same values elsewhere say nothing.
    mutating func rank(of word: String, in policySet: PolicySet) -> Int {
        if let rank = found[word] { return rank }
        let rank = policySet.names.has(word: word) ? 2 : isNamed(word, in: policySet.program) ? 1 : 0
        found[word] = rank
        return rank
    }

    private func isNamed(_ word: String, in program: Program) -> Bool {
        program.sources.contains { source in
            source.values.contains { located in
                let value = located.value
                guard value.utf8.count >= word.utf8.count, !own.contains(value) else { return false }
                return value == word || value.split(whereSeparator: { "/.".contains($0) }).contains { $0 == word }
            }
        }
    }
}
