import AuthzCore

extension RulePlace {
    /// How a DENY rule that asks for a token leaves out CORS preflights, which never have one: by their method, as any exception by path
    /// or caller would let in other methods without a token, too. `nil` where it asks for none.
    ///
    /// - Parameter to: The entries of `to` that hold, by their place.
    func preflightExceptions(
        to: [Int], _ program: Program, _ compiled: Program.Rule, _ values: WrittenValues, _ request: CheckRequest,
        _ facts: Facts, _ claims: VerifiedClaims
    ) -> [PolicyDraft.Edit]? {
        let tests = FieldTests.tests(of: compiled, in: program).map { program.tests[Int($0)] }
        let asks = tests.contains { $0.isNegated && ($0.attribute == .requestPrincipal || $0.attribute == .claim) }
        guard asks else { return nil }
        var edits: [PolicyDraft.Edit] = []
        if asked(by: compiled, program, values).contains("methods") {
            for test in tests where test.attribute == .method && !test.isNegated {
                let source = program.sources[Int(test.source)]
                guard let (node, name) = list(of: test, source) else { continue }
                edits += removals(
                    test, program, source, node, name, request, facts, claims, caution: .denying)
            }
        } else if let edit = exception("to", "operation", to, "methods", values) {
            edits.append(edit)
        }
        return edits.map { edit in
            var edit = edit
            edit.breadth = PolicyDraft.Edit.repairBreadth
            return edit
        }
    }
}
