import AuthzCore
import Testing

@testable import AuthzPolicy

/// The faults that people make who write their first policies, suites and requests: what is said of each leads to what to write.
@Suite struct SlipHintTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        /// Of the first diagnostic: its place, code and hint.
        var says: String
        var why: String
        var testDescription: String { why }
    }

    static func said(_ diagnostics: [Diagnostic]) -> String {
        guard let first = diagnostics.first else { return "nothing" }
        return "\(first.location.line):\(first.location.column) \(first.code.rawValue): \(first.hint ?? "no hint")"
    }

    // MARK: Policies

    private static func policy(_ spec: String, kind: String = "AuthorizationPolicy") -> String {
        "apiVersion: security.istio.io/v1\nkind: \(kind)\nmetadata: {name: a, namespace: shop}\n\(spec)\n"
    }

    private static func diagnostics(ofPolicies text: String) -> [Diagnostic] {
        do throws(InputError) {
            return try PolicyLoader.load(text: text, file: "p.yaml").warnings
        } catch {
            return error.diagnostics
        }
    }

    private static let rules = "write `rules: [{from: […], to: […]}]`, or each entry on lines of its own behind `- `"
    private static let star = "a text that begins with `*` stands in quotes: `\"*\"`"

    @Test(
        "a fault in a policy",
        arguments: [
            Row(
                text: policy("spec: {action: BLOCK, rules: [{}]}"),
                says: "4:16 unknown-value: did you mean `DENY`?", why: "another word for DENY"),
            Row(
                text: policy("spec: {action: LOG, rules: [{}]}"),
                says: "4:16 unknown-value: did you mean `AUDIT`?", why: "another word for AUDIT"),
            Row(
                text: policy("spec: {action: Drop, rules: [{}]}"),
                says: "4:16 unknown-value: did you mean `DENY`?", why: "one of firewalls"),
            Row(
                text: policy("spec:\nrules: [{}]"),
                says: "5:1 unknown-field: `rules` is a field of `spec`: indent it below that",
                why: "indented too little"),
            Row(
                text: policy("spec:\n  rules:\n  - from:\n    - source:\n      namespaces: [a]"),
                says: "8:7 unknown-field: `namespaces` is a field of `source`: indent it below that",
                why: "the same, deeper"),
            Row(
                text: policy("spec: {rules: [{from: [{namespaces: [a]}]}]}"),
                says: "4:25 unknown-field: `namespaces` is a field of `source`: indent it below that",
                why: "`source` is left out"),
            Row(
                text: policy("spec: {rules: [{from: [{source: {paths: [/a]}}]}]}"),
                says: "4:34 unknown-field: `paths` is a field of `operation` in `to`", why: "on the wrong side"),
            Row(text: policy("spec:\n\trules: []"), says: "5:1 invalid-yaml: indent by spaces", why: "a tab"),
            Row(
                text: policy("spec: {rules: [{}]}").replacing("security.istio.io", with: "istio.io"),
                says: "1:13 unknown-version: write `apiVersion: security.istio.io/v1`", why: "half the name of the API"),
            Row(
                text: policy("spec: {rules: [{}]}").replacing("security.istio.io/", with: ""),
                says: "1:13 unknown-version: write `apiVersion: security.istio.io/v1`", why: "no API"),
            Row(
                text: policy("spec: {rules: [{}]}").replacing("security.istio.io", with: "policy.linkerd.io"),
                says: "nothing", why: "the API of another mesh"),
            Row(
                text: policy("spec: {rules: [{}]}", kind: "Policy"),
                says: "2:7 unknown-kind: did you mean `AuthorizationPolicy`?", why: "half the name of the kind"),
            Row(
                text: policy("spec: {action: DENY, rules: [{}]}").replacing("apiVersion", with: "apiversion"),
                says: "1:1 missing-field: write `apiVersion` for `apiversion`",
                why: "a policy must not be lost by a slip"),
            Row(
                text: policy("spec: {action: DENY, rules: [{}]}").replacing("kind", with: "knd"),
                says: "2:1 missing-field: write `kind` for `knd`", why: "the same"),
            Row(
                text: policy("spec: {action: DENY, rules: [{}]}").replacing("metadata", with: "metdata"),
                says: "3:1 missing-field: write `metadata` for `metdata`", why: "the same"),
            Row(
                text: policy("spec: {rules: [{}]}").replacing("apiVersion: security.istio.io/v1\n", with: ""),
                says: "1:1 missing-field: write `apiVersion: security.istio.io/v1`", why: "no version"),
            Row(
                text: policy("spec: {selector: app=b, rules: [{}]}"),
                says: "4:18 wrong-type: write `selector: {matchLabels: {app: b}}`", why: "labels as on a command line"),
            Row(
                text: policy("spec: {selector: {matchLabels: [app: b]}, rules: [{}]}"),
                says: "4:32 wrong-type: write its entries without `- ` or `[ ]`", why: "labels as a list"),
            Row(
                text: policy("spec: {action: [DENY], rules: [{}]}"), says: "4:16 wrong-type: write `DENY`",
                why: "a list for text"),
            Row(
                text: policy("spec: {action: CUSTOM, provider: authz, rules: [{}]}"),
                says: "4:34 wrong-type: write `provider: {name: authz}`", why: "a provider by its name"),
            Row(
                text: policy(
                    "spec: {selector: {matchLabels: {a: b}}, portLevelMtls: {80: DISABLE}}", kind: "PeerAuthentication"),
                says: "4:61 wrong-type: write `{mode: DISABLE}`", why: "a mode in short"),
            Row(
                text: policy("spec: {rules: [{from: [{source: {serviceAccounts: [td/ns/a/sa/b]}}]}]}"),
                says: "4:52 invalid-service-account: write `a/b`, or list it in `principals`", why: "a principal"),
            Row(
                text: policy("spec: {rules: [{from: [{source: {serviceAccounts: [ns/a/sa/b]}}]}]}"),
                says: "4:52 invalid-service-account: write `a/b`, or list it in `principals`",
                why: "a principal without its trust domain"),
            Row(
                text: policy("spec: {rule: [{}]}"), says: "4:8 unknown-field: did you mean `rules`?", why: "one rule"),
            Row(
                text: policy("spec:\n  rules:\n    from: []"), says: "6:5 wrong-type: \(rules)", why: "no list of rules"
            ),
            Row(
                text: policy("spec: {rules: [{from: {source: {}}}]}"),
                says: "4:23 wrong-type: "
                    + "write `from: [{source: {…}}]`, or each entry on lines of its own behind `- `",
                why: "no list of sources"),
            Row(
                text: policy("spec: {rules: [{from: [source]}]}"),
                says: "4:24 wrong-type: "
                    + "write `from: [{source: {…}}]`, or each entry on lines of its own behind `- `",
                why: "a source without fields"),
            Row(
                text: policy("spec: {rules: [{to: [{operation: {methods: GET}}]}]}"),
                says: "4:44 wrong-type: write `[GET]`", why: "text for a list"),
            Row(
                text: policy("spec: {rules: [{to: [{operation: {ports: 80}}]}]}"),
                says: "4:42 wrong-type: write `[\"80\"]`", why: "a number for a list"),
            Row(
                text: policy("spec: {rules: [{from: [{source: {principals: [*]}}]}]}"),
                says: "4:48 invalid-yaml: \(star)", why: "a star without quotes"),
            Row(
                text: policy("spec: {rules: [{to: [{operation: {paths: [*/info]}}]}]}"),
                says: "4:44 invalid-yaml: \(star)", why: "a star at the start"),
            Row(
                text: policy("spec: {rules: [{to: [{operation: {hosts: [*com]}}]}]}"),
                says: "4:43 unknown-alias: a text that begins with `*` stands in quotes: `\"*com\"`",
                why: "one that reads as an alias"),
            Row(
                text: policy("spec: {rules: [{}]}") + policy("spec: {}"),
                says: "5:1 duplicate-key: write `---` between two resources", why: "two policies in one document"),
            Row(
                text: policy("spec: {action: deny, rules: [{}]}"),
                says: "4:16 unknown-value: did you mean `DENY`?", why: "an action in lower case"),
            Row(
                text: policy("spec: {action: BLOCK, rules: [{}]}"),
                says: "4:16 unknown-value: did you mean `DENY`?", why: "a word of others"),
            Row(
                text: policy("spec: {selector: {labels: {a: b}}, rules: [{}]}"),
                says: "4:19 unknown-field: did you mean `matchLabels`?", why: "labels of a selector"),
            Row(
                text: policy("spec: {selector: {app: b}, rules: [{}]}"),
                says: "4:19 unknown-field: its field is `matchLabels`", why: "labels as its fields"),
            Row(
                text: policy("spec: {jwtRules: [{issuer: i, jwksURL: 'https://i'}]}", kind: "RequestAuthentication"),
                says: "4:31 unknown-field: did you mean `jwksUri`?", why: "URL for URI"),
            Row(
                text: policy("spec: {mtls: STRICT}", kind: "PeerAuthentication"),
                says: "4:14 wrong-type: write `{mode: STRICT}`", why: "a mode in short"),
            Row(
                text: policy("spec: {rules: [{when: [{'request.auth.claims[a]': [b]}]}]}"),
                says: "4:25 missing-field: write `key: request.auth.claims[a]`, and `values: […]` beside it",
                why: "a condition as a field"),
            Row(
                text: policy("spec: {rules: [{when: [{key: 'request.auth.claim[a]', values: [b]}]}]}"),
                says: "4:30 unknown-condition-key: did you mean `request.auth.claims[a]`?",
                why: "a slip before brackets"),
            Row(
                text: policy("spec: {rules: [{when: [{key: source.namespaces, values: [b]}]}]}"),
                says: "4:30 unknown-condition-key: did you mean `source.namespace`?", why: "a plural"),
            Row(
                text: policy("spec: {rules: [{to: [{operation: {ports: ['80,81']}}]}]}"),
                says: "4:43 invalid-port: write `\"80\"`, `\"81\"`, each a value of its own", why: "two ports in one"),
            Row(
                text: policy("spec: {rules: [{to: [{operation: {ports: [8000-8010]}}]}]}"),
                says: "4:43 invalid-port: there are no ranges: list each port", why: "a range of ports"),
            Row(
                text: policy("spec: {rules: [{when: [{key: 'claims[a]', values: [b]}]}]}"),
                says: "4:30 unknown-condition-key: did you mean `request.auth.claims[a]`?", why: "the end of a key"),
            Row(
                text: policy("spec: {rules: [{when: [{key: 'jwt.claims[a]', values: [b]}]}]}"),
                says: "4:30 unknown-condition-key: did you mean `request.auth.claims[a]`?", why: "as other tools say"),
            Row(
                text: policy("spec: {rules: [{when: [{key: 'header[a]', values: [b]}]}]}"),
                says: "4:30 unknown-condition-key: did you mean `request.headers[a]`?", why: "one of them"),
            Row(
                text: policy("spec: {rules: [{from: [{source: {excludePrincipals: [cluster.local/ns/a/sa/b]}}]}]}"),
                says: "4:34 unknown-field: did you mean `notPrincipals`?", why: "a word of others for `not`"),
            Row(
                text: policy("spec: {rules: [{to: [{operation: {paths: [\"/a/{id}/b\"]}}]}]}"),
                says: "4:43 invalid-path-template: write `/a/{*}/b`", why: "a parameter of a route"),
            Row(
                text: policy("spec: {rules: [{when: [{key: request.headers.x-a, values: [b]}]}]}"),
                says: "4:30 invalid-condition-key: did you mean `request.headers[x-a]`?", why: "dots for brackets"),
            Row(
                text: policy("spec: {rules: [{when: [{key: request.auth.claims.a.b, values: [b]}]}]}"),
                says: "4:30 invalid-condition-key: did you mean `request.auth.claims[a][b]`?",
                why: "dots for a path of claims"),
            Row(
                text: policy("spec: {rules: [{when: [{key: request.path, values: [b]}]}]}"),
                says: "4:30 unknown-condition-key: use `paths` of `operation` in `to`", why: "what no condition reads"),
            Row(
                text: policy("spec: {rules: [{when: [{key: \"request.auth.claims['a']\", values: [b]}]}]}"),
                says: "4:30 quoted-name: write `request.auth.claims[a]`", why: "quotes in brackets"),
            Row(
                text: policy("spec: {rules: [{}]}").replacing("name: a", with: "name: My_Policy"),
                says: "3:18 invalid-name: write `my-policy`", why: "a name in other letters"),
            Row(
                text: policy("spec:\n  rules:\n  - to:\n    - operation:\n        paths:[/a]"),
                says: "8:9 wrong-type: write `paths: [/a]`, with a blank behind the colon", why: "no blank"),
            Row(
                text: policy("spec: {rules: [{to: [{operation: {paths: [\"/a]}}]}]}"),
                says: "4:43 invalid-yaml: close the quotes that begin here", why: "quotes that do not end"),
            Row(
                text: policy("spec: {rules: [{to: [{operation: {paths: [{{ .Values.a }}]}}]}]}"),
                says: "4:43 wrong-type: no hint", why: "a template, whose own message stands beside it"),
            Row(
                text: policy("spec: {rules: [{from: [{source: {ipBlocks: ['10.1.*']}}]}]}"),
                says: "4:45 invalid-cidr: write `10.1.0.0/16` for the addresses that begin so",
                why: "a star in an address"),
            Row(
                text: policy("spec: {rules: [{from: [{source: {ipBlocks: [10.0.0.0/33]}}]}]}"),
                says: "4:45 invalid-cidr: no hint", why: "nobody knows which length was meant"),
            Row(
                text: policy("spec: {rules: [{to: [{operation: {noHosts: [a]}}]}]}"),
                says: "4:35 unknown-field: did you mean `notHosts`?", why: "never the opposite"),
        ])
    func policies(_ row: Row) {
        #expect(Self.said(Self.diagnostics(ofPolicies: row.text)) == row.says)
    }
}
