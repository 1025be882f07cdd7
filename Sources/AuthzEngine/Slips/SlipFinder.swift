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
        if let principal = exchanged(test, request, facts, claims: claims) {
            return Found(written: principal.written, slip: principal.slip)
        }
        if let header = header(test, request) { return Found(written: "", slip: header.slip) }
        let seen = seenValues(of: test, request, facts, claims: claims).filter { $0.utf8.count <= Self.maximumBytes }
        guard !seen.isEmpty else { return nil }
        let source = program.sources[Int(test.source)]
        let all = source.values.prefix(Self.maximumValues).map(\.value)
        for written in all {
            let slip =
                isWordList(test, claims)
                ? Slip.words(written, seen) : Slip.callInMethods(written, of: test.attribute, request, facts)
            if let slip { return Found(written: written, slip: slip) }
        }
        var ranks = WordRanks(source)
        for written in all {
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
            ?? program.hopSlip(of: test, at: role, request, facts, claims: claims)
    }

    /// The slip of a principal in the field of the other kind.
    func exchanged(
        _ test: Program.Test, _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> ExchangedPrincipal? {
        program.exchangedPrincipal(of: test, request, facts, claims: claims)
    }

    /// The slip in the name of a header.
    func header(_ test: Program.Test, _ request: borrowing CheckRequest) -> HeaderSlip? {
        program.headerSlip(of: test, request)
    }

    /// How many values of a list are looked at.
    private static let maximumValues = 64
    /// Of how long a value of a request it is asked whether it is a slip away.
    private static let maximumBytes = 2048

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
            return isWordList(test, claims) ? texts.flatMap { $0.split(separator: " ").map(String.init) } : texts
        case .header:
            let name = String(decoding: program.arena[test.name.range], as: UTF8.self)
            guard !RuleRecorder.isSecret(header: name) else { return [] }
            var lines: [String] = []
            for field in request.operation.headers where request.text(field.name) == name {
                lines.append(request.text(field.value))
            }
            return lines
        case .authority, .scheme, .fullPath, .sourceIP, .remoteIP, .destinationIP, .dynamicMetadata: return []
        }
        return slice.map { [request.text($0)] } ?? []
    }

    /// Whether a claim is one whose text Istio takes apart into words.
    private func isWordList(_ test: Program.Test, _ claims: borrowing VerifiedClaims) -> Bool {
        test.attribute == .claim && test.path.count == 1
            && claims.isWordList(program.names[Int(test.path.lowerBound)], in: program)
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
                let isToken = test.attribute == .requestPrincipal
                let sided = other.flatMap { isToken ? issuer($0, written) : $0 }
                slip = sided.flatMap { word($0, &ranks) } ?? (isToken ? unverified(written, seen) : nil)
            }
        }
        let mode = policySet.mesh.pathNormalization
        guard var found = slip ?? (test.attribute == .path ? Slip.normalized(written, seen, mode) : nil) else {
            return nil
        }
        // Another rule for what is below says that both are meant.
        if test.attribute == .path, Slip.isParent(written, of: seen), isWritten("\(written)/*") { return nil }
        guard let meant = found.meant else { return found }
        // What cannot be written as it is, or would be read as a pattern, stays what it was.
        let isPrintable = !meant.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0xfffd }
        // A pattern that no request fits is none.
        let isSameEnd =
            meant.hasSuffix("*")
            ? written.hasSuffix("*") || [written + "*", written + "/*"].contains(meant)
            : !written.hasSuffix("*") || found.isOfPolicy
        let isText = !meant.hasPrefix("*") && !meant.hasSuffix("*") && found.isOfPolicy
        let isAlike = meant.hasPrefix("*") == written.hasPrefix("*") && isSameEnd
        if !isPrintable || !(isAlike || isText || found.isPattern) { found.meant = nil }
        return found
    }

    /// An issuer whose tokens the workload verifies is no slip for another one.
    private func issuer(_ slip: Slip, _ written: String) -> Slip? {
        // What looks like an issuer may be a subject of another one.
        if slip.meant == "\(written)/*", let slash = written.lastIndex(of: "/"),
            issuers.isEmpty || issuers.contains(String(written[..<slash]))
        {
            return nil
        }
        guard !slip.isOfPolicy, let slash = written.lastIndex(of: "/") else { return slip }
        var slip = slip
        if issuers.isEmpty || issuers.contains(String(written[..<slash])) {
            slip.meant = nil
        } else {
            slip.isOfPolicy = slip.meant != nil
        }
        return slip
    }

    /// Whether some parts are in others in the same order.
    private static func isContained(_ parts: ArraySlice<Substring>, in others: ArraySlice<Substring>) -> Bool {
        var rest = parts
        for other in others where other == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }

    /// Whether the policies have a value.
    private func isWritten(_ value: String) -> Bool {
        program.sources.contains { $0.values.contains { $0.value == value } }
    }

    /// An issuer whose tokens no rule verifies, which has a part of its path more than the one that the token has, or less.
    private func unverified(_ written: String, _ seen: String) -> Slip? {
        guard let end = written.lastIndex(of: "/"), let slash = seen.lastIndex(of: "/") else { return nil }
        let (wanted, own) = (String(written[..<end]), String(seen[..<slash]))
        let parts = { (issuer: String) in issuer.split(separator: "/")[...] }
        guard issuers.contains(own), wanted.contains("://"), parts(wanted).prefix(2) == parts(own).prefix(2),
            Self.isContained(parts(own), in: parts(wanted)) || Self.isContained(parts(wanted), in: parts(own)),
            !policySet.tokenRules.contains(where: { $0.issuer == wanted }),
            Slip.fits(String(written[end...]), String(seen[slash...]))
        else { return nil }
        return Slip(
            "no rule verifies tokens of `\(wanted)`, and the issuer of the token is `\(own)`", isOfPolicy: true,
            meant: own + written[end...])
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
