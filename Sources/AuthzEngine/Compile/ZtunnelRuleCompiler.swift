import AuthzCore
import AuthzPolicy

/// Compiles the rules of one AuthorizationPolicy as istiod hands them to ztunnel (AuthorizationPolicy dossier 11.2): all of the
/// clauses `to`, `from` and each condition, of which ztunnel knows those about the connection.
///
/// `trustDomains` counts as what ztunnel cannot test, so an ALLOW rule with it is left out. A revision of istiod dropped the
/// field without a word, and allowed more than was written (selection dossier 8, point 6).
struct ZtunnelRuleCompiler {
    let policy: AuthorizationPolicy

    /// Whether ztunnel gets the policy at all.
    enum Acceptance: Sendable, Equatable {
        case accepted
        /// ztunnel knows ALLOW and DENY.
        case otherAction(AuthorizationPolicy.Action)
        case dryRun
        case targetRefs
    }

    var acceptance: Acceptance {
        if case .targetRefs = policy.attachment { return .targetRefs }
        return switch policy.action {
        case .allow, .deny: policy.isDryRun ? .dryRun : .accepted
        case .audit, .custom: .otherAction(policy.action)
        }
    }

    /// Compiles one rule.
    func compile(
        _ rule: AuthorizationPolicy.Rule, policy index: Int, ordinal: Int, into program: inout Program
    ) -> CompiledRule {
        var compiled = CompiledRule()
        let to = rule.to.enumerated().map { supported(RuleEntry.entries(of: $1, index: $0), &compiled.omissions) }
        let from = rule.from.enumerated().map { supported(RuleEntry.entries(of: $1, index: $0), &compiled.omissions) }
        let when = rule.when.enumerated().map { condition($1, index: $0, &compiled.omissions) }
        if policy.action == .allow, !compiled.omissions.isEmpty { return compiled }
        // An entry that is left without a field never matches, and a clause of such entries ends the rule.
        let clauses: [(side: Program.TestSource.Side, entries: [[RuleEntry]])] =
            [(.to, to), (.from, from)] + when.map { (.when, [$0]) }
        for (side, entries) in clauses where !entries.isEmpty && entries.allSatisfy(\.isEmpty) {
            compiled.omissions.append(
                Omission(
                    reason: .nothingLeft, side: side, entry: 0, field: "\(side)", location: rule.location))
            return compiled
        }
        let conditions = when.flatMap(\.self)
        let permissions = to.isEmpty ? [[]] : to.filter { !$0.isEmpty }
        let principals = (from.isEmpty ? [[]] : from.filter { !$0.isEmpty }).map { $0 + conditions }
        compiled.rule = Program.Rule(
            permissions: append(permissions, to: &program, &compiled.omissions),
            principals: append(principals, to: &program, &compiled.omissions),
            policy: Int32(index), ordinal: Int32(ordinal))
        return compiled
    }

    // MARK: What ztunnel knows

    private func supported(_ entries: [RuleEntry], _ omissions: inout [Omission]) -> [RuleEntry] {
        entries.filter { entry in
            if Self.operand(of: entry) != nil { return true }
            for isNegated in [false, true] where !entry.values(isNegated: isNegated).isEmpty {
                omissions.append(entry.omission(.unsupportedByZtunnel, isNegated: isNegated))
            }
            return false
        }
    }

    private func condition(
        _ condition: AuthorizationPolicy.Condition, index: Int, _ omissions: inout [Omission]
    ) -> [RuleEntry] {
        do throws(ConditionField.KeyProblem) {
            let entry = try RuleEntry(condition, index: index)
            if Self.operand(of: entry) != nil { return [entry] }
        } catch {
            // A key that nobody can read is one more that ztunnel does not know.
        }
        omissions.append(
            Omission(
                reason: .unsupportedByZtunnel, side: .when, entry: index, field: condition.key.value,
                location: condition.key.location))
        return []
    }

    private static func operand(of entry: RuleEntry) -> Program.Attribute? {
        switch entry.field {
        case .peerPrincipal: .ztunnelPrincipal
        case .namespace: .ztunnelNamespace
        // The field is handed on, the condition key is not.
        case .serviceAccount: entry.side == .when ? nil : .ztunnelAccount
        case .sourceIP: .sourceIP
        case .destinationIP: .destinationIP
        case .destinationPort: .destinationPort
        case .trustDomain, .remoteIP, .sni, .requestPrincipal, .claim, .header, .dynamicMetadata, .host, .method, .path:
            nil
        }
    }

    // MARK: Tests

    private func append(
        _ side: [[RuleEntry]], to program: inout Program, _ omissions: inout [Omission]
    ) -> Range<Int32> {
        var conjunctions: [Program.Conjunction] = []
        for entries in side {
            let start = Int32(program.tests.count)
            for entry in entries {
                append(entry, isNegated: false, to: &program, &omissions)
                append(entry, isNegated: true, to: &program, &omissions)
            }
            conjunctions.append(Program.Conjunction(tests: start..<Int32(program.tests.count)))
        }
        return program.append(conjunctions)
    }

    private func append(
        _ entry: RuleEntry, isNegated: Bool, to program: inout Program, _ omissions: inout [Omission]
    ) {
        let values = entry.values(isNegated: isNegated)
        guard !values.isEmpty, let attribute = Self.operand(of: entry) else { return }
        var patterns: [Pattern] = []
        var expansions: [Program.TestSource.Expansion] = []
        for value in values {
            do throws(UncompilableValue) {
                patterns.append(try pattern(value.value, of: entry.field, in: &program))
                expansions.append(Program.TestSource.Expansion(written: value.value, value: value.value))
            } catch {
                omissions.append(entry.omission(Omission.Reason(error), isNegated: isNegated, value))
            }
        }
        guard !patterns.isEmpty else { return }
        program.append(
            Program.TestSource(
                side: entry.side, entry: entry.index, field: entry.fieldName(isNegated: isNegated), values: values,
                expansions: expansions),
            attribute, isNegated: isNegated, patterns)
    }

    /// Exact, prefix, suffix or presence; an inner star stands for itself, and trust domain aliases for nothing.
    private func pattern(
        _ value: String, of field: ConditionField, in program: inout Program
    ) throws(UncompilableValue) -> Pattern {
        switch field {
        case .sourceIP, .destinationIP: try program.blockPattern(value)
        case .destinationPort: try program.portPattern(value)
        case .serviceAccount: program.ztunnelAccountPattern(value, namespace: policy.metadata.namespace)
        case .peerPrincipal, .namespace, .trustDomain, .remoteIP, .sni, .requestPrincipal, .claim, .header,
            .dynamicMetadata, .host, .method, .path:
            program.stringPattern(value)
        }
    }
}

extension Program {
    /// `<namespace>/<account>`, or an account of the policy's own namespace.
    mutating func ztunnelAccountPattern(_ value: String, namespace: String) -> Pattern {
        let parts = value.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        let pair =
            parts.count == 2 ? (Substring(parts[0]), Substring(parts[1])) : (Substring(namespace), Substring(parts[0]))
        return Pattern(.exact, text: append("\(pair.0)/sa/\(pair.1)".utf8))
    }
}
