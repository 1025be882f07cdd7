package import AuthzCore

/// Reads suites: the documents of a `*_test.yaml` file.
package struct SuiteDecoder {
    /// A document of a file, read or not.
    package struct Outcome: Sendable {
        /// `nil` where something is wrong with it.
        package var suite: Suite?
        /// Empty where none is written or it cannot be read.
        package var description: String
        /// The cases as far as they can be read, before multiplication.
        package var cases: [WrittenCase]
        package var location: SourceLocation
        /// With ``suite`` these are warnings only.
        package var diagnostics: [Diagnostic]
        /// The files of fixtures that it names, as they are seen from here.
        package var fixtureFiles: [String] = []
        /// What of it says by which policies its cases are decided, where something else of it is wrong; `nil` where nothing is known.
        package var unrunnable: Suite?
        /// Their texts.
        package var fixtureSources = SourceTexts()

        /// What is wrong with the suite beside its cases.
        package var ownErrors: [Diagnostic] {
            let ofCases = Set(cases.flatMap(\.errors))
            return diagnostics.filter { $0.severity == .error && !ofCases.contains($0) }
        }
    }

    /// A case of a suite that may not be readable.
    package struct WrittenCase: Sendable {
        /// Empty where none can be read.
        package var name: String
        package var location: SourceLocation
        /// What is wrong with it.
        package var errors: [Diagnostic]
    }

    /// How many cases the lists of one suite may make.
    package static let maximumCases = 100_000

    let collector: DiagnosticCollector
    let documentDecoder: RequestDocumentDecoder
    var fixtures: SuiteFixtures
    var defaultTime: Located<Int64>?
    private var caseCount = 0

    private init(collector: DiagnosticCollector) {
        self.collector = collector
        documentDecoder = RequestDocumentDecoder(caller: .offline, collector: collector)
        fixtures = SuiteFixtures(documentDecoder)
    }

    /// Reads all suites of a file. What is wrong with one leaves the others as they are.
    ///
    /// - Parameter file: The name of the input in diagnostics.
    package static func decode(_ bytes: [UInt8], file: String) -> [Outcome] {
        let (documents, diagnostics) = DocumentParser.parse(bytes, file: file, aliases: .suite)
        let start = SourceLocation(file: file, line: 1, column: 1)
        if diagnostics.contains(where: { $0.severity == .error }) {
            let outcomes = DocumentPieces.split(bytes).flatMap { Self.outcomes(ofPiece: $0, file: file) }
            // What is wrong with the file is wrong with a piece of it.
            guard outcomes.contains(where: { $0.suite == nil }) else {
                return [unreadable(at: documents.first?.location ?? start, diagnostics)]
            }
            return outcomes
        }
        if documents.isEmpty {
            let diagnostic = Diagnostic(
                .error, .missingDocument, at: start, "the file holds no suite",
                label: "expected a mapping with `tests`", hint: "such as `\(Suite.smallest)`")
            return [unreadable(at: start, [diagnostic])]
        }
        if documents.allSatisfy(isResource) {
            let diagnostic = Diagnostic(
                .error, .noSuite, at: documents[0].location, "the file holds resources and no suite",
                label: "expected a mapping with `tests`", hint: "policies are given with `-p`")
            return [unreadable(at: documents[0].location, [diagnostic])]
        }
        return documents.enumerated().map { index, document in
            decode(document, warnings: index == 0 ? diagnostics : [])
        }
    }

    /// Reads a part of a file that has a problem somewhere.
    private static func outcomes(ofPiece bytes: [UInt8], file: String) -> [Outcome] {
        let (documents, diagnostics) = DocumentParser.parse(bytes, file: file, aliases: .suite)
        guard let problem = diagnostics.first(where: { $0.severity == .error }) else {
            return documents.map { decode($0, warnings: []) }
        }
        return [unreadable(at: documents.first?.location ?? problem.location, diagnostics)]
    }

    /// Whether a document is one of Kubernetes.
    private static func isResource(_ document: DocumentNode) -> Bool {
        guard case .mapping(let entries, _) = document else { return false }
        let keys = Set(entries.map(\.key.text))
        return keys.isSuperset(of: ["apiVersion", "kind"]) && !keys.contains("tests")
    }

    private static func unreadable(at location: SourceLocation, _ diagnostics: [Diagnostic]) -> Outcome {
        Outcome(description: "", cases: [], location: location, diagnostics: diagnostics)
    }

    private static func decode(_ node: DocumentNode, warnings: [Diagnostic]) -> Outcome {
        let collector = DiagnosticCollector()
        collector.report(warnings)
        var decoder = SuiteDecoder(collector: collector)
        var outcome = unreadable(at: node.location, [])
        if var reader = DocumentReader(node, name: "suite", collector: collector) {
            let suite = decoder.suite(&reader)
            outcome.description = suite.description
            outcome.cases = decoder.writtenCases(&reader)
            if collector.hasErrors { outcome.unrunnable = suite } else { outcome.suite = suite }
        }
        outcome.fixtureFiles = decoder.fixtures.files
        outcome.fixtureSources = decoder.fixtures.sourceTexts
        outcome.diagnostics = collector.diagnostics
        return outcome
    }

    private mutating func suite(_ reader: inout DocumentReader) -> Suite {
        var suite = Suite(location: reader.location)
        suite.description = reader.text("description")?.value ?? ""
        suite.policies = policies(&reader)
        if let node = reader.node("mesh") {
            suite.mesh = MeshSettingsDecoder(collector: collector).decode(node, allowsSwitches: true)
        }
        suite.profile = profile(&reader)
        suite.assumedCustomAnswer = reader.enumeration("assumeCustom", of: Expectation.Outcome.self)?.value
        suite.keyDocuments = reader.keyDocuments("jwks")
        defaultTime = reader.time("now")
        fixtures.read(&reader)
        suite.fixtureFiles = fixtures.files
        for node in reader.list("tests") ?? [] { suite.cases += cases(node, assuming: suite.assumedCustomAnswer) }
        let tokens = Array(fixtures.tokens.values) + suite.cases.compactMap(\.request.token)
        let audiences = RequestDocument.Token.places(byAudience: tokens)
        for index in suite.cases.indices where suite.cases[index].request.token != nil {
            suite.cases[index].request.tokensByAudience = audiences
        }
        if reader.node("tests") == nil {
            reader.missing("tests", hint: "write `tests: [{name: …, expect: …}]`")
        } else if suite.cases.isEmpty, !collector.hasErrors {
            collector.error(
                .noCase, at: reader.keyLocation("tests") ?? reader.location, "a suite without a case",
                label: "expected at least one case")
        }
        reader.passOverExtensions()
        reader.finish()
        return suite
    }

    private func profile(_ reader: inout DocumentReader) -> Profile? {
        guard let text = reader.text("profile") else { return nil }
        if let profile = Profile(rawValue: text.value) { return profile }
        reader.unknownValue(text, of: "profile", expected: Profile.allCases.map(\.rawValue))
        return nil
    }

    private func writtenCases(_ reader: inout DocumentReader) -> [WrittenCase] {
        guard case .sequence(let items, _) = reader.node("tests") else { return [] }
        // What is told once of an anchor belongs to the case that it is written in.
        var errors = collector.diagnostics.filter { $0.severity == .error }
        return items.map { item in
            let places = errors.isEmpty ? [] : item.places
            let own = errors.filter { places.contains($0.location) }
            errors.removeAll { places.contains($0.location) }
            var name = ""
            if case .mapping(let entries, _) = item,
                case .scalar(let scalar) = entries.first(where: { $0.key.text == "name" })?.value
            {
                name = scalar.text
            }
            return WrittenCase(name: name, location: item.location, errors: own)
        }
    }

    private func policies(_ reader: inout DocumentReader) -> Suite.Policies {
        if let node = reader.node("resources"), case .mapping = node {
            collector.error(
                .wrongType, at: node.location, "`resources` is a mapping, not text",
                label: "expected the resources as YAML text", hint: "write `resources: |` and the YAML below it")
            return .commandLine
        }
        let resources = reader.text("resources") == nil ? nil : reader.node("resources")
        if reader.node("policies") != nil {
            if resources != nil, let place = reader.keyLocation("resources") {
                collector.error(
                    .conflictingFields, at: place, "`resources` beside `policies`",
                    label: "stands instead of `policies`", hint: "leave one of them out")
            }
            return .paths(reader.nonEmptyTexts("policies"))
        }
        guard case .scalar(let text) = resources else { return .commandLine }
        return .text(text)
    }

    private mutating func cases(_ node: DocumentNode, assuming answer: Expectation.Outcome?) -> [SuiteCase] {
        guard var reader = DocumentReader(node, name: "test", collector: collector) else { return [] }
        if reader.node("name") == nil { reader.missing("name", hint: "write what the case shows, `name: …`") }
        let name = reader.nonEmptyText("name")?.value ?? ""
        let expectation = reader.node("expect").flatMap { ExpectationDecoder(collector: collector).decode($0) }
        if reader.node("expect") == nil { reader.missing("expect", hint: "write `expect: allow` or `expect: deny`") }
        let skipReason = skipReason(&reader)
        var template = RequestDocument(location: reader.location)
        let ownTime = documentDecoder.now(&reader)
        template.now = ownTime ?? defaultTime?.value
        let answer = reader.enumeration("assumeCustom", of: Expectation.Outcome.self)?.value ?? answer
        let axes = axes(&reader, &template)
        let claimPlaces = fixtures.claimPlaces.merging(ClaimPlaces.find(in: reader.node("token"))) { first, _ in first }
        reader.finish()
        guard let expectation, fits(axes, at: reader.location) else { return [] }
        return axes.multiply(template).map { request, variant in
            var request = request
            if case .claims(_, _, let place) = request.token { request.claimPlaces = claimPlaces[place] ?? [:] }
            return SuiteCase(
                name: name, variant: variant, request: request, expectation: expectation, skipReason: skipReason,
                assumedCustomAnswer: answer, suiteTime: ownTime == nil ? defaultTime?.location : nil,
                location: reader.location)
        }
    }

    private mutating func fits(_ axes: SuiteCaseAxes, at location: SourceLocation) -> Bool {
        let count = axes.caseCount
        guard count <= Self.maximumCases - caseCount else {
            collector.error(
                .tooManyCases, at: location, "the lists of this suite make more than \(Self.maximumCases) cases",
                label: "this test is one too many")
            return false
        }
        caseCount += count
        return true
    }

    /// A reason, or plain `true` and `false`.
    private func skipReason(_ reader: inout DocumentReader) -> String? {
        guard case .scalar(let scalar) = reader.node("skip"), let isSkipped = scalar.boolean else {
            return reader.nonEmptyText("skip")?.value
        }
        return isSkipped ? "" : nil
    }
}
