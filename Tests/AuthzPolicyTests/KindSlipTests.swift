import AuthzCore
import Testing

@testable import AuthzPolicy

/// Kinds and annotations that are nearly right, where a policy would be lost, or enforced, without a word.
@Suite struct KindSlipTests {
    private static let item =
        "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a, namespace: b}, spec: {}}"

    @Test("a list of one kind, as the API server has it, is read", arguments: ["v1", "security.istio.io/v1"])
    func typedList(_ version: String) throws {
        let text = "{apiVersion: \(version), kind: AuthorizationPolicyList, items: [\(Self.item)]}"
        let documents = try PolicyLoader.load(text: text, file: "p").documents
        #expect(documents.authorizationPolicies.map(\.metadata.name) == ["a"])
    }

    @Test("a document with items whose kind is nearly a list is refused, and another is skipped")
    func slip() throws {
        let error = #expect(throws: InputError.self) {
            try PolicyLoader.load(text: "{apiVersion: v1, kind: Lists, items: [\(Self.item)]}", file: "p")
        }
        #expect(error?.diagnostics.map(\.code) == [.unknownKind])
        #expect(error?.diagnostics.map(\.hint) == ["did you mean `List`?"])
        let other = try PolicyLoader.load(text: "{apiVersion: v1, kind: PodList, items: []}", file: "p").documents
        #expect(other.skippedKinds == ["PodList": 1])
    }

    @Test(
        "an annotation that nearly makes a dry run is warned of",
        arguments: [
            ("istio.io/dryrun", true), ("istio.io/dry_run", true), ("security.istio.io/dryrun", true),
            ("istio.io/dry-run", false), ("example.com/dry", false),
        ])
    func dryRun(_ name: String, _ isWarned: Bool) throws {
        let text =
            "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a, annotations: {\(name): 'true'}}, spec: {}}"
        let loaded = try PolicyLoader.load(text: text, file: "p")
        #expect(loaded.warnings.map(\.code) == (isWarned ? [.invalidDryRun] : []))
        #expect(loaded.warnings.allSatisfy { $0.hint == "did you mean `istio.io/dry-run`?" })
    }
}
