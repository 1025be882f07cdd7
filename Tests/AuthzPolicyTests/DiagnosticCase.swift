import AuthzCore
import Testing

@testable import AuthzPolicy

/// An input with one problem and its exact text, beside an input that differs in one place and is accepted.
struct DiagnosticCase: Sendable, CustomTestStringConvertible {
    enum Kind: Sendable {
        /// A whole input that need not be a resource.
        case document
        /// A whole input of resources.
        case resources
        /// The `spec` of a resource.
        case authorizationPolicy, requestAuthentication, peerAuthentication
        /// The `spec.meshConfig` of an IstioOperator.
        case meshSettings
    }

    var code: DiagnosticCode
    var kind: Kind
    var why: String
    var bad: String
    var good: String
    var text: String

    init(_ code: DiagnosticCode, _ kind: Kind, why: String, bad: String, good: String, text: String) {
        self.code = code
        self.kind = kind
        self.why = why
        self.bad = bad
        self.good = good
        self.text = text
    }

    var testDescription: String { "\(code.rawValue): \(why)" }

    /// Expects the one diagnostic of the bad input, word by word, and none of the good one.
    func check(sourceLocation: Testing.SourceLocation = #_sourceLocation) {
        let (diagnostics, sources) = diagnostics(of: bad)
        #expect(diagnostics.map(\.code) == [code], sourceLocation: sourceLocation)
        #expect(
            DiagnosticRenderer(sources: sources).text(of: diagnostics) == text + "\n", sourceLocation: sourceLocation)
        #expect(self.diagnostics(of: good).diagnostics == [], sourceLocation: sourceLocation)
    }

    private func diagnostics(of input: String) -> (diagnostics: [Diagnostic], sources: SourceTexts) {
        guard kind != .document else {
            let bytes = Array(whole(input).utf8)
            var sources = SourceTexts()
            sources.insert(bytes, file: "p.yaml")
            return (DocumentParser.parse(bytes, file: "p.yaml").diagnostics, sources)
        }
        do throws(InputError) {
            let (documents, warnings) = try PolicyLoader.load(text: whole(input), file: "p.yaml")
            return (warnings, documents.sources)
        } catch {
            return (error.diagnostics, error.sources)
        }
    }

    private func whole(_ input: String) -> String {
        switch kind {
        case .document, .resources: input + "\n"
        case .authorizationPolicy: Self.resource("AuthorizationPolicy", spec: input)
        case .requestAuthentication: Self.resource("RequestAuthentication", spec: input)
        case .peerAuthentication: Self.resource("PeerAuthentication", spec: input)
        case .meshSettings:
            "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  meshConfig: \(input)\n"
        }
    }

    private static func resource(_ kind: String, spec: String) -> String {
        "apiVersion: security.istio.io/v1\nkind: \(kind)\nmetadata: {name: p}\nspec: \(spec)\n"
    }
}
