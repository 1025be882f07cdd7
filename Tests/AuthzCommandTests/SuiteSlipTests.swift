import Testing

@testable import authz

/// Slips in a suite: what a case asks about is not there, and something that is nearly the same is.
@Suite struct SuiteSlipTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// The members of a case that is denied.
        var members: String
        /// With its column; `nil` for none.
        var slip: String?
        var why: String
        var testDescription: String { "\(why): \(members)" }
    }

    private static let policies = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: web}}
        ---
        {apiVersion: v1, kind: ServiceAccount, metadata: {name: frontend, namespace: web}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: shop, labels: {app: cart}}, spec: {serviceAccountName: cart, containers: [{ports: [{containerPort: 8080}]}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop}, spec: {selector: {app: cart}, ports: [{port: 80, targetPort: 8080}]}}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: deny-all, namespace: istio-system}
        spec: {}
        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: idp, namespace: shop}
        spec:
          jwtRules: [{issuer: https://idp.example/realms/shop, audiences: [cart.example], jwksUri: https://idp.example/jwks}]
        """

    private static func run(_ suite: String, format: ReportFormat = .text) throws -> SuiteRunnerTests.Run {
        try SuiteRunnerTests.run(
            ["policies.yaml": policies, "a_test.yaml": suite], ["a_test.yaml"], format: format
        ) { $0.format = format }
    }

    private static let cart = "destination: {workload: shop/cart, port: 8080}, request: {}"
    private static let home = "principal: cluster.local/ns/web/sa/frontend"

    @Test(
        "a denial that is expected passes for a slip, and that is warned of at its place; where it fails it is named below",
        arguments: [
            Row(
                members: "destination: {workload: shop/cart, port: 80}, request: {}",
                slip:
                    "54: no request comes to `shop/cart` at port `80`, the port of its Service, which leads to `8080`; write `port: 8080`",
                why: "the port of the Service"),
            Row(members: cart, slip: nil, why: "the port of the workload"),
            Row(
                members: "destination: {workload: shop/cart, port: 81}, request: {}", slip: nil,
                why: "a port of nobody may be one that nobody wrote"),
            Row(
                members: "source: {principal: cluster.local/ns/web/sa/frontent}, \(cart)",
                slip: "33: there is no service account `frontent` in the namespace `web`; write `\(home)`",
                why: "a letter in an account"),
            Row(members: "source: {\(home)}, \(cart)", slip: nil, why: "an account that is there"),
            Row(
                members: "source: {principal: cluster.local/ns/web/sa/front}, \(cart)",
                slip: "33: there is no service account `front` in the namespace `web`; write `\(home)`",
                why: "an account in short"),
            Row(
                members: "source: {principal: cluster.local/ns/other/sa/batch}, \(cart)", slip: nil,
                why: "an account of a namespace of which nothing is known"),
            Row(
                members: "source: {principal: cluster.local/ns/wep/sa/frontend}, \(cart)",
                slip: "33: there is no namespace `wep`; write `\(home)`", why: "a letter in a short namespace"),
            Row(
                members: "source: {principal: cluster.local/ns/web2/sa/frontend}, \(cart)", slip: nil,
                why: "a series of namespaces"),
            Row(
                members: "source: {principal: cluster.locl/ns/web/sa/frontend}, \(cart)",
                slip: "33: the mesh has no trust domain `cluster.locl`; write `\(home)`", why: "a trust domain"),
            Row(
                members: "source: {principal: web/frontend}, \(cart)",
                slip: "33: no workload has the identity `web/frontend`; write `\(home)`", why: "a principal in short"),
            Row(
                members: "destination: {namespace: shop, labels: {app: carts}}, request: {}",
                slip:
                    "52: no workload of `shop` has the label `app: carts`, and `cart` has `app: cart`; write `app: cart`",
                why: "a letter in a label"),
            Row(
                members: "destination: {namespace: shop, labels: {apps: cart}}, request: {}",
                slip:
                    "52: no workload of `shop` has the label `apps: cart`, and `cart` has `app: cart`; write `app: cart`",
                why: "a letter in the name of a label"),
            Row(
                members: "destination: {namespace: shop, labels: {app: pay}}, request: {}", slip: nil,
                why: "a label that is like none"),
            Row(
                members: "destination: {namespace: shopp, labels: {app: cart}}, request: {}",
                slip: "38: there is no namespace `shopp`; write `namespace: shop`", why: "a letter in a namespace"),
            Row(
                members: "token: {claims: {iss: https://idp.example/realm/shop, aud: cart.example}}, \(cart)",
                slip:
                    "35: no rule accepts the issuer `https://idp.example/realm/shop`, and one accepts `https://idp.example/realms/shop`: they differ by one letter; write `iss: https://idp.example/realms/shop`",
                why: "a letter in an issuer"),
            Row(
                members: "token: {claims: {iss: https://other.example}}, \(cart)", slip: nil,
                why: "an issuer that is like none"),
            Row(
                members: "token: {claims: {iss: https://idp.example/realms/shop, aud: [card.example]}}, \(cart)",
                slip:
                    "73: the token is for `card.example`, and `shop/idp` (policies.yaml:20:68) asks for `cart.example`: they differ by one letter; write `aud: cart.example` in the token, or `card.example` in `audiences` of shop/idp",
                why: "a letter in an audience"),
            Row(
                members:
                    "token: {claims: {iss: https://idp.example/realms/shop, aud: [card.example, cart.example]}}, \(cart)",
                slip: nil, why: "another audience beside"),
        ])
    func slips(_ row: Row) throws {
        let suite = { (outcome: String) in "tests:\n- {name: a, \(row.members), expect: \(outcome)}" }
        let passing = try Self.run(suite("{outcome: deny}"))
        #expect(passing.status == 0, "\(passing.answer)")
        let failing = try Self.run(suite("{outcome: allow}"))
        #expect(failing.status == 1)
        guard let slip = row.slip else {
            #expect(passing.messages.isEmpty && failing.messages.isEmpty)
            #expect(!failing.answer.contains("slip"), "\(failing.answer)")
            return
        }
        let column = slip.prefix { $0 != ":" }
        let text = slip.dropFirst(column.count + 2)
        #expect(
            failing.answer.contains("\n  perhaps a slip: a_test.yaml:2:\(column): \(text)\n  DENY"),
            "\(failing.answer)")
        #expect(failing.messages.isEmpty, "\(failing.messages)")
        let message = text.split(separator: "; write ")[0]
        #expect(
            passing.messages.hasPrefix("a_test.yaml:2:\(column): warning: \(message) [request-slip]\n"),
            "\(passing.messages)")
        let hint = text.split(separator: "; write ")[1]
        #expect(passing.messages.hasSuffix("= hint: write \(hint)\n"), "\(passing.messages)")
    }

    @Test("where a case fails for an account that nothing knows, those that are known are named")
    func strangers() throws {
        let rule = """

            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: shop}
            spec: {rules: [{from: [{source: {principals: [cluster.local/ns/billing/sa/poster]}}], to: [{operation: {paths: [/x]}}]}]}
            """
        for (account, known) in [
            ("web/sa/batch", "`frontend`"), ("billing/sa/job", "`poster`"), ("billing/sa/poster", nil),
            ("web/sa/default", nil), ("other/sa/batch", nil),
        ] {
            let suite = { (outcome: String) in
                "tests:\n- {name: a, source: {principal: cluster.local/ns/\(account)}, \(Self.cart), expect: \(outcome)}"
            }
            let run = { (suite: String) in
                try SuiteRunnerTests.run(
                    ["policies.yaml": Self.policies + rule, "a_test.yaml": suite], ["a_test.yaml"], format: .text)
            }
            let names = account.split(separator: "/")
            let failing = try run(suite("{reason: allowed-by-policy}"))
            let slip = known.map {
                "\n  perhaps a slip: a_test.yaml:2:33: nothing names a service account `\(names[2])` in the namespace `\(names[0])`, but \($0)\n"
            }
            #expect(failing.answer.contains(slip ?? "  DENY"), "\(failing.answer)")
            #expect(slip != nil || !failing.answer.contains("slip"), "\(failing.answer)")
            let passing = try run(suite("deny"))
            #expect(passing.messages.isEmpty && passing.status == 0, "\(passing.messages)")
        }
    }

    @Test("where the policies name the issuer of the token elsewhere, the slip is that of the RequestAuthentication")
    func issuerOfThePolicies() throws {
        let rule = """

            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: shop}
            spec: {rules: [{from: [{source: {requestPrincipals: ["https://idp.example/realm/shop/*"]}}]}]}
            """
        let suite =
            "tests: [{name: a, token: {claims: {iss: https://idp.example/realm/shop}}, \(Self.cart), expect: allow}]"
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": Self.policies + rule, "a_test.yaml": suite], ["a_test.yaml"], format: .text)
        #expect(
            run.answer.contains(
                "which the policies name elsewhere, but `https://idp.example/realms/shop`: they differ by one letter; write `issuer: https://idp.example/realm/shop`"
            ), "\(run.answer)")
        #expect(!run.answer.contains("write `iss: "))
    }

    @Test("an author who expects the reason knows of a slip in a token or a trust domain")
    func known() throws {
        let suite = """
            tokens:
              other: {claims: {iss: https://idp.example/realm/shop}}
              elsewhere: {claims: {iss: https://idp.example/realms/shop, aud: card.example}}
            tests:
            - {name: issuer, \(Self.cart), token: other, expect: {reason: token-issuer-unknown}}
            - {name: audience, \(Self.cart), token: elsewhere, expect: {reason: token-audience-mismatch}}
            - {name: domain, \(Self.cart), source: {principal: cluster.locl/ns/web/sa/frontend}, expect: {reason: trust-domain-not-accepted}}
            """
        let run = try Self.run(suite)
        #expect(run.status == 0, "\(run.answer)")
        #expect(run.messages.isEmpty, "\(run.messages)")
        let other = try Self.run(suite.replacing("reason: token-issuer-unknown", with: "outcome: deny"))
        #expect(other.messages.hasPrefix("a_test.yaml:2:25: warning: no rule accepts the issuer"), "\(other.messages)")
    }

    @Test("a slip in a fixture is warned of once, at the fixture, however many cases pass for it")
    func once() throws {
        let suite = """
            destinations: {cart: {workload: shop/cart, port: 80}}
            tests:
            - {name: a, destination: cart, request: {method: [GET, PUT], path: [/a, /b]}, expect: deny}
            - {name: b, destination: cart, request: {}, expect: deny}
            """
        let run = try Self.run(suite)
        #expect(run.messages.matches(of: /\[request-slip\]/).count == 1, "\(run.messages)")
        #expect(run.messages.hasPrefix("a_test.yaml:1:50: warning: "), "\(run.messages)")
        let github = try Self.run(suite, format: .github).answer
        #expect(
            github.matches(of: /(?m)^::warning file=[^\n]*line=1,col=50,title=request-slip::/).count == 1, "\(github)")
        let json = try Self.run(suite, format: .json).answer
        #expect(json.matches(of: /"slips":\[\{"severity":"warning","code":"request-slip",/).count == 5, "\(json)")
    }

    @Test("what makes a request none of HTTP is named at its place where the case fails")
    func requestLine() throws {
        let suite = """
            tests:
            - name: a
              destination: {workload: shop/cart}
              request: {method: get, path: items, host: "https://cart.example/a"}
              expect: allow
            - name: what is read as its path
              destination: {workload: shop/cart}
              request: {path: "https://cart.example/items"}
              expect: allow
            """
        let answer = try Self.run(suite).answer
        #expect(answer.matches(of: /perhaps a slip/).count == 3, "\(answer)")
        for slip in [
            "4:21: methods are case-sensitive: `get` is not `GET`; write `method: GET`",
            "4:32: `items` does not begin with `/`, as a path does; write `path: /items`",
            "4:45: a host is a name and perhaps a port, and nothing else; write `host: cart.example`",
        ] {
            #expect(answer.contains("\n  perhaps a slip: a_test.yaml:\(slip)\n"), "\(slip)\n\(answer)")
        }
    }

    @Test("a slip in a file of fixtures is shown there")
    func fixtureFile() throws {
        let people = """
            sources:
              frontend: {principal: cluster.local/ns/web/sa/frontent}
            tokens:
              alice:
                claims:
                  sub: alice
                  iss: https://idp.example/realm/shop
            """
        let suite = """
            fixtures: people.yaml
            tests: [{name: a, source: frontend, token: alice, \(Self.cart), expect: deny}]
            """
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": Self.policies, "a_test.yaml": suite, "people.yaml": people], ["a_test.yaml"],
            format: .text)
        #expect(run.status == 0, "\(run.answer)")
        #expect(
            run.messages.contains("\n    2 |   frontend: {principal: cluster.local/ns/web/sa/frontent}\n"),
            "\(run.messages)")
        #expect(run.messages.contains("people.yaml:7:12: warning: no rule accepts the issuer"), "\(run.messages)")
    }
}
