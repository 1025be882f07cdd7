import AuthzCore
import Testing

@testable import authz

/// What `authz explain` says of slips in the names of claims, in issuers and in values that no request has.
@Suite struct ExplainSlipTests {
    /// - Parameter policy: The members of the `spec` of the one AuthorizationPolicy, beside its selector.
    private static func policies(_ policy: String) -> String {
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: login, namespace: shop}
        spec: {jwtRules: [{issuer: "https://login.example", jwksUri: "https://login.example/keys"}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: shop}
        spec:
          selector: {matchLabels: {app: cart}}
        \(policy)
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        spec: {containers: [{name: c, image: i}]}
        """
    }

    private static func request(claims: String, method: String = "GET") -> String {
        """
        {destination: {workload: shop/cart, port: 8080}, request: {method: \(method), path: /a, host: cart.shop},
         token: {claims: \(claims)}}
        """
    }

    private static let admin = "{iss: 'https://login.example', sub: root, role: admin}"

    @Test("a pattern of paths without its first slash is mended, and stays a pattern")
    func pathWithoutSlash() throws {
        let policies = Self.policies("  rules: [{to: [{operation: {paths: [a*]}}]}]")
        let run = try ExplainRun(["r.yaml": Self.request(claims: Self.admin)], policies: policies)
        #expect(
            run.answer.contains(
                "smallest change of the policies: write `/a*` for `a*` in `paths` of shop/access, rule 1"),
            "\(run.answer)")
    }

    @Test("the claims of a token that lacks the one of a DENY rule are named, and the key is mended first")
    func claimOfDenial() throws {
        let policies = Self.policies(
            """
              action: DENY
              rules:
              - when: [{key: "request.auth.claims[roles]", notValues: [admin]}]
            """)
        let run = try ExplainRun(["r.yaml": Self.request(claims: Self.admin)], policies: policies)
        #expect(
            run.answer.contains(
                "the token has no claim `roles` (it has `iss`, `role`, `sub`), so it is not `admin`\n"
            ), "\(run.answer)")
        #expect(run.answer.contains("  perhaps a slip: there is a claim `role`, and none `roles`\n"), "\(run.answer)")
        #expect(run.answer.contains("    token  `{…}` → `{\"roles\":\"admin\",…}`\n"), "\(run.answer)")
        #expect(
            run.answer.contains(
                "smallest change of the policies: write `request.auth.claims[role]` for `request.auth.claims[roles]` "
                    + "in `when` of shop/access, rule 1\n"), "\(run.answer)")
        #expect(
            run.answer.contains(
                #"    +  - when: [{key: "request.auth.claims[role]", notValues: [admin]}]"#), "\(run.answer)")
    }

    @Test("so are those of an ALLOW rule, in claims within claims as well")
    func claimOfAllowance() throws {
        let policies = Self.policies(
            """
              rules:
              - when: [{key: "request.auth.claims[realm_access][role]", values: [admin]}]
            """)
        let claims = "{iss: 'https://login.example', sub: root, realm_access: {roles: [admin], verified: true}}"
        let run = try ExplainRun(["r.yaml": Self.request(claims: claims)], policies: policies)
        #expect(
            run.answer.contains(
                "the claim `realm_access` has no claim `role` (it has `roles`, `verified`); wanted `admin`\n"),
            "\(run.answer)")
        #expect(
            run.answer.contains("      perhaps a slip: there is a claim `roles`, and none `role`\n"), "\(run.answer)")
        let step = "write `request.auth.claims[realm_access][roles]` for `request.auth.claims[realm_access][role]`"
        #expect(run.answer.contains("smallest change of the policies: \(step)"), "\(run.answer)")
    }

    @Test("a claim of another name is no slip, and of many names some are told, never their values")
    func manyClaims() throws {
        let policies = Self.policies(
            """
              rules:
              - when: [{key: "request.auth.claims[department]", values: [ops]}]
            """)
        let many = (10...30).map { "c\($0): secret" }.joined(separator: ", ")
        let run = try ExplainRun(
            ["r.yaml": Self.request(claims: "{iss: 'https://login.example', sub: a, \(many)}")], policies: policies)
        #expect(run.answer.contains("(it has `c10`, `c11`,"), "\(run.answer)")
        #expect(run.answer.contains("`c21`, …); wanted `ops`\n"), "\(run.answer)")
        #expect(!run.answer.contains("secret") && !run.answer.contains("perhaps a slip"), "\(run.answer)")
    }

    @Test("an issuer that is nearly the configured one is named")
    func issuer() throws {
        let policies = Self.policies("  rules: [{}]")
        let claims = { (issuer: String) in "{iss: '\(issuer)', sub: a}" }
        let run = try ExplainRun(["r.yaml": Self.request(claims: claims("https://login.example/"))], policies: policies)
        let note =
            "perhaps a slip: `https://login.example/` is not `https://login.example`: they differ by the `/` at the end"
        #expect(run.answer.contains("              \(note)\n"), "\(run.answer)")
        let other = try ExplainRun(["r.yaml": Self.request(claims: claims("https://other.test"))], policies: policies)
        #expect(!other.answer.contains("slip"), "\(other.answer)")
    }

    @Test("a request is not advised to be what no request can be")
    func impossibleValue() throws {
        let policies = Self.policies("  rules: [{to: [{operation: {methods: [post]}}]}]")
        let run = try ExplainRun(
            ["r.yaml": Self.request(claims: Self.admin, method: "POST")], policies: policies)
        #expect(
            run.answer.contains(
                """
                would allow this  (p.yaml:11:11)
                    but for a slip in methods: `post` is not `POST`: methods are case-sensitive

                """), "\(run.answer)")
        #expect(!run.answer.contains("if methods"), "\(run.answer)")
    }
}
