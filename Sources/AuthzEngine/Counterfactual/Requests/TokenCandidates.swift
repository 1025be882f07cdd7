import AuthzCore
import AuthzPolicy

/// Tokens that the policies in force tell apart: none, and for each accepted issuer those with the claims that rules ask for. They
/// are correctly signed and in time; what of the sent token can stay stays.
struct TokenCandidates {
    private let sides: [PolicySide]
    private let base: ClaimTree
    private let now: Int64
    private let isExhaustive: Bool
    /// By side, the tests that read claims, by the path of the claim.
    private let claimTests: [[[String]: [Program.Test]]]
    private let principalTests: [[Program.Test]]

    /// How many tokens are made at most.
    private var maximumTokens: Int { isExhaustive ? 6000 : 1500 }
    /// How many lists of texts one claim has at most, where all are wanted.
    private static let maximumLists = 256

    /// - Parameters:
    ///   - sides: What decides. Of several, all are told apart at once.
    ///   - isExhaustive: Whether all lists count that differ in an answer, or short ones alone.
    init(
        for sides: [PolicySide], base: RequestDocument, places: TokenPlaces, now: Int64, isExhaustive: Bool = false
    ) {
        self.sides = sides
        self.now = now
        self.isExhaustive = isExhaustive
        self.base = ClaimTree(json: places.claims(in: base) ?? "{}")
        let own = sides.map { (program: $0.program, tests: $0.tests.tests(of: .token)) }
        principalTests = own.map { side in side.tests.filter { $0.attribute == .requestPrincipal } }
        claimTests = own.map { side in
            var byPath: [[String]: [Program.Test]] = [:]
            for test in side.tests where test.attribute == .claim {
                byPath[Self.path(of: test, in: side.program), default: []].append(test)
            }
            return byPath
        }
    }

    private struct Claim {
        var path: [String]
        /// As JSON, the sent one first; `nil` is none.
        var values: [String?]
    }

