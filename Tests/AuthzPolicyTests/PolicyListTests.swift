import AuthzCore
import Testing

@testable import AuthzPolicy

/// Policies in lists: read, or refused with what to write; never lost.
@Suite struct PolicyListTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var version: String
        var kind: String
        var items = PolicyListTests.policies
        var says: String
        var why: String
        var testDescription: String { "\(version) \(kind): \(why)" }
    }

    private static let policies = ["a", "b"].map { name in
        "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: \(name)}, spec: {mtls: {mode: STRICT}}}"
    }

    @Test(
        "what holds policies and is no list is refused",
        arguments: [
            Row(version: "v1", kind: "List", says: "2 policies", why: "a list of Kubernetes"),
            Row(version: "v1", kind: "PeerAuthenticationList", says: "2 policies", why: "a list of this kind alone"),
            Row(
                version: "v1", kind: "Lists", items: Array(policies.prefix(1)),
                says:
                    "2:7 unknown-kind: a `Lists` of `v1` is not read, and with it the policy in it; did you mean `List`?",
                why: "a slip"),
            Row(
                version: "v1", kind: "Bundle",
                says:
                    "2:7 unknown-kind: a `Bundle` of `v1` is not read, and with it the 2 policies in it; write `kind: List`",
                why: "another word"),
            Row(
                version: "example.com/v1", kind: "Bundle",
                says:
                    "2:7 unknown-kind: a `Bundle` of `example.com/v1` is not read, and with it the 2 policies in it; write `apiVersion: v1` and `kind: List`",
                why: "of another API"),
            Row(
                version: "security.istio.io/v1", kind: "List",
                says:
                    "1:13 unknown-kind: a `List` of `security.istio.io/v1` is not read, and with it the 2 policies in it; write `apiVersion: v1`",
                why: "the API of the policies"),
            Row(
                version: "apps/v1", kind: "DeploymentList", items: ["{apiVersion: apps/v1, kind: Deployment}"],
                says: "0 policies", why: "no policy in it"),
            Row(
                version: "example.com/v1", kind: "Shelf", items: ["book"], says: "0 policies",
                why: "items of another kind"),
        ])
    func lists(_ row: Row) {
        let text = "apiVersion: \(row.version)\nkind: \(row.kind)\nitems: [\(row.items.joined(separator: ", "))]\n"
        do throws(InputError) {
            let documents = try PolicyLoader.load(text: text, file: "p.yaml").documents
            #expect("\(documents.peerAuthentications.count) policies" == row.says)
        } catch {
            let first = error.diagnostics[0]
            let place = "\(first.location.line):\(first.location.column)"
            #expect("\(place) \(first.code.rawValue): \(first.message); \(first.hint ?? "")" == row.says)
        }
    }
}

/// Several values in one text.
@Suite struct JoinedValuesTests {
    @Test(
        "what stands between commas is several values",
        arguments: [
            ("a,b", ["a", "b"]), ("a, b ,c", ["a", "b", "c"]), ("a|b", ["a", "b"]), ("a b", nil), ("a,", nil),
            (",a", nil), ("a", nil), ("", nil), (",", nil),
        ] as [(String, [String]?)])
    func parts(_ text: String, _ parts: [String]?) { #expect(JoinedValues.parts(of: text) == parts) }

    @Test(
        "values that are refused are told apart",
        arguments: [
            (ValueCheck.port("80,443")?.hint, #"write `"80"`, `"443"`, each a value of its own"#),
            (ValueCheck.port("80,https")?.hint, nil),
            (
                ValueCheck.cidr("10.0.0.0/8, 192.168.0.0/16")?.hint,
                #"write `"10.0.0.0/8"`, `"192.168.0.0/16"`, each a value of its own"#
            ),
            (ValueCheck.cidr("10.0.0.0/8,x")?.hint, nil),
            (ValueCheck.serviceAccount("a/b,c/d")?.hint, #"write `"a/b"`, `"c/d"`, each a value of its own"#),
        ] as [(String?, String?)])
    func refused(_ hint: String?, _ expected: String?) { #expect(hint == expected) }
}

/// Annotations that look like that of a dry run.
@Suite struct DryRunAnnotationTests {
    @Test(
        "a slip in the name of the annotation is told, as the policy is enforced then",
        arguments: [
            ("istio.io/dry-run", false), ("istio.io/dryrun", true), ("istio.io/dryRun", true),
            ("istio.io/dry_run", true), ("security.istio.io/dry-run", true), ("istio/dry-run", true),
            ("istio.io/dry-rum", true), ("dry-run", true), ("example.com/dry-run", false), ("istio.io/rev", false),
        ])
    func slips(_ name: String, _ isTold: Bool) throws {
        let text =
            "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a, annotations: {\(name): \"true\"}}, spec: {rules: [{}]}}"
        let (documents, warnings) = try PolicyLoader.load(text: text, file: "p.yaml")
        #expect(documents.authorizationPolicies[0].isDryRun == (name == "istio.io/dry-run"))
        #expect(warnings.map(\.code) == (isTold ? [.invalidDryRun] : []))
        #expect(warnings.allSatisfy { $0.hint == "did you mean `istio.io/dry-run`?" })
    }
}
