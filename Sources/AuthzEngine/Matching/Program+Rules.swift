import AuthzCore

extension Program {
    /// Whether the rule holds: any of its permission sides and any of its principal sides.
    func holds(
        _ rule: Rule, for request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims,
        caution: Caution
    ) -> Bool {
        anyHolds(rule.permissions, for: request, facts, claims: claims, caution: caution)
            && anyHolds(rule.principals, for: request, facts, claims: claims, caution: caution)
    }

    private func anyHolds(
        _ sides: Range<Int32>, for request: borrowing CheckRequest, _ facts: Facts,
        claims: borrowing VerifiedClaims, caution: Caution
    ) -> Bool {
        for side in sides {
            if holds(conjunctions[Int(side)], for: request, facts, claims: claims, caution: caution) { return true }
        }
        return false
    }

    private func holds(
        _ conjunction: Conjunction, for request: borrowing CheckRequest, _ facts: Facts,
        claims: borrowing VerifiedClaims, caution: Caution
    ) -> Bool {
        for index in conjunction.tests {
            switch outcome(of: tests[Int(index)], for: request, facts, claims: claims, caution: caution) {
            case .matches: continue
            case .differs: return false
            // An ALLOW rule does not match on what is unknown; other rules leave the test out.
            case .unknown: if caution == .allowing { return false }
            }
        }
        return true
    }

    /// The answer of one test, its negation included. Cost: linear in the value for each pattern.
    func outcome(
        of test: Test, for request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims,
        caution: Caution
    ) -> TestOutcome {
        switch test.attribute {
        case .method: outcome(test, facts.method, in: request)
        case .host, .authority: outcome(test, facts.host, in: request)
        case .path: outcome(test, facts.path, in: request)
        case .fullPath: outcome(test, facts.fullPath, in: request)
        case .scheme: outcome(test, facts.scheme, in: request)
        case .peerPrincipal where facts.hasFurtherPrincipals: outcomeOfSeveral(test, facts.peerPrincipal, in: request)
        case .peerPrincipal: outcome(test, facts.peerPrincipal, in: request)
        case .ztunnelPrincipal, .ztunnelNamespace, .ztunnelAccount:
            outcome(test, ztunnelIdentity(facts, test.attribute, in: request), in: request)
        case .sni: outcome(test, facts.sni, in: request)
        case .sourceIP: outcome(test, facts.sourceIP)
        case .remoteIP: outcome(test, facts.remoteIP)
        case .destinationIP: outcome(test, facts.destinationIP)
        case .destinationPort: outcome(test, facts.destinationPort)
        case .header where test.isHiddenFromChecks && request.hidesHeaders: .unknown
        case .header where test.isHiddenFromForwardAuth && request.isForwarded: .unknown
        case .header: headerOutcome(test, in: request, hasMergedHeaders: facts.hasMergedHeaders, caution: caution)
        case .requestPrincipal: TestOutcome(claims.hasPrincipal(test.patterns, in: self)).negated(test.isNegated)
        case .claim: TestOutcome(claims.hasClaim(test, in: self)).negated(test.isNegated)
        case .dynamicMetadata: metadataOutcome(test, in: request, facts)
        }
    }

    /// A part of the peer's identity; a name that ztunnel cannot read is none.
    func ztunnelIdentity(
        _ facts: Facts, _ attribute: Attribute, in request: borrowing CheckRequest
    ) -> AuthzCore.Attribute<ByteSlice> {
        guard case .known(let name) = facts.peerPrincipal else { return facts.peerPrincipal }
        guard let identity = ZtunnelIdentity(name, in: request.storage.span) else { return .absent }
        return .known(identity.part(attribute))
    }

    /// Whether a value fits any of the patterns.
    @inline(__always)
    func matchesAny(_ range: Range<Int32>, _ value: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        for index in range where matches(patterns[Int(index)], value, in: bytes) { return true }
        return false
    }

    private func outcome(
        _ test: Test, _ value: AuthzCore.Attribute<ByteSlice>, in request: borrowing CheckRequest
    ) -> TestOutcome {
        switch value {
        case .known(let value):
            TestOutcome(matchesAny(test.patterns, value, in: request.storage.span) != test.isNegated)
        case .absent: TestOutcome(test.isNegated)
        case .unknown: .unknown
        }
    }