    func candidates(at location: SourceLocation) -> FieldCandidates {
        var result = FieldCandidates()
        result.values.append(.absent)
        let rules = sides.flatMap(\.tokenRules)
        let paths = Set(claimTests.flatMap(\.keys)).sorted { $0.lexicographicallyPrecedes($1) }
        // One claim inside another is changed with it.
        for (index, path) in paths.enumerated()
        where paths.dropFirst(index + 1).contains(where: { $0.starts(with: path) }) {
            result.isComplete = false
        }
        var made: [(changes: Int, json: String)] = []
        var known: Set<[String]> = []
        for rule in rules where known.insert([rule.issuer] + rule.audiences.sorted()).inserted {
            var spaces = [
                issuers(of: rule, &result),
                strings(["sub"], principalGlobs(subject: true) + globs(["sub"]), default: "x", &result),
                audiences(of: rule, &result),
            ]
            for path in paths where ![["iss"], ["sub"], ["aud"]].contains(path) {
                spaces.append(strings(path, globs(path), default: nil, &result))
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

    private static func path(of test: Program.Test, in program: Program) -> [String] {
        test.path.map { String(decoding: program.arena[program.names[Int($0)].range], as: UTF8.self) }
    }

    private func globs(_ path: [String]) -> [Glob] {
        zip(sides, claimTests).flatMap { side, tests in side.program.globs(of: tests[path] ?? []) }.uniqued()
    }

    private func principalGlobs(subject: Bool) -> [Glob] {
        zip(sides, principalTests).flatMap { $0.program.principalGlobs(of: $1, subject: subject) }.uniqued()
    }

    // MARK: Values of single claims

    private func issuers(of rule: TokenRule, _ result: inout FieldCandidates) -> Claim {
        guard rule.issuer.isEmpty else { return Claim(path: ["iss"], values: [ClaimTree.quoted(rule.issuer)]) }
        return strings(
            ["iss"], principalGlobs(subject: false) + globs(["iss"]), default: "https://issuer.example", &result)
    }

    private func audiences(of rule: TokenRule, _ result: inout FieldCandidates) -> Claim {
        let wanted = globs(["aud"])
        var claim = strings(["aud"], wanted, default: nil, &result)
        guard !rule.audiences.isEmpty else { return claim }
        let sent = base.strings(at: ["aud"])
        let isAccepted = !Set(sent).isDisjoint(with: rule.audiences)
        let witnesses = wanted.isEmpty ? [] : TextWitnesses(wanted, filler: "x", base: nil).texts
        let others = witnesses.map { [$0] } + (isExhaustive ? lists(of: witnesses, ["aud"], &result) : [])
        claim.values = isAccepted ? [base.json(at: ["aud"])] : []
        claim.values += rule.audiences.map { ClaimTree.list(sent + [$0]) }
        claim.values += rule.audiences.map { ClaimTree.quoted($0) }
        claim.values += rule.audiences.flatMap { audience in others.map { ClaimTree.list([audience] + $0) } }
        // All audiences are accepted alike; only what rules ask for tells them apart.
        if isExhaustive { claim.values = distinct(claim.values, ["aud"]) }
        return claim
    }

    /// What a claim may be: as sent, each witness alone and beside what was sent, several of them, and none.
    private func strings(
        _ path: [String], _ globs: [Glob], default fallback: String?, _ result: inout FieldCandidates
    ) -> Claim {
        let isName = Self.isName(path)
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
            // A text that is a list of words fits as its words do, and only in a list as a whole.
            values += witnesses.texts.map { ClaimTree.list([$0]) }
            if base.isList(at: path) { values += witnesses.texts.map { ClaimTree.list(others + [$0]) } }
            if isExhaustive {
                values += lists(of: witnesses.texts + ["x", ""], path, &result).map(ClaimTree.list)
            } else {
                let few = witnesses.texts.prefix(8)
                for (index, text) in few.enumerated() {
                    for other in few.dropFirst(index + 1) { values.append(ClaimTree.list([text, other])) }
                }
            }
        }
        values.append(nil)
        return Claim(path: path, values: distinct(values.map { $0 ?? "" }.uniqued().map { $0 == "" ? nil : $0 }, path))
    }

    /// Both parts of a request principal are needed for an answer: the other one is told apart on its own.
    private static func isName(_ path: [String]) -> Bool { path == ["iss"] || path == ["sub"] }

    /// Whether a rule asks for the claim, if only for its being there.
    private func isTested(_ path: [String]) -> Bool {
        if Self.isName(path), principalTests.contains(where: { !$0.isEmpty }) { return true }
        return claimTests.contains { $0[path] != nil }
    }

    /// One value for each combination of answers of the claim's own tests.
    private func distinct(_ values: [String?], _ path: [String]) -> [String?] {
        if Self.isName(path) { return values }
        var seen: Set<[Bool]> = []
        return values.filter { value in answers(to: value, path).map { seen.insert($0).inserted } ?? false }
    }

    /// What the tests of a claim say to a value, without their negation; `nil` where it is no JSON.
    private func answers(to value: String?, _ path: [String]) -> [Bool]? {
        var claims = VerifiedClaims()
        var tree = ClaimTree.object([])
        tree.set(value, at: path)
        do throws(JSONError) { try claims.tape.scan(Array(tree.json.utf8).span) } catch { return nil }
        claims.isPresent = true
        claims.wordLists = sides.flatMap { $0.tokenRules.flatMap(\.wordLists) }
        return zip(sides, claimTests).flatMap { side, tests in
            (tests[path] ?? []).map { claims.hasClaim($0, in: side.program) }
        }
    }

    /// Lists of two texts and more, one for each combination of answers that no shorter one gives: a list fits what any of its texts
    /// does.
    private func lists(of texts: [String], _ path: [String], _ result: inout FieldCandidates) -> [[String]] {
        var seen: Set<[Bool]> = []
        var found: [(answers: [Bool], texts: [String])] = []
        for text in texts {
            guard let answers = answers(to: ClaimTree.list([text]), path), seen.insert(answers).inserted else {
                continue
            }
            found.append((answers, [text]))
        }
        let singles = found
        var index = 0
        while index < found.count {
            for single in singles {
                let joined = zip(found[index].answers, single.answers).map { $0 || $1 }
                guard seen.insert(joined).inserted else { continue }
                guard found.count < Self.maximumLists else {
                    result.isComplete = false
                    return found.map(\.texts).filter { $0.count > 1 }
                }
                found.append((joined, found[index].texts + single.texts))
            }
            index += 1
        }
        return found.map(\.texts).filter { $0.count > 1 }
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
                    guard next.count < maximumTokens else {
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
