import AuthzEngine
import AuthzPolicy
import Testing

@testable import authz

@Suite struct ExpectationDifferencesTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: ra, namespace: shop}
        spec:
          jwtRules:
          - issuer: i
            jwks: '{"keys":[{"kty":"oct","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ"}]}'
            outputClaimToHeaders: [{header: x-user, claim: sub}]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: watch, namespace: shop}
        spec: {action: AUDIT, rules: [{}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: trial, namespace: shop, annotations: {istio.io/dry-run: "true"}}
        spec: {action: DENY, rules: [{}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: shop}
        spec: {rules: [{to: [{operation: {methods: [PUT]}}]}, {to: [{operation: {methods: [GET]}}]}]}
        """

    struct Case: Sendable, CustomTestStringConvertible {
        var expect: String
        var differences: [String]
        var testDescription: String { expect }
    }

    @Test(
        "only what is named is compared, and every name is",
        arguments: [
            Case(expect: "allow", differences: []),
            Case(expect: "deny", differences: ["outcome: deny, not allow"]),
            Case(expect: "{status: 200}", differences: []),
            Case(expect: "{status: 403}", differences: ["status: 403, not 200"]),
            Case(expect: "{reason: allowed-by-policy}", differences: []),
            Case(
                expect: "{reason: no-policy-applies}", differences: ["reason: no-policy-applies, not allowed-by-policy"]
            ),
            Case(expect: "{policy: shop/access, rule: 2}", differences: []),
            Case(expect: "{policy: shop/watch}", differences: ["policy: shop/watch, not shop/access"]),
            Case(expect: "{policy: null}", differences: ["policy: none, not shop/access"]),
            Case(expect: "{rule: 1}", differences: ["rule: 1, not 2"]),
            Case(expect: "{headers: {set: {X-User: alice}}}", differences: []),
            Case(expect: "{headers: {set: {x-user: bob}}}", differences: ["headers.set.x-user: bob, not alice"]),
            Case(expect: "{headers: {set: {x-user: null}}}", differences: ["headers.set.x-user: none, not alice"]),
            Case(expect: "{headers: {set: {x-other: null}}}", differences: []),
            Case(expect: "{headers: {remove: [authorization]}}", differences: []),
            Case(expect: "{headers: {remove: []}}", differences: ["headers.remove: none, not authorization"]),
            Case(expect: "{audit: shop/watch}", differences: []),
            Case(expect: "{audit: []}", differences: ["audit: none, not shop/watch"]),
            Case(expect: "{dryRun: {deny: denied}}", differences: []),
            Case(
                expect: "{dryRun: {deny: allowed, allow: denied}}",
                differences: ["dryRun.allow: denied, not none", "dryRun.deny: allowed, not denied"]),
            Case(expect: "{custom: []}", differences: []),
            Case(expect: "{custom: [other]}", differences: ["custom: other, not none"]),
            // What is absent is no value that is called so, and one value no two.
            Case(expect: "{custom: none}", differences: ["custom: \"none\", not none"]),
            Case(expect: "{headers: {set: {x-other: none}}}", differences: ["headers.set.x-other: \"none\", not none"]),
            Case(expect: "{headers: {set: {x-other: ''}}}", differences: ["headers.set.x-other: \"\", not none"]),
            Case(
                expect: "{headers: {remove: ['authorization, x']}}",
                differences: ["headers.remove: \"authorization, x\", not authorization"]),
            Case(expect: "{audit: [none]}", differences: ["audit: \"none\", not shop/watch"]),
            Case(
                expect: "{audit: ['shop/watch, shop/watch']}",
                differences: ["audit: \"shop/watch, shop/watch\", not shop/watch"]),
        ])
    func comparing(_ c: Case) throws {
        let (report, _) = try OfflineFixture.decide(
            "{destination: {namespace: shop}, request: {}, token: {claims: {iss: i, sub: alice}}}",
            by: OfflineFixture.policies(Self.policies))
        let text = "tests: [{name: a, expect: \(c.expect)}]"
        let outcome = try #require(SuiteDecoder.decode(Array(text.utf8), file: "s").first)
        let expectation = try #require(outcome.suite?.cases.first?.expectation)
        let differences = expectation.differences(from: report)
        #expect(differences.map { "\($0.field): \($0.expected), not \($0.actual)" } == c.differences)
    }
}
