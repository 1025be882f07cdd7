import AuthzCore
import Foundation
import Testing

@testable import authz

/// What `authz explain` says of a policy whose selector misses the workload.
@Suite struct ExplainSelectorTests {
    private typealias Shop = ExplainRepairTests

    private static let caller = Shop.policy(
        "rules: [{from: [{source: {requestPrincipals: ['https://login.example/*']}}]}]")

    private static func login(_ labels: String, name: String = "login") -> String {
        Shop.login().replacing("matchLabels: {app: orders}", with: "matchLabels: \(labels)")
            .replacing("name: login", with: "name: \(name)")
    }

    @Test(
        "a selector that fits no workload is mended, and no token dropped",
        arguments: [
            ("{app: oders}", "write `app: orders` for `app: oders` in", "{app: \"orders\"}"),
            // The only one with the issuer.
            ("{app: exporter}", "write `app: orders` for `app: exporter` in", "{app: \"orders\"}"),
            ("{app: orders, version: v1}", "take `version: v1` out of", "{app: orders}"),
            ("{version: v1, app: orders}", "take `version: v1` out of", "{app: orders}"),
        ])
    func tokens(_ labels: String, _ repair: String, _ mended: String) throws {
        let policies = Self.login(labels) + Self.caller + Shop.inventory
        let run = try ExplainRun(["r.yaml": Shop.request(claims: Shop.alice)], policies: policies)
        #expect(
            run.answer.contains(
                "  smallest change of the policies: \(repair) `selector` of the RequestAuthentication shop/login\n"),
            "\(run.answer)")
        #expect(run.answer.contains("+  selector: {matchLabels: \(mended)}\n"), "\(run.answer)")
        #expect(!run.answer.contains("opening less"), "\(run.answer)")
    }

    @Test("a label in a block is taken out with its line")
    func block() throws {
        let policy = Self.caller.replacing(
            "spec: {selector: {matchLabels: {app: orders}}, rules: [{from: [{source: {requestPrincipals: ['https://login.example/*']}}]}]}",
            with: """
                spec:
                  selector:
                    matchLabels:
                      app: orders
                      version: v1  # the first
                  rules: [{}]
                """)
        #expect(policy.contains("version: v1"))
        let nothing = Shop.policy("", name: "allow-nothing")
        let run = try ExplainRun(["r.yaml": Shop.request()], policies: nothing + policy + Shop.inventory)
        #expect(
            run.answer.contains(
                "  smallest change of the policies: take `version: v1` out of `selector` of the AuthorizationPolicy shop/orders\n"
            ), "\(run.answer)")
        #expect(run.answer.contains("\n    -      version: v1  # the first\n"), "\(run.answer)")
    }

    @Test("a misspelled selector of an ALLOW policy is mended, and no policy put beside it")
    func allow() throws {
        let policies =
            Shop.policy("", name: "allow-nothing")
            + Shop.policy("rules: [{}]").replacing("{app: orders}", with: "{app: oders}") + Shop.inventory
        let run = try ExplainRun(["r.yaml": Shop.request()], policies: policies)
        #expect(
            run.answer.contains(
                "  smallest change of the policies: write `app: orders` for `app: oders` in `selector` of the AuthorizationPolicy shop/orders\n"
            ), "\(run.answer)")
        // One that fits another workload is none that is misspelled.
        let other = try ExplainRun(
            ["r.yaml": Shop.request()],
            policies: policies + Shop.inventory.replacing("app: cart", with: "app: oders"))
        #expect(!other.answer.contains("policies: write"), "\(other.answer)")
    }

    @Test("where the selector may be right, it is told, and no change that drops the token")
    func unreached() throws {
        let sentence =
            "  no change of the policies helps: shop/login verifies tokens of `https://login.example`, and its selector asks for "
        // Another workload needs it, the request has no token that it could verify, there is another of the issuer.
        for (login, request, why) in [
            (
                Self.login("{app: cart}"), Shop.request(claims: Shop.alice),
                "`app=cart`, where this workload has `orders`"
            ),
            (Self.login("{app: oders}"), Shop.request(), "`app=oders`, where this workload has `orders`"),
            (
                Self.login("{app: exporter}") + Self.login("{app: importer}", name: "other"),
                Shop.request(claims: Shop.alice), "`app=exporter`, where this workload has `orders`"
            ),
            (
                Self.login("{tier: web}"), Shop.request(claims: Shop.alice),
                "`tier=web`, where this workload has no such label"
            ),
        ] {
            let run = try ExplainRun(["r.yaml": request], policies: login + Self.caller + Shop.inventory)
            #expect(run.answer.contains("\(sentence)\(why)\n"), "\(run.answer)")
            #expect(!run.answer.contains("+++"), "\(run.answer)")
        }
        // What the rule lacks is no token.
        let run = try ExplainRun(
            ["r.yaml": Shop.request(path: "/x")],
            policies: Self.login("{app: cart}") + Shop.policy("rules: [{to: [{operation: {paths: [/y]}}]}]")
                + Shop.inventory)
        #expect(run.answer.contains("  smallest change of the policies: add `/x`"), "\(run.answer)")
    }

    @Test(
        "a label of this workload alone is written for the one that fits none",
        arguments: [
            ("{name: orders}", "write `app: orders` for `name: orders` in")
        ])
    func onlyOne(_ labels: String, _ repair: String) throws {
        let policies =
            Shop.policy("", name: "allow-nothing")
            + Shop.policy("rules: [{}]").replacing("{app: orders}", with: labels)
            + Shop.inventory.replacing(
                "{app: orders}}\n    spec: {service", with: "{app: orders, version: v2}}\n    spec: {service")
        let inventory = policies.replacing("labels: {app: orders}}", with: "labels: {app: orders, version: v2}}")
        let run = try ExplainRun(["r.yaml": Shop.request()], policies: inventory)
        #expect(
            run.answer.contains(
                "  smallest change of the policies: \(repair) `selector` of the AuthorizationPolicy shop/orders\n"),
            "\(run.answer)")
    }

    private static let gateway = """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: ingress, namespace: edge, labels: {istio: ingressgateway}}
        spec: {serviceAccountName: ingress, containers: [{name: c, image: i}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: edge}
        spec:
          selector: {matchLabels: {istio: ingressgateway}}
          rules:
          - from: [{source: {requestPrincipals: ['https://login.example/*']}}]
            to: [{operation: {paths: [/cart]}}]
          - to: [{operation: {paths: [/healthz]}}]

        """

    @Test("a RequestAuthentication of another namespace is moved to that of the gateway, and no token dropped")
    func gatewayLogin() throws {
        let login = Self.login("{istio: ingressgateway}")
        let request = """
            {destination: {workload: edge/ingress, port: 8080}, request: {path: /cart, host: a},
             token: {claims: \(Shop.alice)}}
            """
        let run = try ExplainRun(["r.yaml": request], policies: login + Self.gateway)
        #expect(
            run.answer.contains(
                "  smallest change of the policies: write `edge` for `shop` in `namespace` of the RequestAuthentication shop/login\n"
            ), "\(run.answer)")
        #expect(!run.answer.contains("notRequestPrincipals"), "\(run.answer)")
        // Where its selector fits a workload of its own, it stays, though another rule is the nearest.
        let own = Self.gateway.replacing("namespace: edge, labels", with: "namespace: shop, labels")
            .replacing("name: ingress,", with: "name: other,")
        let stays = try ExplainRun(
            ["r.yaml": request.replacing("/cart", with: "/items")],
            policies: login + Self.gateway + "---\n" + own.components(separatedBy: "---\n")[1])
        #expect(
            stays.answer.contains(
                "  no change of the policies helps: shop/login verifies tokens of `https://login.example`, and does not reach this workload: it is a policy of namespace `shop`\n"
            ), "\(stays.answer)")
    }

    @Test("the name of a target is mended", arguments: ["front-gate", "frontgw"])
    func target(_ name: String) throws {
        let policies = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: front-gw, namespace: edge}
            spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}
            ---
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: login, namespace: edge}
            spec:
              targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: \(name)}]
              jwtRules: [{issuer: "https://login.example", jwksUri: "https://login.example/keys"}]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: access, namespace: edge}
            spec:
              targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: front-gw}]
              rules: [{from: [{source: {requestPrincipals: ['https://login.example/*']}}]}]
            """
        let request = """
            {destination: {namespace: edge, gateway: front-gw, port: 80}, request: {path: /cart, host: a},
             token: {claims: \(Shop.alice)}}
            """
        let run = try ExplainRun(["r.yaml": request], policies: policies)
        let mends = "write `front-gw` for `\(name)` in `targetRefs` of the RequestAuthentication edge/login\n"
        #expect(run.answer.contains("policies: \(mends)") == (name == "frontgw"), "\(run.answer)")
        #expect(!run.answer.contains("notPrincipals"), "\(run.answer)")
    }
}
