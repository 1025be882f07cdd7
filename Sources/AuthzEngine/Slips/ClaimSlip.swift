import AuthzCore

/// What keeps a condition about a claim from ever fitting a verified token as it was meant: its key leads past the claim, or the claim is
/// of a kind that is not compared. Told are names, and of values those that the policy has itself (SR-41).
struct ClaimSlip {
    var slip: Slip
    /// The path of the claim that was probably meant; `nil` where the key is right.
    var path: [String]?
    /// Whether it is a text whose words were meant.
    var isOneText = false

    static func key(_ path: [String]) -> String { "request.auth.claims" + brackets(path) }

    static func brackets(_ path: [String]) -> String { path.map { "[\($0)]" }.joined() }
}

extension VerifiedClaims {
    /// How many claims are looked at, and how deep they may lie.
    private static let maximumPaths = 512
    private static let maximumDepth = 8
    /// What every token has, and no rule means by another name.
    private static let registered: Set = ["iss", "aud", "exp", "nbf", "iat", "jti"]

    /// The slip of a condition that the token does not fit; `nil` without one, and without a token.
    func slip(of test: Program.Test, in program: Program) -> ClaimSlip? {
        guard test.attribute == .claim, isPresent, test.path.count <= Self.maximumDepth else { return nil }
        let written = path(of: test, in: program)
        if let node = node(at: test.path, in: program) {
            if let slip = kindSlip(at: node, written) { return ClaimSlip(slip: slip) }
            if let slip = wordSlip(at: node, written, test, program) { return ClaimSlip(slip: slip, isOneText: true) }
            guard tape.kind(at: node) == .object else { return nil }
        }
        let found = elsewhere(written, test, program)
        let missing = missing(at: test.path, in: program)
        if let missing, missing.isLast, let near = missing.near, let slip = missing.slip, Self.canBeWritten(near),
            !(found?.holds ?? false) || written.dropLast() + [near] == found?.path
        {
            return ClaimSlip(slip: slip, path: written.dropLast() + [near])
        }
        guard let found else { return nil }
        let place = ClaimSlip.brackets(found.path)
        let sentence = found.value.map { "\($0.quoted) stands in `\(place)`" } ?? "the token has `\(place)`"
        return ClaimSlip(
            slip: Slip("\(sentence): write `\(ClaimSlip.key(found.path))`"), path: found.path)
    }

    /// A claim of another meaning that has a value which the condition asks for, in words; `nil` where there is none. Whom it is for to
    /// write may not be who writes the one that is asked for, so that no key is changed for it.
    func namesakes(of test: Program.Test, in program: Program) -> String? {
        guard test.attribute == .claim, isPresent, !hasClaim(test, in: program), slip(of: test, in: program) == nil
        else { return nil }
        let words = Set(ClaimWords.words(path(of: test, in: program)))
        let own = path(of: test, in: program)
        let others = paths().filter { !Self.registered.contains($0.path[0]) && $0.path != own }
        let found = others.compactMap { path, node in
            value(fitting: test, at: node, program).map { (path: path, value: $0) }
        }
        let namesake = found.first { !words.isDisjoint(with: ClaimWords.words($0.path)) } ?? found.first
        return namesake.map {
            "\($0.value.quoted) also stands in `\(ClaimSlip.brackets($0.path))`: make sure that the user cannot write it"
        }
    }

    private func path(of test: Program.Test, in program: Program) -> [String] {
        test.path.map { String(decoding: program.arena[program.names[Int($0)].range], as: UTF8.self) }
    }

    // MARK: Kinds

    /// Istio compares claims that are texts or lists with texts, and no others (AuthorizationPolicy dossier, claims).
    private func kindSlip(at node: Int, _ written: [String]) -> Slip? {
        guard let kind = unreadKind(at: node) else { return nil }
        return Slip(
            "the claim `\(ClaimSlip.brackets(written))` is \(kind), and Istio compares only texts and lists of texts, so that no value fits it",
            isOfPolicy: true)
    }

    /// One text of several words, of which the condition asks for one. Istio takes apart only some (AuthorizationPolicy dossier, claims).
    private func wordSlip(at node: Int, _ written: [String], _ test: Program.Test, _ program: Program) -> Slip? {
        guard tape.kind(at: node) == .string, let last = written.last, !Self.names.contains(last),
            written.count > 1 || !isWordList(program.names[Int(test.path.lowerBound)], in: program),
            !texts(at: node, fit: test, program)
        else { return nil }
        let words = tape.string(at: node).split(separator: " ")
        let values = program.sources[Int(test.source)].expansions.map(\.value)
        guard words.count > 1, let value = values.first(where: { words.contains($0[...]) }) else { return nil }
        let claim = written.count == 1 ? last : ClaimSlip.brackets(written)
        return Slip(
            "`\(claim)` is one text; Istio takes apart only `scope` and `permission`: \(value.quoted) is one of its words: have the issuer send `scope`, or a list"
        )
    }

    /// Texts whose words are no list.
    private static let names: Set = ["name", "given_name", "family_name", "middle_name", "nickname", "title"]