    /// Of a namespace that did not come along nothing is known, but in a document: that says all there is.
    private func metadataOutcome(_ test: Test, in request: borrowing CheckRequest, _ facts: Facts) -> TestOutcome {
        guard request.hasMetadataNamespace(of: test, in: self) else {
            return facts.dynamicMetadataIsKnown ? TestOutcome(test.isNegated) : .unknown
        }
        guard let field = request.metadataField(of: test, in: self), field.form != .other else {
            return TestOutcome(test.isNegated)
        }
        let bytes = request.storage.span
        for index in test.patterns {
            let pattern = patterns[Int(index)]
            guard (pattern.second.offset == Pattern.ofList.offset) == (field.form == .list) else { continue }
            for text in field.texts where matches(pattern, request.dynamicMetadata.texts[text], in: bytes) {
                return TestOutcome(!test.isNegated)
            }
        }
        return TestOutcome(test.isNegated)
    }

    /// The answer where the peer has several identities: each is tried, as the names in a certificate are.
    private func outcomeOfSeveral(
        _ test: Test, _ value: AuthzCore.Attribute<ByteSlice>, in request: borrowing CheckRequest
    ) -> TestOutcome {
        guard case .known(let first) = value else { return outcome(test, value, in: request) }
        let bytes = request.storage.span
        if matchesAny(test.patterns, first, in: bytes) { return TestOutcome(!test.isNegated) }
        for name in request.furtherPrincipals where matchesAny(test.patterns, name, in: bytes) {
            return TestOutcome(!test.isNegated)
        }
        return TestOutcome(test.isNegated)
    }

    private func outcome(_ test: Test, _ value: AuthzCore.Attribute<IPAddress>) -> TestOutcome {
        switch value {
        case .known(let address):
            for index in test.patterns where blocks[Int(patterns[Int(index)].second.offset)].contains(address) {
                return TestOutcome(!test.isNegated)
            }
            return TestOutcome(test.isNegated)
        case .absent: return TestOutcome(test.isNegated)
        case .unknown: return .unknown
        }
    }

    private func outcome(_ test: Test, _ value: AuthzCore.Attribute<UInt16>) -> TestOutcome {
        switch value {
        case .known(let port):
            for index in test.patterns where patterns[Int(index)].second.offset == UInt32(port) {
                return TestOutcome(!test.isNegated)
            }
            return TestOutcome(test.isNegated)
        case .absent: return TestOutcome(test.isNegated)
        case .unknown: return .unknown
        }
    }

    /// Each line alone; true where any matches. A merged value is read in every way in which it may have been lines.
    private func headerOutcome(
        _ test: Test, in request: borrowing CheckRequest, hasMergedHeaders: Bool, caution: Caution
    ) -> TestOutcome {
        let bytes = request.storage.span
        let arena = arena.span
        let count = Int(test.name.count)
        let mustHoldInAll = (caution == .allowing) != test.isNegated
        for field in request.operation.headers {
            guard Int(field.name.count) == count,
                Bytes.equal(bytes, at: Int(field.name.offset), arena, at: Int(test.name.offset), count: count)
            else { continue }
            let matches: Bool
            if hasMergedHeaders, mayBeSeveralLines(field, test, in: request) {
                let value = MergedHeader(field.value, in: bytes) { matchesAny(test.patterns, $0, in: bytes) }
                matches = mustHoldInAll ? value.matchesInAll : value.matchesInAny
            } else {
                matches = matchesAny(test.patterns, field.value, in: bytes)
            }
            if matches { return TestOutcome(!test.isNegated) }
        }
        return TestOutcome(test.isNegated)
    }

    /// Whether a merged value may have been several lines, and that matters: it has a comma, no proxy joins such lines by itself,
    /// and not any line at all will do.
    private func mayBeSeveralLines(_ field: HeaderField, _ test: Test, in request: borrowing CheckRequest) -> Bool {
        Bytes.contains(UInt8(ascii: ","), in: request.storage.span, field.value.range)
            && KnownHeaders.joinedIndex(field.name, in: request.storage.span) == nil
            && !test.patterns.contains { patterns[Int($0)].form == .present }
    }

    /// How a merged header was read; `nil` where nothing about it is in doubt. For explain.
    func mergedReading(
        of test: Test, in request: borrowing CheckRequest, hasMergedHeaders: Bool
    ) -> MergedHeader? {
        guard hasMergedHeaders else { return nil }
        let bytes = request.storage.span
        for field in request.operation.headers where field.name.count == test.name.count {
            guard
                Bytes.equal(
                    bytes, at: Int(field.name.offset), arena.span, at: Int(test.name.offset),
                    count: Int(test.name.count)), mayBeSeveralLines(field, test, in: request)
            else { continue }
            return MergedHeader(field.value, in: bytes) { matchesAny(test.patterns, $0, in: bytes) }
        }
        return nil
    }
}
