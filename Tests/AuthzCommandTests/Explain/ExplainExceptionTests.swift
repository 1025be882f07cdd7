import AuthzCore
import Foundation
import Testing

@testable import authz

/// What `authz explain` says where a DENY rule does what it is for, or may be none.
@Suite struct ExplainExceptionTests {
    private typealias Shop = ExplainRepairTests

    @Test(
        "an exception for what a DENY rule is to keep out is called one, behind the change of the request",
        arguments: [
            (
                "{from: [{source: {notPrincipals: ['*']}}]}", Shop.request(nil),
                "it asks for mutual TLS, and the request has none"
            ),
            (
                "{from: [{source: {notRequestPrincipals: ['*']}}]}", Shop.request(),
                "it asks for a token, and the request has none"
            ),
            (
                "{when: [{key: 'request.auth.claims[tenant]', notValues: [acme]}]}",
                Shop.request(claims: "{iss: 'https://login.example', sub: a, aud: shop-api, tenant: globex}"),
                "it asks for `request.auth.claims[tenant]` of `acme`, and the request has no such value"
            ),
            (
                "{when: [{key: 'request.headers[x-stage]', notValues: [a, b, c, d]}]}", Shop.request(),
                "it asks for `request.headers[x-stage]` of `a`, `b`, `c`, …, and the request has no such value"
            ),
            (
                "{from: [{source: {notNamespaces: [web]}}]}", Shop.request(),
                "it asks for `namespaces` of `web`, and the request has no such value"
            ),
            (
                "{from: [{source: {ipBlocks: [192.0.2.0/24]}}]}",
                Shop.request().replacing("principal:", with: "ip: 192.0.2.7, principal:"),
                "it keeps out the addresses `192.0.2.0/24`, and that of the request is one"
            ),
            (
                "{from: [{source: {notIpBlocks: [10.0.0.0/8]}}]}",
                Shop.request().replacing("principal:", with: "ip: 192.0.2.7, principal:"),
                "it asks for an address of `10.0.0.0/8`, and that of the request is another"
            ),
        ])
    func demands(_ rule: String, _ request: String, _ demand: String) throws {
        let policies = Shop.login() + Shop.policy("action: DENY, rules: [\(rule)]") + Shop.inventory
        let run = try ExplainRun(["r.yaml": request], policies: policies)
        let heading = "  an exception to what the rule is for (\(demand)): "
        let exception = try #require(run.answer.firstRange(of: heading), "\(run.answer)")
        let change = try #require(run.answer.firstRange(of: "smallest change of the request"), "\(run.answer)")
        #expect(change.lowerBound < exception.lowerBound, "\(run.answer)")
        #expect(!run.answer.contains("smallest change of the policies"), "\(run.answer)")
        let json = try ExplainRun(["r.yaml": request], policies: policies, format: .json)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.answer.utf8)) as? [String: Any])
        let policy = (object["change"] as? [String: Any])?["policy"] as? [String: Any]
        #expect(policy?["exceptionTo"] as? String == demand)
    }

    @Test("an exception to a rule about what is asked for is the smallest change, as one for a slip is")
    func others() throws {
        for rule in ["{to: [{operation: {paths: ['/orders/*']}}]}", "{to: [{operation: {notPaths: [/orders]}}]}"] {
            let policies = Shop.policy("action: DENY, rules: [\(rule)]") + Shop.inventory
            let run = try ExplainRun(["r.yaml": Shop.request()], policies: policies)
            #expect(run.answer.contains("  smallest change of the policies: "), "\(run.answer)")
        }
        let slip = Shop.policy(
            "action: DENY, rules: [{from: [{source: {notPrincipals: ['*']}}], to: [{operation: {notPaths: [/orders]}}]}]"
        )
        let run = try ExplainRun(["r.yaml": Shop.request(nil, path: "/orders/")], policies: slip + Shop.inventory)
        #expect(run.answer.contains("  smallest change of the policies: add `/orders/` to `notPaths`"), "\(run.answer)")
    }

    @Test("a policy that denies whom it names, where nothing else allows anybody, may be one that is to allow")
    func action() throws {
        let hint =
            "  perhaps `action: ALLOW` is meant in shop/orders: with it the request is allowed, and nothing else allows it\n"
        let named = Shop.policy(
            "action: DENY, rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/cart]}}]}]")
        let nothing = Shop.policy("", name: "allow-nothing")
        let run = try ExplainRun(
            ["r.yaml": Shop.request()], policies: named + nothing + Shop.inventory, writesPage: true)
        let place = try #require(run.answer.firstRange(of: hint), "\(run.answer)")
        let change = try #require(run.answer.firstRange(of: "smallest change of the policies"), "\(run.answer)")
        #expect(place.upperBound <= change.lowerBound, "\(run.answer)")
        #expect(try #require(run.page).contains("<code>action: ALLOW</code>"))
        // What another rule allows is denied on purpose, and so is what is denied where all else is allowed.
        for other in [Shop.policy("rules: [{}]", name: "open"), ""] {
            let run = try ExplainRun(["r.yaml": Shop.request()], policies: named + other + Shop.inventory)
            #expect(!run.answer.contains("perhaps"), "\(run.answer)")
        }
        let path = Shop.policy("action: DENY, rules: [{to: [{operation: {paths: ['/orders/*']}}]}]")
        let without = try ExplainRun(["r.yaml": Shop.request()], policies: path + nothing + Shop.inventory)
        #expect(!without.answer.contains("perhaps"), "\(without.answer)")
    }

    @Test("no port is offered at which the workload does not listen")
    func ports() throws {
        let policies =
            Shop.policy("action: DENY, rules: [{to: [{operation: {methods: [GET], ports: ['8080']}}]}]")
            + Shop.inventory
        let run = try ExplainRun(["r.yaml": Shop.request()], policies: policies)
        #expect(run.answer.contains("    request.method  `GET` → "), "\(run.answer)")
        #expect(!run.answer.contains("destination.port  "), "\(run.answer)")
        // Where it listens at more of them, they stand behind all else.
        let more = policies.replacing(
            "ports: [{containerPort: 8080}]", with: "ports: [{containerPort: 8080}, {containerPort: 443}]")
        let other = try ExplainRun(["r.yaml": Shop.request()], policies: more)
        let method = try #require(other.answer.firstRange(of: "    request.method  `GET`"), "\(other.answer)")
        let port = try #require(
            other.answer.firstRange(of: "    or  destination.port  `8080` → `443`"), "\(other.answer)")
        #expect(method.lowerBound < port.lowerBound)
    }

    @Test(
        "what no request fits is replaced by what is meant, and not kept beside it",
        arguments: [
            ("{to: [{operation: {paths: ['/orders/5?*']}}]}", "write `/orders/5` for `/orders/5?*` in `paths`"),
            (
                "{to: [{operation: {paths: ['https://api.example/orders/*']}}]}",
                "write `/orders/*` for `https://api.example/orders/*` in `paths`"
            ),
            ("{to: [{operation: {paths: [/orders/]}}]}", "write `/orders/*` for `/orders/` in `paths`"),
            ("{to: [{operation: {methods: ['GET,POST']}}]}", "write `GET` and `POST` for `GET,POST` in `methods`"),
            ("{to: [{operation: {methods: [ALL]}}]}", "write `GET` for `ALL` in `methods`"),
            (
                "{from: [{source: {namespaces: [cluster.local/ns/shop]}}]}",
                "write `shop` for `cluster.local/ns/shop` in `namespaces`"
            ),
            (
                "{when: [{key: 'request.auth.claims[role]', values: ['editor, admin']}]}",
                "write `admin` and `editor` for `editor, admin` in `request.auth.claims[role] values`"
            ),
            (
                "{from: [{source: {namespaces: ['web, shop']}}]}",
                "write `shop` and `web` for `web, shop` in `namespaces`"
            ),
            (
                "{from: [{source: {requestPrincipals: ['https://login.example']}}]}",
                "write `https://login.example/*` for `https://login.example` in `requestPrincipals`"
            ),
            (
                "{from: [{source: {requestPrincipals: ['https://login.example/auth/realms/a/*']}}]}",
                "write `https://login.example/*` for `https://login.example/auth/realms/a/*` in `requestPrincipals`"
            ),
        ])
    func values(_ rule: String, _ repair: String) throws {
        let policies = Shop.login() + Shop.policy("rules: [\(rule)]") + Shop.inventory
        let run = try ExplainRun(["r.yaml": Shop.request(claims: Shop.alice)], policies: policies)
        #expect(
            run.answer.contains("  smallest change of the policies: \(repair) of shop/orders, rule 1\n"),
            "\(run.answer)")
    }

    @Test(
        "what is put behind a value that was several is what the text had",
        arguments: ["['web, shop', x]", "\n        - web, shop\n        - x"])
    func several(_ list: String) throws {
        let rule = "\n  - from:\n    - source:\n        namespaces: \(list)\n"
        let policy = Shop.policy("rules: []").replacing(
            "{selector: {matchLabels: {app: orders}}, rules: []}", with: "\n  rules:\(rule)")
        let run = try ExplainRun(["r.yaml": Shop.request()], policies: policy + Shop.inventory)
        let lines = run.answer.split(separator: "\n").filter { $0.hasPrefix("    +  ") }.map { $0.dropFirst(5) }
        let expected =
            list.hasPrefix("[")
            ? ["        namespaces: [\"shop\", x, \"web\"]"] : ["        - \"shop\"", "        - \"web\""]
        #expect(lines.map(String.init) == expected, "\(run.answer)")
    }

    @Test("a method of gRPC among methods is told to stand in the path, and no call of the service is let in for it")
    func call() throws {
        let policies =
            Shop.login() + Shop.policy("rules: [{to: [{operation: {methods: [List, Get]}}]}]") + Shop.inventory
        let request = Shop.request(path: "/shop.v1.Orders/Get").replacing(
            "request: {", with: "request: {method: POST, ")
        let run = try ExplainRun(["r.yaml": request], policies: policies)
        #expect(
            run.answer.contains(
                "a slip: `Get` is a method of gRPC, and every call of gRPC is a `POST`: write `paths: [\"/shop.v1.Orders/Get\"]` in the place of `methods`\n"
            ), "\(run.answer)")
        #expect(!run.answer.contains("to `methods`") && !run.answer.contains("write `POST`"), "\(run.answer)")
    }
}
