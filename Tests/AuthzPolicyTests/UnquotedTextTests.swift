import AuthzCore
import Testing

@testable import AuthzPolicy

/// What Kubernetes takes for no text, where text belongs.
@Suite struct UnquotedTextTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// As it is written.
        var text: String
        /// `nil` for text.
        var kind: String?
        var why: String
        var testDescription: String { "\(text): \(why)" }
    }

    @Test(
        "a plain value of YAML 1.1 that is a Boolean or a number is warned of, and is read as the text that is written",
        arguments: [
            Row(text: "true", kind: "a Boolean", why: "in lower case"),
            Row(text: "True", kind: "a Boolean", why: "with a capital"),
            Row(text: "TRUE", kind: "a Boolean", why: "in capitals"),
            Row(text: "tRUE", kind: nil, why: "in no other case"),
            Row(text: "yes", kind: "a Boolean", why: "only in YAML 1.1"),
            Row(text: "N", kind: "a Boolean", why: "one letter"),
            Row(text: "Off", kind: "a Boolean", why: "a switch"),
            Row(text: "on", kind: "a Boolean", why: "a switch"),
            Row(text: "once", kind: nil, why: "a word that begins so"),
            Row(text: "8080", kind: "a number", why: "a port"),
            Row(text: "1.10", kind: "a number", why: "a version of two parts"),
            Row(text: "1.10.2", kind: nil, why: "a version of three parts"),
            Row(text: "v1", kind: nil, why: "a version with its letter"),
            Row(text: "-5", kind: "a number", why: "a sign"),
            Row(text: "1_000", kind: "a number", why: "digits in groups"),
            Row(text: "_1", kind: nil, why: "a name"),
            Row(text: "0x1F", kind: "a number", why: "of base 16"),
            Row(text: "0x1G", kind: nil, why: "not of base 16"),
            Row(text: "017", kind: "a number", why: "of base 8"),
            Row(text: "0o17", kind: "a number", why: "of base 8, as YAML 1.2 has it"),
            Row(text: "0b11", kind: "a number", why: "of base 2"),
            Row(text: "1e5", kind: "a number", why: "with an exponent"),
            Row(text: "1e", kind: nil, why: "without one"),
            Row(text: ".5", kind: "a number", why: "no digit in front"),
            Row(text: ".inf", kind: "a number", why: "no end"),
            Row(text: "10.0.0.7", kind: nil, why: "an address"),
            Row(text: "8000-9000", kind: nil, why: "a range"),
            Row(text: "2026-01-01", kind: nil, why: "a date, which stays text there"),
            Row(text: "\"8080\"", kind: nil, why: "in quotes"),
            Row(text: "'true'", kind: nil, why: "in single quotes"),
            Row(text: "!!str 8080", kind: nil, why: "said to be text"),
        ])
    func kinds(_ row: Row) throws {
        let policy = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: shop}
            spec:
              rules:
              - when:
                - key: request.headers[x-a]
                  values:
                  - \(row.text)
            """
        let (documents, warnings) = try PolicyLoader.load(text: policy, file: "p.yaml")
        let bare = row.text.trimmingPrefix("!!str ").filter { $0 != "\"" && $0 != "'" }
        #expect(documents.authorizationPolicies[0].rules[0].when[0].lists.values.map(\.value) == [bare])
        guard let kind = row.kind else {
            #expect(warnings.isEmpty, "\(warnings)")
            return
        }
        #expect(warnings.map(\.code) == [.unquotedText])
        #expect(
            DiagnosticRenderer(sources: documents.sources).text(of: warnings) == """
                p.yaml:9:9: warning: `\(row.text)` without quotes is \(kind) to Kubernetes, which refuses it in `values` [unquoted-text]
                    9 |       - \(row.text)
                      |         ^\(String(repeating: "~", count: row.text.count - 1)) expected text
                      = hint: write `"\(row.text)"`

                """)
    }

    struct Place: Sendable, CustomTestStringConvertible {
        var document: String
        /// The columns of warnings, all in one line.
        var columns: [Int]
        var testDescription: String { document }
    }

    private static let head = "{apiVersion: security.istio.io/v1, kind: "

    @Test(
        "it is warned of wherever text belongs in Istio's kinds, and nowhere else",
        arguments: [
            Place(
                document:
                    "\(head)AuthorizationPolicy, metadata: {name: p}, spec: {rules: [{to: [{operation: {notPorts: [80, '81'], methods: [on]}}]}]}}",
                columns: [129, 150]),
            Place(
                document:
                    "\(head)AuthorizationPolicy, metadata: {name: p, annotations: {istio.io/dry-run: true}}, spec: {selector: {matchLabels: {version: 1}}}}",
                columns: [115, 164]),
            Place(
                document:
                    "\(head)RequestAuthentication, metadata: {name: p, generation: 3}, spec: {jwtRules: [{issuer: i, audiences: [7], forwardOriginalToken: true}]}}",
                columns: [143]),
            Place(
                document:
                    "\(head)PeerAuthentication, metadata: {name: p, labels: {a: off}}, spec: {selector: {matchLabels: {a: b}}, portLevelMtls: {8080: {mode: STRICT}}}}",
                columns: [94]),
            Place(
                document:
                    #"{"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication", "metadata": {"name": "p"}, "spec": {"selector": {"matchLabels": {"a": true}}}}"#,
                columns: [140]),
            Place(
                document:
                    "{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {version: 1}}, spec: {containers: []}}",
                columns: []),
            Place(
                document:
                    "{apiVersion: install.istio.io/v1alpha1, kind: IstioOperator, spec: {meshConfig: {trustDomainAliases: [1]}}}",
                columns: []),
        ])
    func places(_ place: Place) throws {
        let (_, warnings) = try PolicyLoader.load(text: place.document, file: "p.yaml")
        let found = warnings.filter { $0.code == .unquotedText }
        #expect(found.map(\.location.column) == place.columns)
    }

    @Test("a scalar for a list is told how the list is written for Kubernetes")
    func lists() {
        let text =
            "\(Self.head)AuthorizationPolicy, metadata: {name: p}, spec: {rules: [{to: [{operation: {ports: 80}}]}]}}"
        #expect {
            _ = try PolicyLoader.load(text: text, file: "p.yaml")
        } throws: { error in
            (error as? InputError)?.diagnostics.contains { $0.hint == "write `[\"80\"]`" } == true
        }
    }
}
