import AuthzCore
import Testing

@testable import authz

/// What `authz explain` makes of a slip in the policies: it is named, its rule is the nearest, and the patch writes what is meant in its
/// place, before whatever else would let the request in.
@Suite struct ExplainRepairTests {
    static let inventory = """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: orders, namespace: shop, labels: {app: orders}}
        spec: {serviceAccountName: orders, containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        spec: {serviceAccountName: cart, containers: [{name: c, image: i}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: front, namespace: web, labels: {app: front}}
        spec: {serviceAccountName: front, containers: [{name: c, image: i}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: orders, namespace: shop}
        spec: {selector: {app: orders}, ports: [{port: 80, targetPort: 8080}]}
        """

    static func policy(_ spec: String, name: String = "orders", namespace: String = "shop") -> String {
        """
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: \(name), namespace: \(namespace)}
        spec: {selector: {matchLabels: {app: orders}}, \(spec)}

        """
    }

    static func login(_ namespace: String = "shop", audiences: String = "shop-api") -> String {
        """
        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: login, namespace: \(namespace)}
        spec:
          selector: {matchLabels: {app: orders}}
          jwtRules: [{issuer: "https://login.example", audiences: [\(audiences)], jwksUri: "https://login.example/keys"}]

        """
    }

    static func peers(
        _ mode: String, _ namespace: String, name: String = "peers", selector: String = "{app: orders}"
    ) -> String {
        """
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: \(name), namespace: \(namespace)}
        spec: {selector: {matchLabels: \(selector)}, mtls: {mode: \(mode)}}

        """
    }

    static func request(
        _ caller: String? = "shop/sa/cart", path: String = "/orders/5", claims: String? = nil, headers: String = "{}",
        port: Int = 8080
    ) -> String {
        let source = caller.map { "source: {principal: cluster.local/ns/\($0)}, " } ?? ""
        let token = claims.map { ", token: {claims: \($0)}" } ?? ""
        return """
            {\(source)destination: {workload: shop/orders, port: \(port)},
             request: {path: \(path), host: orders.shop.example, headers: \(headers)}\(token)}
            """
    }

    static let alice = "{iss: 'https://login.example', sub: alice, aud: shop-api, role: admin}"

    struct Row: Sendable, CustomTestStringConvertible {
        var why: String
        var rules: String
        var request: String = ExplainRepairTests.request()
        /// Where the rule has a slip.
        var slip: String
        /// `nil` where the policies keep what they have.
        var repair: String?
        /// Why no change of them is told.
        var obstacle: String?
        var testDescription: String { why }
    }