    /// What a claim is that no value fits, or that has others in it; `nil` for a text, or a list with one.
    func kindName(at node: Int) -> String? {
        guard tape.kind(at: node) == .object else { return unreadKind(at: node) }
        let names = tape.elements(of: node).map { tape.string(at: $0) }.sorted().prefix(MissingClaim.shownCount)
        return names.isEmpty ? "an object" : "an object with \(Trace.list(Array(names)))"
    }

    /// What a claim is that no value fits; `nil` where one might.
    private func unreadKind(at node: Int) -> String? {
        switch tape.kind(at: node) {
        case .number: return "a number"
        case .boolTrue, .boolFalse: return "a Boolean"
        case .null: return "null"
        case .array:
            let kinds = tape.elements(of: node).map { tape.kind(at: $0) }
            return kinds.isEmpty || kinds.contains(.string) ? nil : "a list without a text"
        case .string, .object: return nil
        }
    }

    // MARK: Other places

    private struct Place {
        var path: [String]
        /// The value of the policy that stands there.
        var value: String?
        /// Whether the condition would hold there.
        var holds: Bool
        var rank: Int
    }

    /// The claim that is meant by the one that is asked for: of the same words, or of the same with a slip, or within what wraps it by
    /// custom. Of any other the meaning is another one, whatever it has.
    private func elsewhere(_ written: [String], _ test: Program.Test, _ program: Program) -> Place? {
        var best: Place?
        var wrapped = 0
        for (path, node) in paths() where path != written {
            let value = value(fitting: test, at: node, program)
            let holds = value != nil || texts(at: node, fit: test, program)
            // What only has others in it no value fits either.
            guard holds || tape.kind(at: node) != .object else { continue }
            let rank: Int
            if ClaimWords.areSame(path, written) {
                rank = holds ? 0 : 3
            } else if ClaimWords.isNear(path, written) {
                rank = holds ? 1 : 4
            } else if value != nil, ClaimWords.wraps(path, written), names(noOtherClientThan: path, program) {
                rank = 2
                wrapped += 1
            } else {
                continue
            }
            if best.map({ rank < $0.rank }) ?? true {
                best = Place(path: path, value: value, holds: holds, rank: rank)
            }
        }
        // Which of several is meant, nobody but the author knows.
        return best?.rank == 2 && wrapped > 1 ? nil : best
    }

    /// Whether no condition is about the roles at another client than that of a path.
    private func names(noOtherClientThan path: [String], _ program: Program) -> Bool {
        guard path[0] == ClaimWords.clients, path.count > 1 else { return true }
        return program.tests.allSatisfy { test in
            guard test.attribute == .claim, test.path.count > 2 else { return true }
            let other = self.path(of: test, in: program)
            return other[0] != ClaimWords.clients || other[1] == path[1]
        }
    }

    /// All claims and what is in them, with their places.
    private func paths() -> [(path: [String], node: Int)] {
        var found: [(path: [String], node: Int)] = []
        var open: [(path: [String], node: Int)] = [([], tape.root)]
        while let (path, node) = open.popLast(), found.count < Self.maximumPaths {
            guard tape.kind(at: node) == .object, path.count < Self.maximumDepth else { continue }
            for key in tape.elements(of: node) {
                let name = tape.string(at: key)
                guard Self.canBeWritten(name) else { continue }
                found.append((path + [name], key + 1))
                open.append((path + [name], key + 1))
            }
        }
        return found
    }

    private static func canBeWritten(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 128
            && !name.unicodeScalars.contains {
                "[]".unicodeScalars.contains($0) || $0.value < 0x20 || $0.value == 0xfffd
            }
    }

    /// The value of the policy, written out, that a claim has.
    private func value(fitting test: Program.Test, at node: Int, _ program: Program) -> String? {
        let values = program.sources[Int(test.source)].expansions.map(\.value)
        for (index, value) in zip(test.patterns, values) {
            switch program.patterns[Int(index)].form {
            case .exact, .exactIgnoringCase: break
            case .nonEmpty, .present, .prefix, .suffix, .prefixIgnoringCase, .suffixIgnoringCase, .spiffeSuffix,
                .namespace, .serviceAccount, .trustDomain, .template, .cidr, .port, .requestPrincipal:
                continue
            }
            var alone = test
            alone.patterns = index..<index + 1
            if texts(at: node, fit: alone, program) { return value }
        }
        return nil
    }

    /// Whether a claim is a text that fits, or a list with one.
    private func texts(at node: Int, fit test: Program.Test, _ program: Program) -> Bool {
        switch tape.kind(at: node) {
        case .string: return program.matchesAny(test.patterns, tape.nodes[node].text, in: tape.text.span)
        case .array:
            return tape.elements(of: node).contains {
                tape.kind(at: $0) == .string
                    && program.matchesAny(test.patterns, tape.nodes[$0].text, in: tape.text.span)
            }
        case .object, .number, .boolTrue, .boolFalse, .null: return false
        }
    }
}
