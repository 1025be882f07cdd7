import AuthzCore
import AuthzPolicy

extension RequestInputs {
    /// Adds the requests of the cases that a reference names.
    ///
    /// - Throws: What is wrong with the suite, or that it has no such case.
    mutating func readCases(_ reference: CaseReference) throws(InputError) {
        let bytes = try DocumentFile.read(reference.file)
        sources.insert(bytes, file: reference.file)
        let outcomes = SuiteDecoder.decode(bytes, file: reference.file)
        for outcome in outcomes { sources.merge(outcome.fixtureSources) }
        let suites = outcomes.compactMap(\.suite)
        var count = inputs.count
        for suite in suites {
            for testCase in suite.cases where reference.names(testCase) {
                inputs.append(
                    RequestInput(
                        name: CaseReference(testCase).text, document: testCase.request,
                        origin: RequestInput.Origin(
                            suite: suite, expectation: testCase.expectation,
                            assumedCustomAnswer: testCase.assumedCustomAnswer)))
            }
        }
        count = inputs.count - count
        guard count == 0 else { return }
        let errors = outcomes.flatMap(\.diagnostics)
        if errors.contains(where: { $0.severity == .error }) { throw InputError(errors, sources: sources) }
        let cases = suites.flatMap(\.cases)
        let names = cases.map(\.name) + cases.map(CaseReference.title)
        throw InputError([
            Diagnostic(
                .error, .noCase, at: .whole(reference.file), "there is no case \(reference.name.quoted) in this suite",
                hint: NameSuggestion.hint(for: reference.name, among: names)
                    ?? "its cases are \(Self.listed(cases.map(\.name)))")
        ])
    }

    /// The first of the names, each once.
    private static func listed(_ names: [String]) -> String {
        var known: Set<String> = []
        let unique = names.filter { known.insert($0).inserted }
        let shown = unique.prefix(8).map(\.quoted).joined(separator: ", ")
        return unique.count > 8 ? "\(shown), …" : shown
    }
}
