import AuthzCore
import AuthzPolicy

/// Tokens that the policies in force tell apart: none, and for each accepted issuer those with the claims that rules ask for. They
/// are correctly signed and in time; what of the sent token can stay stays.
struct TokenCandidates {
    private let program: Program
    private let tests: FieldTests
    private let workload: Workload
    private let policySet: PolicySet
    private let base: ClaimTree
    private let now: Int64
    /// How many tokens are made at most.
    private static let maximumTokens = 1500

    init(
        for tests: FieldTests, base: RequestDocument, places: TokenPlaces, workload: Workload, in policySet: PolicySet,
        now: Int64
    ) {
        program = policySet.program
        self.tests = tests
        self.workload = workload
        self.policySet = policySet
        self.now = now
        self.base = ClaimTree(json: places.claims(in: base) ?? "{}")
    }

    private struct Claim {
        var path: [String]
        /// As JSON, the sent one first; `nil` is none.
        var values: [String?]
    }

    func candidates(at location: SourceLocation) -> FieldCandidates {
        var result = FieldCandidates()
        result.values.append(.absent)
        guard !workload.tokenRules.isEmpty else { return result }
        let own = tests.tests(of: .token)
        let principals = own.filter { $0.attribute == .requestPrincipal }
        let claims = own.filter { $0.attribute == .claim }
        var byPath: [[String]: [Program.Test]] = [:]
        for test in claims { byPath[path(of: test), default: []].append(test) }
        var made: [(changes: Int, json: String)] = []
        for rule in workload.tokenRules.map({ policySet.tokenRules[$0] }) {
            var spaces = [
                issuers(of: rule, program.principalGlobs(of: principals, subject: false), byPath[["iss"]], &result),
                strings(
                    ["sub"],
                    program.principalGlobs(of: principals, subject: true) + program.globs(of: byPath[["sub"]] ?? []),
                    default: "x", &result),
                audiences(of: rule, byPath[["aud"]] ?? [], &result),
            ]
            for path in byPath.keys.sorted(by: { $0.lexicographicallyPrecedes($1) })
            where ![["iss"], ["sub"], ["aud"]].contains(path) {
                spaces.append(strings(path, program.globs(of: byPath[path] ?? []), default: nil, &result))
            }
            made += combinations(spaces, &result)
        }
        var seen: Set<String> = []
        for token in made.sorted(by: { $0.changes < $1.changes }) where seen.insert(token.json).inserted {
            result.values.append(
                .token(.claims(json: token.json, hasValidSignature: true, location: location)))
        }
        return result
    }

    private func path(of test: Program.Test) -> [String] {
        test.path.map { String(decoding: program.arena[program.names[Int($0)].range], as: UTF8.self) }
    }

    // MARK: Values of single claims

    private func issuers(
        of rule: TokenRule, _ globs: [Glob], _ tests: [Program.Test]?, _ result: inout FieldCandidates
    ) -> Claim {
        guard rule.issuer.isEmpty else { return Claim(path: ["iss"], values: [ClaimTree.quoted(rule.issuer)]) }
        return strings(["iss"], globs + program.globs(of: tests ?? []), default: "https://issuer.example", &result)
    }

    private func audiences(of rule: TokenRule, _ tests: [Program.Test], _ result: inout FieldCandidates) -> Claim {
        var claim = strings(["aud"], program.globs(of: tests), default: nil, &result)
        guard !rule.audiences.isEmpty else { return claim }
        let sent = base.strings(at: ["aud"])
        let isAccepted = !Set(sent).isDisjoint(with: rule.audiences)
        let wanted = program.globs(of: tests)
        let witnesses = wanted.isEmpty ? [] : TextWitnesses(wanted, filler: "x", base: nil).texts
        claim.values = isAccepted ? [base.json(at: ["aud"])] : []
        claim.values += rule.audiences.map { ClaimTree.list(sent + [$0]) }
        claim.values += rule.audiences.map { ClaimTree.quoted($0) }
        claim.values += rule.audiences.flatMap { audience in witnesses.map { ClaimTree.list([audience, $0]) } }
        return claim
    }