    @Test(
        "a slip of a rule is named, and mended in its place before all else",
        arguments: [
            Row(
                why: "a namespace that is not there", rules: "{from: [{source: {namespaces: [shops]}}]}",
                slip: "perhaps a slip: `shops` is no namespace of the inventory, and the caller is of `shop`",
                repair: "write `shop` for `shops` in `namespaces`"),
            Row(
                why: "a namespace of nobody, for a caller of elsewhere",
                rules: "{from: [{source: {namespaces: [billng]}}]}", request: request("billing/sa/job"),
                slip: "perhaps a slip: the caller is of `billing`, and not of `billng`",
                repair: "write `billing` for `billng` in `namespaces`"),
            Row(
                why: "a service account in the wrong namespace",
                rules: "{from: [{source: {serviceAccounts: [web/cart]}}]}",
                slip: "perhaps a slip: `shop/cart` and `web/cart` differ in nothing but the namespace",
                repair: "write `shop/cart` for `web/cart` in `serviceAccounts`"),
            Row(
                why: "a service account without the namespace that it has",
                rules: "{from: [{source: {serviceAccounts: [front]}}]}", request: request("web/sa/front"),
                slip: "perhaps a slip: `front` is that of the policy's own namespace, `shop/front`, and the caller is "
                    + "`web/front`",
                repair: "write `web/front` for `front` in `serviceAccounts`"),
            Row(
                why: "a misspelled service account", rules: "{from: [{source: {serviceAccounts: [crat]}}]}",
                slip: "perhaps a slip: the service account of the caller is `cart`, and not `crat`",
                repair: "write `cart` for `crat` in `serviceAccounts`"),
            Row(
                why: "a principal in the wrong namespace",
                rules: "{from: [{source: {principals: [cluster.local/ns/web/sa/cart]}}]}",
                slip: "differ in nothing but the namespace",
                repair: "write `cluster.local/ns/shop/sa/cart` for `cluster.local/ns/web/sa/cart` in `principals`"),
            Row(
                why: "an issuer that the workload takes no token of",
                rules: "{from: [{source: {requestPrincipals: ['https://logn.example/*']}}]}",
                request: request(claims: alice),
                slip: "but for a slip in requestPrincipals: the issuer is `https://login.example`, and not "
                    + "`https://logn.example`: they differ by one letter",
                repair: "write `https://login.example/*` for `https://logn.example/*` in `requestPrincipals`"),
            Row(
                why: "a path", rules: "{to: [{operation: {paths: ['/oders/*']}}]}",
                slip: "perhaps a slip: with `orders` for `oders`, `/oders/*` would fit",
                repair: "write `/orders/*` for `/oders/*` in `paths`"),
            Row(
                why: "a host", rules: "{to: [{operation: {hosts: ['*.shop.exmaple']}}]}",
                slip: "perhaps a slip: with `example` for `exmaple`, `*.shop.exmaple` would fit",
                repair: "write `*.shop.example` for `*.shop.exmaple` in `hosts`"),
            Row(
                why: "a host with a dot in front", rules: "{to: [{operation: {hosts: ['.shop.example']}}]}",
                slip: "for a dot in front is no pattern: `*.shop.example` is what ends so",
                repair: "write `*.shop.example` for `.shop.example` in `hosts`"),
            Row(
                why: "an expression in hosts", rules: #"{to: [{operation: {hosts: ['.*\.shop\.example']}}]}"#,
                slip: "for there are no regular expressions in hosts: `*.shop.example` is what ends so",
                repair: #"write `*.shop.example` for `.*\.shop\.example` in `hosts`"#),
            Row(
                why: "a method that there is none of", rules: "{to: [{operation: {methods: [GTE]}}]}",
                slip: "but for a slip in methods: there is no method `GTE`, and the request has `GET`",
                repair: "write `GET` for `GTE` in `methods`"),
            Row(
                why: "a claim", rules: "{when: [{key: 'request.auth.claims[role]', values: [admins]}]}",
                request: request(claims: alice),
                slip: "perhaps a slip: `admin` is not `admins`: they differ by one letter",
                repair: "write `admin` for `admins` in `request.auth.claims[role] values`"),
            Row(
                why: "a header", rules: "{when: [{key: 'request.headers[x-stage]', values: [canari]}]}",
                request: request(headers: "{x-stage: canary}"),
                slip: "perhaps a slip: `canary` is not `canari`: they differ by one letter",
                repair: "write `canary` for `canari` in `request.headers[x-stage] values`"),
            Row(
                why: "what the inventory has is right, and the request wrong",
                rules: "{to: [{operation: {paths: ['/orders/*']}}]}", request: request(path: "/oders/5"),
                slip: "perhaps a slip: the request has `oders` where the policies have `orders`"),
            Row(
                why: "a caller that is not there", rules: "{from: [{source: {namespaces: [shop]}}]}",
                request: request("shp/sa/cart"),
                slip: "perhaps a slip: the caller is of `shp`, which is no namespace of the inventory: `shop` is one",
                obstacle: "the inventory has no namespace `shp`, the caller's: is `shop` meant?"),
            Row(
                why: "an account that is not there", rules: "{from: [{source: {serviceAccounts: [cart]}}]}",
                request: request("shop/sa/crat"),
                slip: "perhaps a slip: the caller `shop/crat` is not in the inventory: `shop/cart` is",
                obstacle: "the inventory has no service account `crat` in `shop`, the caller's: is `cart` meant?"),
            Row(
                why: "the port of the Service in the request", rules: "{to: [{operation: {ports: ['8080']}}]}",
                request: request(port: 80),
                slip:
                    "perhaps a slip: `80` of the request is the port of the Service, and the workload listens on `8080`",
                obstacle:
                    "`80` is the port of a Service, and the workload listens on `8080`, which is what policies see"
            ),
        ])
    func slips(_ row: Row) throws {
        let policies = Self.login() + Self.policy("rules: [\(row.rules)]") + Self.inventory
        let run = try ExplainRun(["r.yaml": row.request], policies: policies)
        #expect(run.answer.contains(row.slip), "\(run.answer)")
        let policy = run.answer.firstRange(of: "smallest change of the policies: ")
        let request = run.answer.firstRange(of: "change of the request")
        if let repair = row.repair {
            #expect(
                run.answer.contains("  smallest change of the policies: \(repair) of shop/orders, rule 1\n"),
                "\(run.answer)")
            #expect(try #require(policy).lowerBound < #require(request).lowerBound, "\(run.answer)")
        } else if let obstacle = row.obstacle {
            let line = "  no change of the policies helps: \(obstacle): it is the request that is to be mended\n"
            #expect(run.answer.contains(line), "\(run.answer)")
            #expect(policy == nil, "\(run.answer)")
        } else {
            #expect(!run.answer.contains(" policies: write "), "\(run.answer)")
            #expect(try #require(request).lowerBound < #require(policy).lowerBound, "\(run.answer)")
        }
    }

