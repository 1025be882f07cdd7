import AuthzCore

/// What decides at a workload, for the search of values that its rules tell apart. A search may look at several at once, such as
/// policies and others in their place.
struct PolicySide: Sendable {
    let point: DecisionPoint
    let workload: Workload
    /// The tests that count.
    let tests: FieldTests

    var policySet: PolicySet { point.policySet }
    var program: Program { point.policySet.program }

    /// The JWT rules at the workload, in the order in which they are tried.
    var tokenRules: [TokenRule] { workload.tokenRules.map { point.policySet.tokenRules[$0] } }
}

extension [PolicySide] {
    /// What the patterns are about that read a field, each once. Those of addresses and ports are about none.
    func globs(of field: RequestField) -> [Glob] {
        flatMap { side in
            let own = side.tests.tests(of: field)
            return field == .principal ? side.program.identityGlobs(of: own) : side.program.globs(of: own)
        }.uniqued()
    }

    /// The ports that tests of a field name.
    func ports(of field: RequestField) -> [UInt16] {
        patterns(of: field) { pattern, _ in UInt16(pattern.second.offset) }
    }

    /// The blocks that tests of an address name.
    func blocks(of field: RequestField) -> [CIDRBlock] {
        patterns(of: field) { pattern, program in program.blocks[Int(pattern.second.offset)] }
    }

    private func patterns<Value>(of field: RequestField, _ value: (Pattern, Program) -> Value) -> [Value] {
        flatMap { side in
            let program = side.program
            return side.tests.tests(of: field).flatMap { test in
                test.patterns.map { value(program.patterns[Int($0)], program) }
            }
        }
    }
}

extension Sequence where Element: Hashable {
    /// Each element once, where it came first.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
