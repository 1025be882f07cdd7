import AuthzCore
import Testing

@testable import authz

/// What `authz explain` says of policies and requests that are not where they seem to be, and of what no patch of a policy mends.
@Suite struct ExplainPlaceTests {
    private typealias Shop = ExplainRepairTests

    @Test("a policy that stands in the wrong namespace is named, and moved")
    func misplaced() throws {
        let caller = Shop.policy("rules: [{from: [{source: {requestPrincipals: ['*']}}]}]")
        for (policies, request, name) in [
            (
                Shop.peers("STRICT", "shop", selector: "{}") + Shop.peers("PERMISSIVE", "web", name: "plain")
                    + Shop.policy("rules: [{}]"),
                Shop.request(nil), "PeerAuthentication web/plain"
            ),
            (Shop.login("web") + caller, Shop.request(claims: Shop.alice), "RequestAuthentication web/login"),
            (
                Shop.policy("") + Shop.policy("rules: [{}]", name: "open", namespace: "web"), Shop.request(),
                "AuthorizationPolicy web/open"
            ),
        ] {
            let run = try ExplainRun(["r.yaml": request], policies: policies + Shop.inventory)
            let why = "it is a policy of namespace `web`, and its selector fits no workload there, but this one"
            #expect(run.answer.contains(why), "\(run.answer)")
            #expect(
                run.answer.contains(
                    "  smallest change of the policies: write `shop` for `web` in `namespace` of the \(name)\n"),
                "\(run.answer)")
            // One that fits a workload there is where it should be.
            let pod = Shop.inventory.replacing(
                "namespace: web, labels: {app: front}", with: "namespace: web, labels: {app: orders}")
            let other = try ExplainRun(["r.yaml": request], policies: policies + pod)
            #expect(!other.answer.contains("but this one"), "\(other.answer)")
            #expect(!other.answer.contains("policies: write"), "\(other.answer)")
        }
    }

    @Test("a PeerAuthentication that does not apply is told like the other kinds")
    func peerAuthentications() throws {
        for (policy, why) in [
            (
                Shop.peers("STRICT", "shopp", selector: "{}"),
                "shopp/peers  it is a policy of namespace `shopp`, and no workload is there: is `shop` meant?  ("
            ),
            (
                Shop.peers("STRICT", "shop", selector: "{app: oders}"),
                "shop/peers  its selector asks for `app=oders`; the workload has `orders`  ("
            ),
            (
                Shop.peers("STRICT", "istio-system"),
                "istio-system/peers  in the root namespace, a PeerAuthentication with a selector reaches nothing  ("
            ),
        ] {
            let run = try ExplainRun(["r.yaml": Shop.request(nil)], policies: policy + Shop.inventory)
            #expect(run.answer.contains("  not applied:\n    \(why)"), "\(run.answer)")
        }
        // Its own, and those that each namespace has for itself.
        let others = Shop.peers("STRICT", "shop") + Shop.peers("STRICT", "web", selector: "{}")
        let run = try ExplainRun(["r.yaml": Shop.request()], policies: others + Shop.inventory)
        #expect(!run.answer.contains("not applied"), "\(run.answer)")
    }

    // MARK: What is no slip of a policy

    @Test("against a CUSTOM provider that denies no policy is changed, and the other answer is offered")
    func provider() throws {
        let policies =
            Shop.policy("action: CUSTOM, provider: {name: ext}, rules: [{to: [{operation: {paths: ['/orders/*']}}]}]")
                + """
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio, namespace: istio-system}
                data:
                  mesh: |
                    extensionProviders:
                    - name: ext
                      envoyExtAuthzGrpc: {service: a.b.svc.cluster.local, port: 9191}

                """ + Shop.inventory
        let run = try ExplainRun(["r.yaml": Shop.request()], policies: policies)
        #expect(
            run.answer.hasSuffix(
                "  no change of the policies helps: the CUSTOM provider `ext` is taken to deny, and what it answers stands in "
                    + "no policy; `--assume-custom allow` tries the other answer\n"), "\(run.answer)")
    }

    @Test("a host that is not told is told to be none")
    func emptyHost() throws {
        let rules = "{to: [{operation: {methods: [POST]}}]}, {to: [{operation: {paths: [/x], hosts: [orders.shop]}}]}"
        let request = "{destination: {workload: shop/orders, port: 8080}, request: {path: /a}}"
        let run = try ExplainRun(
            ["r.yaml": request], policies: Shop.policy("rules: [\(rules)]") + Shop.inventory, writesPage: true)
        #expect(run.answer.contains("such as this one with request.host none → `other.example`\n"), "\(run.answer)")
        #expect(run.answer.contains("an empty value is not `orders.shop`\n"), "\(run.answer)")
        #expect(!run.answer.contains("``"), "\(run.answer)")
        #expect(try !#require(run.page).contains("<code></code>"))
    }

    @Test("what of a denied request is probably a slip stands beside its connection")
    func requestSlips() throws {
        let policies = Shop.policy("rules: [{to: [{operation: {methods: [PUT]}}]}]") + Shop.inventory
        for (request, sentence) in [
            (
                Shop.request(port: 80),
                "`80` is the port of a Service, and the workload listens on `8080`, which is what policies see"
            ),
            (Shop.request("shp/sa/cart"), "the inventory has no namespace `shp`, the caller's: is `shop` meant?"),
            (
                Shop.request("shop/sa/crat"),
                "the inventory has no service account `crat` in `shop`, the caller's: is `cart` meant?"
            ),
            (
                Shop.request("shop/sa/front"),
                "the inventory has no service account `shop/front`, the caller's, but `web/front`"
            ),
            (
                Shop.request("shop/sa/nobody"),
                "the inventory has no service account `nobody` in `shop`, the caller's, but `cart`, `orders`"
            ),
        ] {
            let run = try ExplainRun(["r.yaml": request], policies: policies)
            #expect(run.answer.contains("              perhaps a slip of the request: \(sentence)\n"), "\(run.answer)")
            let allowed = try ExplainRun(["r.yaml": request], policies: policies.replacing("PUT", with: "GET"))
            #expect(!allowed.answer.contains("slip"), "\(allowed.answer)")
        }
        // What the inventory has nothing of, the policies may name.
        let named = policies.replacing(
            "{to:", with: "{from: [{source: {principals: [cluster.local/ns/billing/sa/poster]}}], to:")
        let run = try ExplainRun(["r.yaml": Shop.request("billing/sa/job")], policies: named)
        #expect(
            run.answer.contains(
                "perhaps a slip of the request: the policies name no service account `job` in `billing`, the caller's, but `poster`\n"
            ), "\(run.answer)")
        // Those of whom nothing at all is known are of elsewhere.
        for caller in ["billing/sa/job", "shop/sa/default", "web/sa/front"] {
            let run = try ExplainRun(["r.yaml": Shop.request(caller)], policies: policies)
            #expect(!run.answer.contains("slip"), "\(run.answer)")
        }
    }
}