    @Test(
        "two names that are both there are no slip for each other, and a claim of a person is none for that of another")
    func noSlip() throws {
        for (rules, request) in [
            ("{from: [{source: {namespaces: [web]}}]}", Self.request()),
            (
                "{to: [{operation: {paths: ['/bill/*']}}]}, {to: [{operation: {paths: [/x/bills], methods: [PUT]}}]}, "
                    + "{to: [{operation: {paths: [/x/bill], methods: [PUT]}}]}", Self.request(path: "/bills/5")
            ),
            ("{when: [{key: 'request.auth.claims[sub]', values: [alicia]}]}", Self.request(claims: Self.alice)),
            (
                "{from: [{source: {requestPrincipals: ['https://login.example/alicia']}}]}",
                Self.request(claims: Self.alice)
            ),
        ] {
            let policies = Self.login() + Self.policy("rules: [\(rules)]") + Self.inventory
            let run = try ExplainRun(["r.yaml": request], policies: policies)
            #expect(!run.answer.contains(" policies: write ") && !run.answer.contains("slip"), "\(run.answer)")
        }
    }

    @Test("a rule that lacks nothing but slips is nearer than one that lacks less")
    func nearest() throws {
        let rules = """
            rules: [{to: [{operation: {methods: [POST], paths: ['/orders/*']}}]},
             {from: [{source: {namespaces: [shops]}}], to: [{operation: {methods: [get], paths: ['/oders/*']}}]}]
            """
        let run = try ExplainRun(["r.yaml": Self.request()], policies: Self.policy(rules) + Self.inventory)
        #expect(run.answer.contains("  nearest: shop/orders, rule 2 would allow this"), "\(run.answer)")
        let change =
            "write `GET` for `get` in `methods` of shop/orders, rule 2, and write `/orders/*` for `/oders/*` in "
            + "`paths` of shop/orders, rule 2, and write `shop` for `shops` in `namespaces` of shop/orders, rule 2"
        // The other one takes one edit, so that it is the smaller one, but it leaves all three.
        #expect(run.answer.contains("  change of the policies that mends their slips: \(change)\n"), "\(run.answer)")
        #expect(
            run.answer.contains(
                #"{from: [{source: {namespaces: ["shop"]}}], to: [{operation: {methods: ["GET"], paths: ["/orders/*"]}}]}"#
            ),
            "\(run.answer)")
        #expect(run.answer.contains("  or, opening less: add a rule to shop/orders\n"), "\(run.answer)")
    }

    @Test("what a DENY rule should leave out and does not, by a slip, is mended there")
    func exclusion() throws {
        let policies =
            Self.policy("action: DENY, rules: [{from: [{source: {notNamespaces: [shops]}}]}]") + Self.inventory
        let run = try ExplainRun(["r.yaml": Self.request()], policies: policies)
        #expect(
            run.answer.contains("`shops` is no namespace of the inventory, and the caller is of `shop`\n"),
            "\(run.answer)")
        #expect(
            run.answer.contains(
                "smallest change of the policies: write `shop` for `shops` in `notNamespaces` of shop/orders, rule 1\n"),
            "\(run.answer)")
    }

    @Test("the audiences that are wanted are told, and one that the token misses by a slip")
    func audiences() throws {
        let policies = Self.login(audiences: "shop-web, shop-apis") + Self.policy("rules: [{}]") + Self.inventory
        let run = try ExplainRun(["r.yaml": Self.request(claims: Self.alice)], policies: policies)
        #expect(
            run.answer.contains(
                """
                              the token's `aud` is "shop-api"
                              the rule wants one of the audiences `shop-apis`, `shop-web`
                              perhaps a slip: the token is for `shop-api`, and `shop/login` (p.yaml:7:70) asks for `shop-apis`: they differ by one letter

                """), "\(run.answer)")
        #expect(
            run.answer.contains(
                "  smallest change of the policies: write `shop-api` for `shop-apis` in `audiences` of shop/login\n"))
        #expect(run.answer.contains(#"    token  `{"aud":"shop-api"}` → `{"aud":["shop-api","shop-"#), "\(run.answer)")
        let other = try ExplainRun(
            ["r.yaml": Self.request(claims: Self.alice)],
            policies: policies.replacing("shop-apis", with: "billing"))
        #expect(other.answer.contains("the rule wants one of the audiences `billing`, `shop-web`\n"), "\(other.answer)")
        #expect(!other.answer.contains("slip"), "\(other.answer)")
        #expect(other.answer.contains("add `shop-api` to `audiences` of shop/login\n"), "\(other.answer)")
    }
}
