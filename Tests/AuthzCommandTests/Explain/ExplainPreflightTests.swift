import Testing

@testable import authz

/// What `authz explain` proposes for a CORS preflight, which has no token, where a DENY rule asks for one.
@Suite struct ExplainPreflightTests {
    private static func policies(_ rule: String) -> String {
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: login, namespace: shop}
        spec: {jwtRules: [{issuer: "https://login.example", jwksUri: "https://login.example/keys"}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: need-token, namespace: shop}
        spec: {action: DENY, rules: [\(rule)]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: shop}
        spec: {rules: [{to: [{operation: {methods: [GET, POST, OPTIONS]}}]}]}
        """
    }

    private static func run(_ policies: String, headers: String) throws -> ExplainRun {
        let request = """
            {destination: {namespace: shop, port: 8080},
             request: {method: OPTIONS, path: /v1/pay, host: a, headers: {\(headers)}}}
            """
        return try ExplainRun(["r.yaml": request], policies: policies)
    }

    private static let preflight = "origin: https://p.example, access-control-request-method: POST"
    private static let anonymous = "from: [{source: {notRequestPrincipals: [\"*\"]}}]"

    @Test(
        "it is left out by its method",
        arguments: [
            ("{\(anonymous), to: [{operation: {ports: [\"8080\"]}}]}", "add `OPTIONS` to `notMethods`"),
            ("{\(anonymous), to: [{operation: {notPaths: [/healthz]}}]}", "add `OPTIONS` to `notMethods`"),
            ("{\(anonymous), to: [{operation: {notMethods: [HEAD]}}]}", "add `OPTIONS` to `notMethods`"),
            ("{\(anonymous), to: [{operation: {methods: [POST, OPTIONS]}}]}", "take `OPTIONS` out of `methods`"),
            ("{\(anonymous)}", "add `OPTIONS` to `notMethods`"),
            (
                "{when: [{key: \"request.auth.claims[tenant]\", notValues: [\"*\"]}]}", "add `OPTIONS` to `notMethods`"
            ),
        ])
    func method(_ rule: String, _ change: String) throws {
        let run = try Self.run(Self.policies(rule), headers: Self.preflight)
        #expect(
            run.answer.contains("  smallest change of the policies: \(change) of shop/need-token, rule 1\n"),
            "\(run.answer)")
        #expect(!run.answer.contains("or, opening less"), "\(run.answer)")
    }

    @Test("where no exception by method can be written, none by path or caller is")
    func several() throws {
        let rule = "{\(Self.anonymous), to: [{operation: {ports: [\"8080\"]}}, {operation: {hosts: [a]}}]}"
        let run = try Self.run(Self.policies(rule), headers: Self.preflight)
        #expect(run.answer.contains("  no change of the policies helps: no edit of one value"), "\(run.answer)")
    }

    @Test("an OPTIONS that is no preflight is any request, and so is a preflight to a rule that asks for no token")
    func others() throws {
        let rule = "{\(Self.anonymous), to: [{operation: {ports: [\"8080\"]}}]}"
        let run = try Self.run(Self.policies(rule), headers: "origin: https://p.example")
        #expect(run.answer.contains("add `/v1/pay` to `notPaths`"), "\(run.answer)")
        let open = try Self.run(
            Self.policies("{to: [{operation: {ports: [\"8080\"]}}]}"), headers: Self.preflight)
        #expect(open.answer.contains("add `/v1/pay` to `notPaths`"), "\(open.answer)")
    }
}
