import Foundation
import Testing

@testable import authz

/// Values that no request has as they are meant, which the patch replaces, beside those that may be right, which it keeps.
@Suite struct ExplainValueRepairTests {
    private typealias Shop = ExplainRepairTests

    private static func explain(
        _ rules: String, _ request: String, policies: String = "", action: String = "ALLOW"
    ) throws -> ExplainRun {
        let all = Shop.login() + Shop.policy("action: \(action), rules: [\(rules)]") + policies + Shop.inventory
        return try ExplainRun(["r.yaml": request], policies: all)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var value: String
        var path: String
        var meant: String
        var testDescription: String { value }
    }

    @Test(
        "a path with a star that is only a star is replaced by what is meant, and by the one path where no pattern says that",
        arguments: [
            Row(value: "/loans/**", path: "/loans/5", meant: "/loans/*"),
            Row(value: "/loans/**", path: "/loans/5/6", meant: "/loans/*"),
            Row(value: "/due/*/today", path: "/due/5/today", meant: "/due/{*}/today"),
            Row(value: "/due/**/today", path: "/due/5/6/today", meant: "/due/{**}/today"),
            Row(value: "/due/*/of/*", path: "/due/5/of/bo", meant: "/due/{*}/of/{**}"),
            Row(value: "/files/*.pdf", path: "/files/a.pdf", meant: "/files/a.pdf"),
            Row(value: "*loans*", path: "/loans", meant: "/loans"), Row(value: "/**", path: "/loans", meant: "/*"),
        ])
    func stars(_ row: Row) throws {
        let answer = try Self.explain(
            "{to: [{operation: {paths: ['\(row.value)']}}]}", Shop.request(path: row.path)
        ).answer
        #expect(answer.contains("but for a slip in paths: a `*` inside `\(row.value)` is only a star: "), "\(answer)")
        #expect(
            answer.contains(
                "  smallest change of the policies: write `\(row.meant)` for `\(row.value)` in `paths` of shop/orders, rule 1\n"
            ), "\(answer)")
        #expect(answer.contains("{paths: [\"\(row.meant)\"]}"), "\(answer)")
    }

    @Test("hosts and principals have no patterns with a star inside, so that the one that asks is listed")
    func lists() throws {
        for (rules, meant, field) in [
            ("{to: [{operation: {hosts: ['orders.*.example']}}]}", "orders.shop.example", "hosts"),
            (
                "{from: [{source: {principals: ['cluster.local/ns/*/sa/cart']}}]}", "cluster.local/ns/shop/sa/cart",
                "principals"
            ),
        ] {
            let answer = try Self.explain(rules, Shop.request()).answer
            #expect(answer.contains("is only a star: list the \(field) that are meant\n"), "\(answer)")
            #expect(answer.contains("  smallest change of the policies: write `\(meant)` for `"), "\(answer)")
        }
    }

    @Test("what a DENY rule leaves out with such a star is replaced there")
    func denied() throws {
        let answer = try Self.explain(
            "{to: [{operation: {notPaths: ['/health/**'], ports: ['8080']}}]}", Shop.request(path: "/health/live"),
            action: "DENY"
        ).answer
        #expect(
            answer.contains(
                "  smallest change of the policies: write `/health/*` for `/health/**` in `notPaths` of shop/orders, rule 1\n"
            ), "\(answer)")
    }

    @Test(
        "a value with a slash at its end or in other case may be meant for other requests, and stays beside the new one"
    )
    func kept() throws {
        for (value, why) in [
            ("/orders/5/", "a `/` at the end counts"), ("/Orders/5", "paths are case-sensitive"),
            ("/Orders/5/", "paths are case-sensitive, and a `/` at the end counts"),
        ] {
            let answer = try Self.explain("{to: [{operation: {paths: ['\(value)']}}]}", Shop.request()).answer
            #expect(answer.contains("perhaps a slip: `/orders/5` is not `\(value)`: \(why)\n"), "\(answer)")
            #expect(
                answer.contains(
                    "  smallest change of the policies: add `/orders/5` to `paths` of shop/orders, rule 1\n"),
                "\(answer)")
        }
    }

    @Test("an issuer in other case, of which the workload takes no token, is replaced")
    func issuer() throws {
        let answer = try Self.explain(
            "{from: [{source: {requestPrincipals: ['https://Login.example/*']}}]}", Shop.request(claims: Shop.alice)
        ).answer
        #expect(
            answer.contains(
                "  smallest change of the policies: write `https://login.example/*` for `https://Login.example/*` in "
                    + "`requestPrincipals` of shop/orders, rule 1\n"), "\(answer)")
    }

    // MARK: Service accounts

    @Test(
        "a service account that is joined to its namespace by something else than a slash is mended",
        arguments: ["web:front", "web.front", "front.web", "front@web", "web_front", "web-front", "front.web.svc"])
    func joined(_ value: String) throws {
        let answer = try Self.explain(
            "{from: [{source: {serviceAccounts: ['\(value)']}}]}", Shop.request("web/sa/front")
        ).answer
        #expect(
            answer.contains("a service account is written `NAMESPACE/ACCOUNT`, and the caller is `web/front`\n"),
            "\(answer)")
        #expect(
            answer.contains(
                "  smallest change of the policies: write `web/front` for `\(value)` in `serviceAccounts` of shop/orders, rule 1\n"
            ), "\(answer)")
    }

    @Test("an account that is there by just that name, and another caller's, is no slip")
    func otherAccounts() throws {
        let account = """
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: web.front, namespace: shop}

            """
        let rules = "{from: [{source: {serviceAccounts: ['web.front']}}]}"
        let there = try Self.explain(rules, Shop.request("web/sa/front"), policies: account).answer
        #expect(!there.contains("write `web/front`"), "\(there)")
        let other = try Self.explain(rules, Shop.request("shop/sa/cart")).answer
        #expect(!other.contains("slip"), "\(other)")
        // Nobody but the inventory knows that there is no account of a name with a dash.
        let unknown = try Self.explain(
            "{from: [{source: {serviceAccounts: [billing-job]}}]}", Shop.request("billing/sa/job")
        ).answer
        #expect(!unknown.contains("slip"), "\(unknown)")
    }

    // MARK: Several slips

    private static let paid = "{iss: 'https://login.example', sub: alice, aud: shop-api, paid: true}"

    @Test("a slip that has no repair does not hide those of the others, and is told to be left")
    func partial() throws {
        let run = try Self.explain(
            "{to: [{operation: {methods: [get], paths: ['/oders/*']}}], when: [{key: 'request.auth.claims[paid]', values: ['true']}]}",
            Shop.request(claims: Self.paid))
        #expect(
            run.answer.contains("  an exception to what the rule is for (the claim `[paid]` is a Boolean"),
            "\(run.answer)")
        #expect(
            run.answer.contains(
                "  change of the policies that mends what can be mended: write `GET` for `get` in `methods` of shop/orders, "
                    + "rule 1, and write `/orders/*` for `/oders/*` in `paths` of shop/orders, rule 1\n"),
            "\(run.answer)"
        )
        #expect(run.answer.contains(#"{methods: ["GET"], paths: ["/orders/*"]}"#), "\(run.answer)")
        #expect(
            run.answer.contains(
                "    to be mended by hand: `request.auth.claims[paid]`: the claim `[paid]` is a Boolean"),
            "\(run.answer)")
    }

    @Test("JSON and the page have the partial repair with what it leaves")
    func formats() throws {
        let rules =
            "{to: [{operation: {methods: [get]}}], when: [{key: 'request.auth.claims[paid]', values: ['true']}]}"
        let policies = Shop.login() + Shop.policy("rules: [\(rules)]") + Shop.inventory
        let run = try ExplainRun(
            ["r.yaml": Shop.request(claims: Self.paid)], policies: policies, format: .json, writesPage: true)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(run.answer.utf8)) as? [String: Any])
        let policy = try #require((object["change"] as? [String: Any])?["policy"] as? [String: Any])
        #expect((policy["exceptionTo"] as? String)?.hasPrefix("the claim `[paid]` is a Boolean") == true)
        let partial = try #require(policy["partialRepair"] as? [String: Any])
        #expect(partial["steps"] as? [String] == ["write `GET` for `get` in `methods` of shop/orders, rule 1"])
        #expect((partial["patch"] as? String)?.contains(#"methods: ["GET"]"#) == true)
        // Of a file that stands where the patch is applied.
        #expect((partial["patch"] as? String)?.hasPrefix("--- p.yaml\n") == true)
        #expect(partial["reason"] as? String == "no-allow-policy-matched")
        let left = partial["byHand"] as? [String]
        #expect(left?.count == 1 && left?[0].hasPrefix("`request.auth.claims[paid]`: the claim `[paid]` is a") == true)
        let page = try #require(run.page)
        #expect(page.contains("to be mended by hand: <code>request.auth.claims[paid]</code>"), "\(page)")
    }

    @Test("what is left is told with its reason where nothing else says it, before a rule that would be added")
    func partialBesideRule() throws {
        let run = try Self.explain(
            "{from: [{source: {principals: ['https://login.example/alice', cluster.local/ns/web/sa/front]}}], to: [{operation: {methods: [get]}}]}",
            Shop.request(claims: Shop.alice))
        let partial = try #require(
            run.answer.firstRange(
                of:
                    "  change of the policies that mends what can be mended: write `GET` for `get` in `methods` of shop/orders, rule 1\n"
            ), "\(run.answer)")
        #expect(
            run.answer.contains(
                "    to be mended by hand: `principals`: `https://login.example/alice` is the principal of a token, and "
            ),
            "\(run.answer)")
        let rule = try #require(run.answer.firstRange(of: "add a rule to shop/orders"), "\(run.answer)")
        #expect(partial.lowerBound < rule.lowerBound)
    }

    @Test("where a value beside one that may be right is what is missing, the rule is mended as a whole")
    func beside() throws {
        let run = try Self.explain("{to: [{operation: {methods: [get], paths: ['/orders/5/']}}]}", Shop.request())
        #expect(
            run.answer.contains(
                "  change of the policies that mends their slips: write `GET` for `get` in `methods` of shop/orders, rule 1, "
                    + "and add `/orders/5` to `paths` of shop/orders, rule 1\n"), "\(run.answer)")
        #expect(!run.answer.contains("by hand"), "\(run.answer)")
        let mends = try #require(run.answer.firstRange(of: "mends their slips"))
        let request = try #require(run.answer.firstRange(of: "no change of the request"))
        #expect(mends.lowerBound < request.lowerBound, "\(run.answer)")
        // Where all may be right, it may be the request that is wrong.
        let right = try Self.explain(
            "{to: [{operation: {paths: ['/orders/5/']}}], when: [{key: 'request.headers[x-stage]', values: [Canary]}]}",
            Shop.request(headers: "{x-stage: canary}"))
        #expect(!right.answer.contains("mends"), "\(right.answer)")
    }

    @Test("a rule that lacks more than slips has no partial repair")
    func more() throws {
        let run = try Self.explain(
            "{to: [{operation: {methods: [get]}}], when: [{key: 'request.auth.claims[paid]', values: ['true']}, {key: 'request.headers[x-a]', values: [b]}]}",
            Shop.request(claims: Self.paid))
        #expect(!run.answer.contains("mends what"), "\(run.answer)")
    }
}
