import Testing

@testable import authz

/// What `authz explain` makes of a value that stands beside the wrong name: the key or field is mended, and no rule is added beside it.
@Suite struct ExplainPlaceSlipTests {
    private typealias Shop = ExplainRepairTests

    private static func explain(
        _ rules: String, _ request: String, action: String = "ALLOW", name: String = "r.yaml"
    ) throws -> String {
        let policies = Shop.login() + Shop.policy("action: \(action), rules: [\(rules)]") + Shop.inventory
        return try ExplainRun([name: request], policies: policies).answer
    }

    private static func condition(_ key: String, _ values: String = "values: [acme]") -> String {
        "{when: [{key: 'request.headers[\(key)]', \(values)}]}"
    }

    private static let tenant = Shop.request(headers: "{x-tenant: acme}")

    // MARK: Headers

    @Test(
        "the name of a header that the request has but for a slip is mended",
        arguments: ["x-tennant", "x-tenent", "x-tenan", "x-tenatn", "x_tenant", "X-Tennant", "xtenant"])
    func header(_ name: String) throws {
        let answer = try Self.explain(Self.condition(name), Self.tenant)
        #expect(
            answer.contains(
                "perhaps a slip: the request has the header `x-tenant`, and none `\(name.lowercased())`\n"),
            "\(answer)")
        let change =
            "write `request.headers[x-tenant]` for `request.headers[\(name)]` in `when` of shop/orders, rule 1\n"
        #expect(answer.contains("  smallest change of the policies: \(change)"), "\(answer)")
        #expect(answer.contains(#"{key: "request.headers[x-tenant]", values: [acme]}"#), "\(answer)")
        #expect(!answer.contains("add a rule"), "\(answer)")
    }

    @Test("a DENY rule for all who lack the header is mended alike")
    func excluded() throws {
        let answer = try Self.explain(
            Self.condition("x-tennant", "notValues: [acme]"), Self.tenant, action: "DENY")
        #expect(
            answer.contains(
                "  smallest change of the policies: write `request.headers[x-tenant]` for "
                    + "`request.headers[x-tennant]` in `when` of shop/orders, rule 1\n"), "\(answer)")
    }

    @Test(
        "a header is not taken for another where that is of another meaning, or may be",
        arguments: [
            (condition("x-tennant"), "{x-tenant: other}", "its value does not fit"),
            (condition("x-tennant"), "{x-tenant: acme, x-tennent: acme}", "two are near"),
            (condition("x-team-a"), "{x-team-b: acme}", "one of a series"),
            (condition("x-key"), "{x-kex: acme}", "a word too short to tell"),
            (condition("x-tenant"), "{x-tenant-id: acme}", "more words"),
            (condition("x-tennant"), "{x-forwarded-tenant: acme}", "the same"),
            (
                "{when: [{key: 'request.headers[x-users]', values: [acme]}, "
                    + "{key: 'request.headers[x-user]', values: [acme]}]}", "{x-user: acme}",
                "the rule asks for both"
            ),
            (
                condition("x-users") + ", " + condition("x-users", "values: [other]") + ", "
                    + condition("x-user", "values: [other]"), "{x-user: acme}", "the policies have both"
            ),
            (
                condition("x-users") + ", " + condition("x-users", "values: [other]"), "{x-user: acme}",
                "the policies have the other name elsewhere, so that it is the request's"
            ),
            (condition("user-agent"), "{user-agnet: acme}", "HTTP has the name"),
        ])
    func otherHeader(_ rules: String, _ headers: String, _ why: String) throws {
        let answer = try Self.explain(rules, Shop.request(headers: headers))
        #expect(!answer.contains("write `request.headers"), "\(why): \(answer)")
    }

    @Test("of a header that the policies have elsewhere, too, the request is told to have the slip")
    func headerOfRequest() throws {
        let rules = Self.condition("x-tenant") + ", " + Self.condition("x-tenant", "values: [other]")
        let answer = try Self.explain(rules, Shop.request(headers: "{x-tennant: acme}"))
        #expect(
            answer.contains("the request has the header `x-tennant` where the policies have `x-tenant`\n"), "\(answer)")
    }

    @Test("the names that are near are told where none of them is meant for certain, without their values")
    func nearHeaders() throws {
        let answer = try Self.explain(Self.condition("x-tennant"), Shop.request(headers: "{x-tenant: hidden}"))
        #expect(answer.contains("no header `x-tennant` (the request has `x-tenant`); wanted `acme`\n"), "\(answer)")
        let other = try Self.explain(Self.condition("x-tennant"), Shop.request(headers: "{x-other: acme}"))
        #expect(other.contains("no header `x-tennant`; wanted `acme`\n"), "\(other)")
    }

    // MARK: Principals

    @Test("the principal of a workload among those of tokens is told to be one, and its field is mended")
    func peer() throws {
        for (rules, change) in [
            (
                "{from: [{source: {requestPrincipals: [cluster.local/ns/shop/sa/cart]}}]}",
                "write `principals` for `requestPrincipals` of shop/orders, rule 1\n"
            ),
            (
                "{from: [{source: {requestPrincipals: ['cluster.local/ns/shop/*']}}]}",
                "write `principals` for `requestPrincipals` of shop/orders, rule 1\n"
            ),
            (
                "{when: [{key: request.auth.principal, values: [cluster.local/ns/shop/sa/cart]}]}",
                "write `source.principal` for `request.auth.principal` in `when` of shop/orders, rule 1\n"
            ),
        ] {
            let answer = try Self.explain(rules, Shop.request())
            #expect(answer.contains("is the principal of a workload, and `request"), "\(answer)")
            #expect(answer.contains("  smallest change of the policies: \(change)"), "\(answer)")
            #expect(!answer.contains("add a rule"), "\(answer)")
        }
        let denied = try Self.explain(
            "{from: [{source: {notRequestPrincipals: [cluster.local/ns/shop/sa/cart]}}]}", Shop.request(),
            action: "DENY")
        #expect(
            denied.contains(
                "  smallest change of the policies: write `notPrincipals` for `notRequestPrincipals` of shop/orders, "
                    + "rule 1\n"), "\(denied)")
    }

    @Test("the principal of a token among those of workloads is told to be one, and its field is mended")
    func token() throws {
        let request = Shop.request(claims: Shop.alice)
        let answer = try Self.explain("{from: [{source: {principals: ['https://login.example/alice']}}]}", request)
        #expect(
            answer.contains(
                "    but for a slip in principals: `https://login.example/alice` is the principal of a token, and "
                    + "`principals` is about those of workloads: it belongs in `requestPrincipals`\n"), "\(answer)")
        #expect(
            answer.contains(
                "  smallest change of the policies: write `requestPrincipals` for `principals` of shop/orders, rule 1\n"
            ),
            "\(answer)")
    }

    @Test("two fields of which each has what belongs in the other change places")
    func exchanged() throws {
        let answer = try Self.explain(
            "{from: [{source: {requestPrincipals: [cluster.local/ns/shop/sa/cart], principals: ['https://login.example/*']}}]}",
            Shop.request(claims: Shop.alice))
        #expect(
            answer.contains(
                "  smallest change of the policies: exchange the names `principals` and `requestPrincipals` of shop/orders, rule 1\n"
            ), "\(answer)")
        #expect(
            answer.contains(
                "{principals: [cluster.local/ns/shop/sa/cart], requestPrincipals: ['https://login.example/*']}"),
            "\(answer)")
    }

    @Test("a list in which others are right keeps its name, and no caller is let in for the user who is meant")
    func mixed() throws {
        let answer = try Self.explain(
            "{from: [{source: {principals: ['https://login.example/alice', cluster.local/ns/web/sa/front]}}]}",
            Shop.request(claims: Shop.alice))
        #expect(answer.contains("a slip: `https://login.example/alice` is the principal of a token"), "\(answer)")
        #expect(!answer.contains("write `requestPrincipals`") && !answer.contains("add `cluster.local"), "\(answer)")
    }

    @Test("what has another form of the other kind, and does not fit the request there, is no slip of this request")
    func others() throws {
        for rules in [
            "{from: [{source: {requestPrincipals: [cluster.local/ns/web/sa/front]}}]}",
            "{from: [{source: {requestPrincipals: ['*/cart']}}]}",
            "{from: [{source: {principals: ['https://login.example/bo']}}]}",
        ] {
            let answer = try Self.explain(rules, Shop.request(claims: Shop.alice))
            #expect(!answer.contains("belongs in") && !answer.contains("write `principals`"), "\(answer)")
        }
    }
}
