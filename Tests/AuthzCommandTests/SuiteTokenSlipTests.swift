import Testing

@testable import authz

/// Slips in the tokens of a suite: claims under another name, and audiences that policy and token spell differently.
@Suite struct SuiteTokenSlipTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// Of the token.
        var claims: String
        /// With its column; `nil` for none.
        var slip: String?
        /// Of the explanation.
        var note = ""
        var why: String
        var testDescription: String { why }
    }

    private static let policies = """
        {apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: shop, labels: {app: cart}}, spec: {serviceAccountName: cart}}
        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: idp, namespace: shop}
        spec:
          jwtRules:
          - {issuer: "https://idp.example", audiences: [orders-api], jwksUri: "https://idp.example/jwks"}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: a, namespace: shop}
        spec: {rules: [{from: [{source: {requestPrincipals: ["https://idp.example/alice"]}}]}]}
        """
    private static let iss = "iss: 'https://idp.example'"

    private static func suite(_ claims: [String], expecting expectation: String = "allow") -> String {
        let cases = claims.enumerated().map { index, claims in
            "- {name: a\(index), destination: {workload: shop/cart}, request: {}, token: {claims: {\(claims)}}, expect: \(expectation)}"
        }
        return "tests:\n" + cases.joined(separator: "\n")
    }

    private static func run(_ policies: String, _ suite: String) throws -> (answer: String, explain: String) {
        let files = ["policies.yaml": policies, "a_test.yaml": suite]
        let test = try SuiteRunnerTests.run(files, ["a_test.yaml"], format: .text)
        let scratch = try Scratch(files)
        var settings = PolicySettings()
        settings.paths = [scratch("policies.yaml")]
        let (answers, messages) = (try Capture(), try Capture())
        let console = Console(
            OutputSettings(format: .text, color: .never, isColorRefused: false, isQuiet: false, isVerbose: false),
            answers: answers.stream, messages: messages.stream)
        let explain = ExplainSettings(
            requestPaths: [scratch("a_test.yaml#a0")], policies: settings, failsOnDenial: false, isDifference: false,
            pagePath: nil, folder: scratch.path)
        _ = try Explainer(explain, console).run()
        return (test.answer, try answers.text().replacing(scratch.path + "/", with: ""))
    }

    @Test(
        "a claim that counts under another name is named at its line, and in the explanation",
        arguments: [
            Row(
                claims: "issuer: 'https://idp.example', sub: alice, aud: orders-api",
                slip:
                    "88: the claim for the issuer is `iss`, and this token has `issuer` and none; write `iss: https://idp.example`",
                note: "the token has no `iss`, but `issuer`: perhaps `iss` is meant\n", why: "issuer"),
            Row(
                claims: "\(iss), subject: alice, aud: orders-api",
                slip:
                    "117: the claim for the subject is `sub`, and this token has `subject` and none; write `sub: alice`",
                note:
                    "the token has no `sub`, but `subject`: perhaps `sub` is meant: it is the token that is to be mended\n",
                why: "subject"),
            Row(
                claims: "\(iss), sub: alice, audience: orders-api",
                slip:
                    "130: the claim for the audience is `aud`, and this token has `audience` and none; write `aud: orders-api`",
                note: "the token has no `aud`, but `audience`: perhaps `aud` is meant\n", why: "audience"),
            Row(
                claims: "sub: alice, aud: orders-api",
                slip: "70: the token has no `iss`, so no rule is for it; write `iss: https://idp.example`",
                note: "the token has no `iss`\n", why: "no issuer at all"),
            Row(claims: "\(iss), sub: bob, aud: orders-api, issuer: x", slip: nil, why: "both"),
        ])
    func claims(_ row: Row) throws {
        let run = try Self.run(Self.policies, Self.suite([row.claims]))
        guard let slip = row.slip else { return #expect(!run.answer.contains("perhaps a slip"), "\(run.answer)") }
        #expect(run.answer.contains("\n  perhaps a slip: a_test.yaml:2:\(slip)\n"), "\(run.answer)")
        #expect(run.explain.contains(row.note), "\(run.explain)")
        #expect(!run.explain.contains("smallest change of the policies"), "\(run.explain)")
    }

    @Test(
        "a token that expires by another word is told of where its case fails, and a claim that a policy reads is no slip"
    )
    func expiry() throws {
        let run = try Self.run(
            Self.policies,
            Self.suite(["\(Self.iss), sub: alice, aud: orders-api, expires: 1"], expecting: "{reason: token-expired}"))
        #expect(
            run.answer.contains(
                "the claim for when a token expires is `exp`, and this token has `expires` and none; write `exp`"),
            "\(run.answer)")
        let reading = Self.policies.replacing(
            "requestPrincipals: [\"https://idp.example/alice\"]}}]}]}",
            with: "namespaces: [x]}}], when: [{key: 'request.auth.claims[subject]', values: [bob]}]}]}")
        let other = try Self.run(reading, Self.suite(["\(Self.iss), subject: alice, aud: orders-api"]))
        #expect(!other.answer.contains("perhaps a slip: a_test.yaml"), "\(other.answer)")
    }

    private static let both =
        "the token is for `order-api`, and `shop/idp` (policies.yaml:8:49) asks for `orders-api`: they differ by one letter"
    private static let wrong = "\(iss), sub: alice, aud: order-api"

    @Test("of an audience that token and policy spell differently both places are told, the same way by both commands")
    func neutral() throws {
        let run = try Self.run(Self.policies, Self.suite([Self.wrong]))
        let advice = "write `aud: orders-api` in the token, or `order-api` in `audiences` of shop/idp"
        #expect(run.answer.contains("perhaps a slip: a_test.yaml:2:125: \(Self.both); \(advice)\n"), "\(run.answer)")
        #expect(run.explain.contains("perhaps a slip: \(Self.both)\n"), "\(run.explain)")
        #expect(run.explain.contains("  perhaps a slip: \(advice)\n"), "\(run.explain)")
        #expect(run.explain.contains("smallest change of the request"), "\(run.explain)")
    }

    @Test("where other tokens have the audience of the policy, the token is to be mended, and no policy is changed")
    func token() throws {
        let run = try Self.run(Self.policies, Self.suite([Self.wrong, "\(Self.iss), sub: bob, aud: orders-api"]))
        let sentence = "\(Self.both); write `aud: orders-api` in the token, as it is elsewhere"
        #expect(run.answer.contains("perhaps a slip: a_test.yaml:2:125: \(sentence)\n"), "\(run.answer)")
        #expect(run.explain.contains("no change of the policies helps: \(sentence)\n"), "\(run.explain)")
    }

    @Test("where the inventory or other tokens have the audience of the token, the policy is to be mended")
    func policy() throws {
        let service =
            "\n---\n{apiVersion: v1, kind: Service, metadata: {name: order-api, namespace: shop}, spec: {selector: {app: cart}, ports: [{port: 80}]}}"
        for (policies, claims) in [
            (Self.policies + service, [Self.wrong]),
            (Self.policies, [Self.wrong, "\(Self.iss), sub: bob, aud: order-api"]),
        ] {
            let run = try Self.run(policies, Self.suite(claims))
            #expect(
                run.answer.contains(
                    "perhaps a slip: policies.yaml:8:49: \(Self.both); write `order-api` in `audiences` of shop/idp, as it is elsewhere\n"
                ),
                "\(run.answer)")
            #expect(
                run.explain.contains(
                    "smallest change of the policies: write `order-api` for `orders-api` in `audiences` of shop/idp"),
                "\(run.explain)")
        }
    }

    @Test("in JSON each has its label and what to write, as the schema says")
    func json() throws {
        let files = [
            "policies.yaml": Self.policies,
            "a_test.yaml": Self.suite(["issuer: x, sub: alice, aud: orders-api", "sub: alice", Self.wrong]),
        ]
        let answer = try SuiteRunnerTests.run(files, ["a_test.yaml"]).answer
        for (label, hint) in [
            ("expected `iss`", "write `iss: x`"),
            ("expected `iss` among its claims", "write `iss: https://idp.example`"),
            (
                "a slip away from what the policy has",
                "write `aud: orders-api` in the token, as it is elsewhere"
            ),
        ] {
            #expect(answer.contains(#""label":"\#(label)","hint":"\#(hint)""#), "\(answer)")
        }
    }

    @Test("two audiences that are both there are no slip of each other")
    func two() throws {
        let rule = """

            ---
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: more, namespace: other}
            spec: {jwtRules: [{issuer: "https://b.example", audiences: [orders-api, order-api], jwksUri: "https://b.example/jwks"}]}
            """
        let run = try Self.run(Self.policies + rule, Self.suite([Self.wrong]))
        #expect(!run.answer.contains("perhaps a slip") && !run.explain.contains("perhaps a slip"), "\(run.answer)")
    }
}
