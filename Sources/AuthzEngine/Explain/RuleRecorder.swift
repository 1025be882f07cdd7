import AuthzCore

/// Puts the tests of a rule into words. Every answer is that of ``Program``; only the words are made here.
struct RuleRecorder {
    let program: Program
    let caution: Caution
    let chain: FilterChain
    let slips: SlipFinder

    func step(
        _ compiled: CompiledRule, ordinal: Int, _ policy: CompiledAuthorizationPolicy,
        _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> Trace.RuleStep {
        guard let rule = compiled.rule else {
            return Trace.RuleStep(
                number: ordinal + 1, location: policy.ruleLocations[ordinal], isMatched: false,
                omission: compiled.omissions.last?.reasonForRule ?? "it cannot be compiled", tests: [])
        }
        var tests: [Trace.TestStep] = []
        var seen: Set<String> = []
        for side in [rule.principals, rule.permissions] {
            for conjunction in side {
                for index in program.conjunctions[Int(conjunction)].tests {
                    let test = program.tests[Int(index)]
                    let source = program.sources[Int(test.source)]
                    // The conditions of `when` stand in every alternative, and are told once.
                    guard seen.insert("\(source.side) \(source.entry) \(source.field) \(test.isNegated)").inserted
                    else {
                        continue
                    }
                    tests.append(step(test, source, policy, request, facts, claims: claims))
                }
            }
        }
        tests.sort { Self.rank($0) < Self.rank($1) }
        return Trace.RuleStep(
            number: ordinal + 1, location: policy.ruleLocations[ordinal],
            isMatched: program.holds(rule, for: request, facts, claims: claims, caution: caution), omission: nil,
            remarks: compiled.omissions.map(\.remark), tests: tests)
    }

    private static func rank(_ step: Trace.TestStep) -> (Int, Int) {
        (["from", "to", "when"].firstIndex(of: step.side) ?? 0, step.entry)
    }

    private func step(
        _ test: Program.Test, _ source: Program.TestSource, _ policy: CompiledAuthorizationPolicy,
        _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> Trace.TestStep {
        let outcome = program.outcome(of: test, for: request, facts, claims: claims, caution: caution)
        let seen = value(of: test, request, facts, claims: claims)
        let slip = slip(test, policy, outcome: outcome, request, facts, claims: claims)
        return Trace.TestStep(
            side: "\(source.side)", entry: source.entry + 1,
            field: source.side == .when && test.isNegated ? "\(source.field) notValues" : source.field,
            outcome: outcome == .matches ? .yes : outcome == .differs ? .no : .unknown, seen: seen.value,
            wanted: source.values.map(\.value),
            sentence: sentence(test, source, outcome: outcome, seen: seen, request, facts, claims: claims),
            notes: Self.expansionNotes(source) + mergedHeaderNotes(test, request, facts)
                + [claims.namesakes(of: test, in: program)].compactMap(\.self),
            slip: slip?.sentence, isSlipOfPolicy: slip?.isOfPolicy ?? false)
    }

    /// The first written value that the request misses by a slip, or a claim that the token has under nearly the same name.
    private func slip(
        _ test: Program.Test, _ policy: CompiledAuthorizationPolicy, outcome: TestOutcome,
        _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> Slip? {
        if let slip = claims.slip(of: test, in: program), slip.path != nil || test.isNegated == (outcome == .matches) {
            return slip.slip
        }
        // A request that an ALLOW rule does not exclude is none that it should.
        guard test.isNegated ? outcome == .matches && caution == .denying : outcome == .differs else { return nil }
        return slips.find(test, in: policy.reference.namespace, request, facts, claims: claims)?.slip
    }

    /// The values that trust domain aliases put in the place of written ones.
    private static func expansionNotes(_ source: Program.TestSource) -> [String] {
        var notes: [String] = []
        for written in source.values.map(\.value) {
            let values = source.expansions.filter { $0.written == written }.map(\.value)
            guard !values.isEmpty, values != [written] else { continue }
            let note = "`\(written)` stands for \(Trace.list(values)) (trust domain aliases)"
            if !notes.contains(note) { notes.append(note) }
        }
        return notes
    }

    /// What caution made of a header that a caller merged.
    private func mergedHeaderNotes(
        _ test: Program.Test, _ request: borrowing CheckRequest, _ facts: Facts
    ) -> [String] {
        guard test.attribute == .header,
            let reading = program.mergedReading(of: test, in: request, hasMergedHeaders: facts.hasMergedHeaders)
        else { return [] }
        let lines = "the caller merged the lines of this header, so each `,` may end a line"
        if reading.matchesInAll { return ["\(lines); however it is read, a line fits"] }
        if !reading.matchesInAny { return ["\(lines); however it is read, no line fits"] }
        let effect =
            (caution == .allowing) == test.isNegated
            ? "and that counts as a fit" : "and that does not count as a fit"
        return ["\(lines); in some readings a line fits, \(effect)"]
    }

    private func sentence(
        _ test: Program.Test, _ source: Program.TestSource, outcome: TestOutcome,
        seen: (value: String?, absence: String),
        _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> String {
        let expanded = source.expansions.map(\.value)
        let wanted = Trace.list(expanded)
        guard outcome != .unknown else {
            let effect = caution == .allowing ? "so the rule does not allow" : "so the test is left out"
            return "the request does not say, \(effect)"
        }
        let isHit = (outcome == .matches) != test.isNegated
        guard let value = seen.value else {
            return test.isNegated ? "\(seen.absence), so it is not \(wanted)" : "\(seen.absence); wanted \(wanted)"
        }
        // Else the two would read the same.
        if !isHit, test.attribute == .peerPrincipal, value.hasPrefix("spiffe://"), expanded.contains(value) {
            return "`\(value.dropFirst("spiffe://".count))` is not `\(value)`: it is compared without `spiffe://`"
        }
        // Else the two may read the same.
        if !isHit, test.attribute == .claim,
            let kind = claims.node(at: test.path, in: program).flatMap(claims.kindName)
        {
            return "`\(value)` is \(kind) and no text, so it is not \(wanted)"
        }
        let shown = value.isEmpty ? "an empty value" : "`\(value)`"
        guard isHit else { return "\(shown) is \(expanded.count == 1 ? "not" : "none of") \(wanted)" }
        let hit = hit(test, source, request, facts, claims: claims)
        let verb = hit.map { $0 == value ? "is listed" : "matches `\($0)`" } ?? "matches one of \(wanted)"
        return "\(shown) \(verb)" + (test.isNegated ? ", which is excluded" : "")
    }

    /// The written value that fits.
    private func hit(
        _ test: Program.Test, _ source: Program.TestSource, _ request: borrowing CheckRequest, _ facts: Facts,
        claims: borrowing VerifiedClaims
    ) -> String? {
        for (pattern, value) in zip(test.patterns, source.expansions.map(\.value)) {
            var alone = test
            alone.patterns = pattern..<pattern + 1
            alone.isNegated = false
            if program.outcome(of: alone, for: request, facts, claims: claims, caution: caution) == .matches {
                return value
            }
        }
        return nil
    }

    /// What the test saw, or how to say that there is nothing.
    private func value(
        of test: Program.Test, _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> (value: String?, absence: String) {
        switch test.attribute {
        case .method: (facts.method.value.map { request.text($0) }, "no method")
        case .host, .authority: (facts.host.value.map { request.text($0) }, "no host")
        case .path: (facts.path.value.map { request.text($0) }, "no path")
        case .fullPath: (facts.fullPath.value.map { request.text($0) }, "no path")
        case .scheme: (facts.scheme.value.map { request.text($0) }, "no scheme")
        case .peerPrincipal:
            (
                facts.peerPrincipal.value.map { _ in request.principals.map(request.text).joined(separator: "`, `") },
                "no peer principal (plaintext)"
            )
        case .ztunnelPrincipal, .ztunnelNamespace, .ztunnelAccount:
            (
                program.ztunnelIdentity(facts, test.attribute, in: request).value.map { request.text($0) },
                "no peer identity"
            )
        case .sni: (facts.sni.value.map { request.text($0) }, "no SNI")
        case .sourceIP: (facts.sourceIP.value.map { "\($0)" }, "no address")
        case .remoteIP: (facts.remoteIP.value.map { "\($0)" }, "no address")
        case .destinationIP: (facts.destinationIP.value.map { "\($0)" }, "no address")
        case .destinationPort: (facts.destinationPort.value.map { "\($0)" }, "no port")
        case .dynamicMetadata:
            (
                request.metadataField(of: test, in: program).map { field in
                    field.texts.map { request.text(request.dynamicMetadata.texts[$0]) }.joined(separator: "`, `")
                },
                "no metadata"
            )
        case .requestPrincipal:
            (
                claims.principal,
                claims.isPresent ? "no request principal (`iss` or `sub` is missing)" : "no verified token"
            )
        case .claim:
            (
                claims.text(of: test, in: program),
                claims.isPresent
                    ? claims.missing(at: test.path, in: program)?.sentence ?? "no such claim" : "no verified token"
            )
        case .header: headerValue(test, request)
        }
    }

    /// Headers whose values are credentials; an explanation tells only that they are there (SR-41).
    static func isSecret(header name: String) -> Bool {
        secretHeaders.contains(name) || secretWords.contains { name.contains($0) }
    }

    private static let secretHeaders: Set<String> = ["authorization", "cookie", "proxy-authorization", "x-api-key"]
    private static let secretWords = ["token", "secret", "password", "passwd", "apikey", "api-key", "credential"]

    private func headerValue(
        _ test: Program.Test, _ request: borrowing CheckRequest
    ) -> (value: String?, absence: String) {
        var lines: [String] = []
        let name = String(decoding: program.arena[test.name.range], as: UTF8.self)
        for field in request.operation.headers where request.text(field.name) == name {
            lines.append(
                Self.isSecret(header: name) ? "(\(field.value.count) bytes, hidden)" : request.text(field.value))
        }
        let near = lines.isEmpty ? request.headerNames(near: name) : []
        let others = near.isEmpty ? "" : " (the request has \(Trace.list(near)))"
        return (lines.isEmpty ? nil : lines.joined(separator: "`, `"), "no header `\(name)`\(others)")
    }
}

extension VerifiedClaims {
    /// The claim at the test's path as JSON, a string without its quotes; `nil` where there is none.
    fileprivate func text(of test: Program.Test, in program: Program) -> String? {
        guard isPresent, let node = node(at: test.path, in: program) else { return nil }
        if tape.nodes[node].kind == .string {
            return String(decoding: tape.text[tape.nodes[node].text.range], as: UTF8.self)
        }
        // What is in it is of other names than the one that is asked for.
        if tape.nodes[node].kind == .object { return "{…}" }
        var writer = JSONWriter()
        writer.value(tape, at: node)
        return writer.text
    }
}