    /// What a claim may be: as sent, each witness alone and beside what was sent, two of them, and none.
    private func strings(
        _ path: [String], _ globs: [Glob], default fallback: String?, _ result: inout FieldCandidates
    ) -> Claim {
        let isName = path == ["iss"] || path == ["sub"]
        // A name that is no string makes a token bad.
        let sent = base.json(at: path).flatMap { isName && !$0.hasPrefix("\"") ? nil : $0 }
        var values: [String?] = sent == nil ? (fallback.map { [ClaimTree.quoted($0)] } ?? [nil]) : [sent]
        guard isTested(path) else { return Claim(path: path, values: values) }
        let witnesses = TextWitnesses(globs, filler: "x", base: base.strings(at: path).first)
        if !witnesses.isComplete { result.isComplete = false }
        let others = base.strings(at: path)
        for text in witnesses.texts + ["x", ""] {
            values.append(base.isList(at: path) && !isName ? ClaimTree.list([text]) : ClaimTree.quoted(text))
        }
        if !isName {
            if base.isList(at: path) { values += witnesses.texts.map { ClaimTree.list(others + [$0]) } }
            let few = witnesses.texts.prefix(8)
            for (index, text) in few.enumerated() {
                for other in few.dropFirst(index + 1) { values.append(ClaimTree.list([text, other])) }
            }
        }
        values.append(nil)
        var seen: Set<String> = []
        return Claim(path: path, values: distinct(values.filter { seen.insert($0 ?? "").inserted }, path))
    }

    /// Whether a rule asks for the claim, if only for its being there.
    private func isTested(_ path: [String]) -> Bool {
        tests.tests(of: .token).contains { test in
            switch test.attribute {
            case .claim: self.path(of: test) == path
            case .requestPrincipal: path == ["iss"] || path == ["sub"]
            case .header, .authority, .scheme, .fullPath, .method, .host, .path, .sourceIP, .remoteIP, .destinationIP,
                .destinationPort, .sni, .dynamicMetadata, .peerPrincipal, .ztunnelPrincipal, .ztunnelNamespace,
                .ztunnelAccount:
                false
            }
        }
    }

    /// One value for each combination of answers of the claim's own tests.
    private func distinct(_ values: [String?], _ path: [String]) -> [String?] {
        let own = tests.tests(of: .token).filter { test in
            test.attribute == .claim ? self.path(of: test) == path : path == ["iss"] || path == ["sub"]
        }
        var seen: Set<[Bool]> = []
        return values.filter { value in
            var claims = VerifiedClaims()
            var tree = ClaimTree.object([])
            // Both parts of a request principal are needed for an answer: the other one is told apart on its own.
            if path == ["iss"] || path == ["sub"] { return true }
            tree.set(value, at: path)
            do throws(JSONError) { try claims.tape.scan(Array(tree.json.utf8).span) } catch { return false }
            claims.isPresent = true
            claims.wordLists = workload.tokenRules.flatMap { policySet.tokenRules[$0].wordLists }
            return seen.insert(own.map { claims.hasClaim($0, in: program) }).inserted
        }
    }

    // MARK: Tokens

    private func combinations(
        _ spaces: [Claim], _ result: inout FieldCandidates
    ) -> [(changes: Int, json: String)] {
        var tokens: [(changes: Int, tree: ClaimTree)] = [(0, timely)]
        for space in spaces {
            var next: [(changes: Int, tree: ClaimTree)] = []
            for token in tokens {
                for value in space.values {
                    guard next.count < Self.maximumTokens else {
                        result.isComplete = false
                        break
                    }
                    var tree = token.tree
                    let isChange = value != tree.json(at: space.path)
                    if isChange { tree.set(value, at: space.path) }
                    next.append((token.changes + (isChange ? 1 : 0), tree))
                }
            }
            tokens = next
        }
        return tokens.map { ($0.changes, $0.tree.json) }
    }

    /// The claims that were sent, made to hold now.
    private var timely: ClaimTree {
        var claims = base
        let time = { (name: String) in claims.json(at: [name]).flatMap { Double($0) } }
        if let end = time("exp"), end <= Double(now) { claims.set("\(now + 3600)", at: ["exp"]) }
        if claims.json(at: ["exp"]) != nil, time("exp") == nil { claims.set(nil, at: ["exp"]) }
        if claims.json(at: ["nbf"]) != nil, time("nbf").map({ $0 > Double(now) }) ?? true {
            claims.set(nil, at: ["nbf"])
        }
        for name in ["iat", "jti"] where claims.json(at: [name]) != nil && (name == "jti" || time("iat") == nil) {
            if name == "iat" || claims.json(at: ["jti"])?.hasPrefix("\"") == false { claims.set(nil, at: [name]) }
        }
        return claims
    }
}
