import AuthzCore
import AuthzPolicy

/// Compiles the rules of one AuthorizationPolicy for one kind of filter chain, as istiod does: what it leaves out is left
/// out here (AuthorizationPolicy dossier 8).
struct RuleCompiler {
    let policy: AuthorizationPolicy
    let trustDomains: TrustDomains
    let isTCP: Bool

    /// Compiles one rule.
    func compile(
        _ rule: AuthorizationPolicy.Rule, policy index: Int, ordinal: Int, into program: inout Program
    ) -> CompiledRule {
        var compiled = CompiledRule()
        var permissionConditions: [RuleEntry] = []
        var principalConditions: [RuleEntry] = []
        for (position, condition) in rule.when.enumerated() {
            let entry: RuleEntry
            do throws(ConditionField.KeyProblem) {
                entry = try RuleEntry(condition, index: position)
            } catch {
                compiled.omissions.append(
                    Omission(
                        reason: error == .unknown ? .unknownKey : .malformedKey, side: .when, entry: position,
                        field: condition.key.value, location: condition.key.location))
                if error == .unknown || policy.action == .allow { return compiled }
                continue
            }
            if entry.field.isPermission {
                permissionConditions.append(entry)
            } else {
                principalConditions.append(entry)
            }
        }
        let principals =
            rule.from.isEmpty
            ? [principalConditions]
            : rule.from.enumerated().map { RuleEntry.entries(of: $1, index: $0) + principalConditions }
        let permissions =
            rule.to.isEmpty
            ? [permissionConditions]
            : rule.to.enumerated().map { RuleEntry.entries(of: $1, index: $0) + permissionConditions }
        do throws(LeftOut) {
            compiled.rule = Program.Rule(
                permissions: try appendConjunctions(permissions, to: &program, &compiled.omissions),
                principals: try appendConjunctions(principals, to: &program, &compiled.omissions),
                policy: Int32(index), ordinal: Int32(ordinal))
        } catch {
            compiled.omissions.append(error.omission)
        }
        return compiled
    }

    /// Ends the compilation of a rule that istiod leaves out.
    private struct LeftOut: Error {
        var omission: Omission
    }

    private func appendConjunctions(
        _ sides: [[RuleEntry]], to program: inout Program, _ omissions: inout [Omission]
    ) throws(LeftOut) -> Range<Int32> {
        var conjunctions: [Program.Conjunction] = []
        for side in sides {
            let start = Int32(program.tests.count)
            for entry in side {
                try appendTest(entry, isNegated: false, to: &program, &omissions)
                try appendTest(entry, isNegated: true, to: &program, &omissions)
            }
            conjunctions.append(Program.Conjunction(tests: start..<Int32(program.tests.count)))
        }
        return program.append(conjunctions)
    }

    private func appendTest(
        _ entry: RuleEntry, isNegated: Bool, to program: inout Program, _ omissions: inout [Omission]
    ) throws(LeftOut) {
        let values = entry.values(isNegated: isNegated)
        guard !values.isEmpty else { return }
        if isTCP && entry.field.isHTTPOnly {
            return try leaveOut(entry.omission(.httpOnly, isNegated: isNegated), &omissions)
        }
        var patterns: [Pattern] = []
        var expansions: [Program.TestSource.Expansion] = []
        for value in values {
            for expanded in expanded(value.value, of: entry.field) {
                do throws(UncompilableValue) {
                    patterns.append(
                        try program.pattern(expanded, of: entry.field, namespace: policy.metadata.namespace))
                    expansions.append(Program.TestSource.Expansion(written: value.value, value: expanded))
                } catch {
                    try leaveOut(entry.omission(Omission.Reason(error), isNegated: isNegated, value), &omissions)
                }
            }
        }
        guard !patterns.isEmpty else { return }
        let (attribute, name, path) = operand(of: entry.field, in: &program)
        program.append(
            Program.TestSource(
                side: entry.side, entry: entry.index, field: entry.fieldName(isNegated: isNegated), values: values,
                expansions: expansions),
            attribute, isNegated: isNegated, name: name, path: path, patterns)
    }

    /// An ALLOW rule goes with what it loses; others go on without it.
    private func leaveOut(_ omission: Omission, _ omissions: inout [Omission]) throws(LeftOut) {
        if policy.action == .allow { throw LeftOut(omission: omission) }
        if !omissions.contains(omission) { omissions.append(omission) }
    }

    private func expanded(_ value: String, of field: ConditionField) -> [String] {
        switch field {
        case .peerPrincipal: trustDomains.expand(principal: value)
        case .trustDomain: trustDomains.expand(trustDomain: value)
        case .namespace, .serviceAccount, .sourceIP, .remoteIP, .destinationIP, .destinationPort, .sni,
            .requestPrincipal,
            .claim, .header, .dynamicMetadata, .host, .method, .path:
            [value]
        }
    }

    private func operand(
        of field: ConditionField, in program: inout Program
    ) -> (attribute: Program.Attribute, name: ByteSlice, path: Range<Int32>) {
        switch field {
        case .peerPrincipal, .namespace, .serviceAccount, .trustDomain: return (.peerPrincipal, .empty, 0..<0)
        case .sourceIP: return (.sourceIP, .empty, 0..<0)
        case .remoteIP: return (.remoteIP, .empty, 0..<0)
        case .destinationIP: return (.destinationIP, .empty, 0..<0)
        case .destinationPort: return (.destinationPort, .empty, 0..<0)
        case .sni: return (.sni, .empty, 0..<0)
        case .requestPrincipal: return (.requestPrincipal, .empty, 0..<0)
        case .dynamicMetadata(let namespace, let key):
            let start = Int32(program.names.count)
            for name in [namespace, key] { program.names.append(program.append(name.utf8)) }
            return (.dynamicMetadata, .empty, start..<Int32(program.names.count))
        case .host: return (.host, .empty, 0..<0)
        case .method: return (.method, .empty, 0..<0)
        case .path: return (.path, .empty, 0..<0)
        case .claim(let path):
            let start = Int32(program.names.count)
            for name in path { program.names.append(program.append(name.utf8)) }
            return (.claim, .empty, start..<Int32(program.names.count))
        case .header(let name):
            let folded = name.utf8.map(lowercased)
            switch String(decoding: folded, as: UTF8.self) {
            case "host", ":authority": return (.authority, .empty, 0..<0)
            case ":method": return (.method, .empty, 0..<0)
            case ":path": return (.fullPath, .empty, 0..<0)
            case ":scheme": return (.scheme, .empty, 0..<0)
            default: return (.header, program.append(folded), 0..<0)
            }
        }
    }
}
