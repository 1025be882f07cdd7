import AuthzCore
import AuthzPolicy

/// Compiles the rules of one AuthorizationPolicy for one kind of filter chain, as istiod does: what it leaves out is left
/// out here (AuthorizationPolicy dossier 8).
struct RuleCompiler {
    let policy: AuthorizationPolicy
    let trustDomains: TrustDomains
    let isTCP: Bool

    /// One field of an entry with its values.
    private struct Entry {
        var field: ConditionField
        var name: String
        var lists: AuthorizationPolicy.ValueLists
        var side: Program.TestSource.Side
        var index: Int
    }

    /// Compiles one rule; `nil` where istiod leaves it out.
    func compile(
        _ rule: AuthorizationPolicy.Rule, policy index: Int, ordinal: Int, into program: inout Program
    ) -> Program.Rule? {
        var permissionConditions: [Entry] = []
        var principalConditions: [Entry] = []
        for (position, condition) in rule.when.enumerated() {
            let entry: Entry
            do throws(ConditionField.KeyProblem) {
                entry = Entry(
                    field: try ConditionField(key: condition.key.value), name: condition.key.value,
                    lists: condition.lists,
                    side: .when, index: position)
            } catch {
                if error == .unknown || policy.action == .allow { return nil }
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
            : rule.from.enumerated().map { position, source in
                source.fields.map {
                    Entry(
                        field: ConditionField($0.field), name: $0.field.rawValue, lists: $0.lists, side: .from,
                        index: position)
                } + principalConditions
            }
        let permissions =
            rule.to.isEmpty
            ? [permissionConditions]
            : rule.to.enumerated().map { position, operation in
                operation.fields.map {
                    Entry(
                        field: ConditionField($0.field), name: $0.field.rawValue, lists: $0.lists, side: .to,
                        index: position)
                } + permissionConditions
            }
        do throws(UncompilableValue) {
            return Program.Rule(
                permissions: try appendConjunctions(permissions, to: &program),
                principals: try appendConjunctions(principals, to: &program),
                policy: Int32(index), ordinal: Int32(ordinal))
        } catch {
            return nil
        }
    }

    private func appendConjunctions(
        _ sides: [[Entry]], to program: inout Program
    ) throws(UncompilableValue) -> Range<Int32> {
        var conjunctions: [Program.Conjunction] = []
        for side in sides {
            let start = Int32(program.tests.count)
            for entry in side {
                try appendTest(entry, entry.lists.values, isNegated: false, to: &program)
                try appendTest(entry, entry.lists.notValues, isNegated: true, to: &program)
            }
            conjunctions.append(Program.Conjunction(tests: start..<Int32(program.tests.count)))
        }
        let start = Int32(program.conjunctions.count)
        program.conjunctions += conjunctions
        return start..<Int32(program.conjunctions.count)
    }

    private func appendTest(
        _ entry: Entry, _ values: [Located<String>], isNegated: Bool, to program: inout Program
    ) throws(UncompilableValue) {
        guard !values.isEmpty else { return }
        let dropsUncompilable = policy.action != .allow
        if isTCP && entry.field.isHTTPOnly {
            if dropsUncompilable { return }
            throw .httpOnly
        }
        let expanded = expanded(values.map(\.value), of: entry.field)
        let patterns = try program.appendPatterns(
            expanded, of: entry.field, namespace: policy.metadata.namespace, dropsUncompilable: dropsUncompilable)
        guard !patterns.isEmpty else { return }
        let (attribute, name, path) = operand(of: entry.field, in: &program)
        program.sources.append(
            Program.TestSource(
                side: entry.side, entry: entry.index,
                field: isNegated && entry.side != .when ? Self.negated(entry.name) : entry.name, values: values,
                expanded: expanded))
        program.tests.append(
            Program.Test(
                attribute: attribute, isNegated: isNegated, name: name, path: path, patterns: patterns,
                source: Int32(program.sources.count - 1)))
    }

    /// `paths` to `notPaths`.
    private static func negated(_ field: String) -> String {
        "not" + field.prefix(1).uppercased() + field.dropFirst()
    }

    private func expanded(_ values: [String], of field: ConditionField) -> [String] {
        switch field {
        case .peerPrincipal: values.flatMap(trustDomains.expand(principal:))
        case .trustDomain: values.flatMap(trustDomains.expand(trustDomain:))
        case .namespace, .serviceAccount, .sourceIP, .remoteIP, .destinationIP, .destinationPort, .sni,
            .requestPrincipal,
            .claim, .header, .dynamicMetadata, .host, .method, .path:
            values
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
        case .dynamicMetadata: return (.dynamicMetadata, .empty, 0..<0)
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
