import AuthzCore
import AuthzPolicy
import Testing

@testable import AuthzEngine

/// Which faults are put into policies.
@Suite struct MutantTests {
    private static func mutants(_ text: String) throws -> (documents: PolicyDocuments, mutants: [Mutant]) {
        let documents = try PolicyLoader.load(text: text, file: "p.yaml").documents
        let namespaces = Set(
            documents.authorizationPolicies.map(\.metadata.namespace)
                + documents.requestAuthentications.map(\.metadata.namespace)
                + documents.peerAuthentications.map(\.metadata.namespace))
        return (documents, MutantMaker.mutants(of: documents, in: namespaces))
    }

    private static func policy(_ spec: String, kind: String = "AuthorizationPolicy") -> String {
        """
        apiVersion: security.istio.io/v1
        kind: \(kind)
        metadata: {name: p, namespace: shop}
        spec: \(spec)
        """
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var mutants: [String]
        var why: String
        var testDescription: String { why }
    }

    @Test(
        "each part of a policy has its faults, and none of them twice",
        arguments: [
            Row(text: policy("{}"), mutants: ["drop-policy: the policy is left out"], why: "a policy without rules"),
            Row(
                text: policy("{selector: {matchLabels: {app: a}}, rules: [{}]}"),
                mutants: [
                    "drop-policy: the policy is left out", "flip-action: the action is DENY",
                    "drop-selector: the selector is left out", "drop-rule 1: the rule is left out",
                ], why: "a rule for everything"),
            Row(
                text: policy(
                    "{action: DENY, rules: [{from: [{source: {principals: [td/ns/a/sa/b], notNamespaces: [c, d]}}]}]}"),
                mutants: [
                    "drop-policy: the policy is left out", "flip-action: the action is ALLOW",
                    "drop-rule 1: the rule is left out", "drop-from 1: `from` is left out",
                    "drop-field 1: from principals is left out",
                    "widen-principal 1: `td/ns/a/sa/*` in the place of `td/ns/a/sa/b` in from principals",
                    "swap-principal 1: `td/ns/a/sa/other` in the place of `td/ns/a/sa/b` in from principals",
                    "drop-field 1: from notNamespaces is left out",
                    "drop-not-value 1: `c` is left out of from notNamespaces",
                    "drop-not-value 1: `d` is left out of from notNamespaces",
                ], why: "who calls"),
            Row(
                text: policy(
                    "{rules: [{to: [{operation: {paths: [/a/*, /b], hosts: [x.example]}}, {operation: {ports: ['80']}}]}]}"
                ),
                mutants: [
                    "drop-policy: the policy is left out", "flip-action: the action is DENY",
                    "drop-rule 1: the rule is left out", "drop-to 1: `to` is left out",
                    "drop-operation 1: operation 1 is left out", "drop-field 1: to hosts is left out",
                    "widen-host 1: `*.example` in the place of `x.example` in to hosts",
                    "drop-field 1: to paths is left out", "drop-value 1: `/a/*` is left out of to paths",
                    "drop-value 1: `/b` is left out of to paths",
                    "widen-path 1: `/*` in the place of `/a/*` in to paths",
                    "widen-path 1: `/b*` in the place of `/b` in to paths", "drop-operation 1: operation 2 is left out",
                ], why: "what is called"),
            Row(
                text: policy(
                    "{rules: [{when: [{key: source.ip, values: [10.0.0.0/8], notValues: [10.1.0.0/16]}]}, {}]}"),
                mutants: [
                    "drop-policy: the policy is left out", "flip-action: the action is DENY",
                    "drop-rule 1: the rule is left out", "drop-condition 1: the condition on `source.ip` is left out",
                    "drop-field 1: when source.ip is left out", "drop-field 1: when source.ip notValues is left out",
                    "drop-rule 2: the rule is left out",
                ], why: "conditions"),
            Row(
                text: policy(
                    """
                    {jwtRules: [{issuer: i, jwksUri: "https://i/k", audiences: [a], fromHeaders: [{name: x}],
                      outputClaimToHeaders: [{header: h, claim: c}], forwardOriginalToken: true}]}
                    """, kind: "RequestAuthentication"),
                mutants: [
                    "drop-policy: the policy is left out", "drop-audience 1: the audience `a` is left out",
                    "drop-location 1: tokens in the header `x` are not looked for",
                    "drop-output 1: the claim `c` is not written to `h`",
                    "flip-forwarding 1: the token is not forwarded",
                ], why: "tokens"),
            Row(
                text: policy(
                    "{selector: {matchLabels: {a: b}}, mtls: {mode: STRICT}, portLevelMtls: {90: {mode: DISABLE}}}",
                    kind: "PeerAuthentication"),
                mutants: [
                    "drop-policy: the policy is left out", "change-mode: the mode is PERMISSIVE in the place of STRICT",
                    "drop-port: the mode of port 90 is left out",
                    "change-mode: the mode of port 90 is PERMISSIVE in the place of DISABLE",
                ], why: "connections"),
        ])
    func parts(_ row: Row) throws {
        let (documents, mutants) = try Self.mutants(row.text)
        let lines = mutants.map { "\($0.operation.rawValue)\($0.rule.map { " \($0)" } ?? ""): \($0.change)" }
        #expect(lines == row.mutants)
        for mutant in mutants { _ = try PolicySet.compile(mutant.applied(to: documents)) }
    }

    @Test(
        "a wider value matches what the written one does, and more",
        arguments: [
            ("/a", "/a*"), ("/a/b/*", "/a/*"), ("/a/*", "/*"), ("/*", nil), ("*", nil), ("*/a", nil), ("/a*", "/*"),
            ("/a/{*}", "/a/{**}"), ("/a/{**}", nil), ("/{*}/a", nil),
        ] as [(String, String?)])
    func widerPaths(_ path: String, _ wider: String?) {
        #expect(WiderValue.of(path, in: .paths)?.1 == wider)
    }

    @Test(
        "so do hosts, blocks and principals",
        arguments: [
            ("a.example", "*.example"), ("*.a.example", "*.example"), ("*.example", "*"), ("*", nil), ("a", nil),
        ] as [(String, String?)])
    func widerHosts(_ host: String, _ wider: String?) {
        #expect(WiderValue.of(host, in: .hosts)?.1 == wider)
    }

    @Test(
        "a block loses a bit of its prefix",
        arguments: [("10.0.0.0/8", "10.0.0.0/7"), ("10.0.0.1", "10.0.0.1/31"), ("::1", "::1/127"), ("0.0.0.0/0", nil)]
            as [(String, String?)])
    func widerBlocks(_ block: String, _ wider: String?) {
        #expect(WiderValue.of(block, in: .ipBlocks)?.1 == wider)
    }
}
