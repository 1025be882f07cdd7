import Foundation
import Testing

@testable import authz

/// What `authz explain` says of a condition about a claim whose key leads past it, or whose claim is no text.
@Suite struct ExplainClaimTests {
    /// Two ALLOW rules that lack one thing each: the first a path, so that only what is known of the claim makes the second the nearest.
    private static func policies(_ key: String, values: String = "[auditor]") -> String {
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
          rules:
          - from: [{source: {requestPrincipals: ["https://login.example/*"]}}]
            to: [{operation: {paths: [/accounts/*]}}]
          - to: [{operation: {paths: [/audit/*]}}]
            when: [{key: "request.auth.claims\(key)", values: \(values)}]
        """
    }

    private static func run(_ policies: String, claims: String) throws -> ExplainRun {
        let request = """
            {destination: {namespace: shop, port: 8080}, request: {path: /audit/1, host: a},
             token: {claims: {iss: "https://login.example", sub: bo, \(claims)}}}
            """
        return try ExplainRun(["r.yaml": request], policies: policies)
    }

    private static let roles = "realm_access: {roles: [viewer, auditor], secret: hidden}"

    @Test(
        "the key of a claim that stands elsewhere in the token is mended, and the rule with it is the nearest",
        arguments: [
            "[realm_access.roles]", "[realm_access/roles]", "[realm_access][0][roles]", "[realm-access][roles]",
            "[realmAccess][roles]", "[realm_access]", "[roles]", "[Roles]",
            "[realm_acces][roles]",
            "[realm_access][role]",
        ])
    func elsewhere(_ key: String) throws {
        let run = try Self.run(Self.policies(key), claims: Self.roles)
        let right = "request.auth.claims[realm_access][roles]"
        #expect(run.answer.contains("nearest: shop/access, rule 2 would allow this"), "\(run.answer)")
        #expect(
            run.answer.contains(
                "  smallest change of the policies: write `\(right)` for `request.auth.claims\(key)` in `when` of shop/access, rule 2\n"
            ), "\(run.answer)")
        #expect(run.answer.contains("    +    when: [{key: \"\(right)\", values: [auditor]}]\n"), "\(run.answer)")
        // What changes of the token is told with its values, as they are those of who asks.
        let told = run.answer.components(separatedBy: "smallest change of the request")[0]
        #expect(!told.contains("hidden") && !told.contains("viewer"), "\(run.answer)")
    }

    @Test("of the value it is told where it stands, and of no other value of the token")
    func sentence() throws {
        let run = try Self.run(Self.policies("[realm_access.roles]"), claims: Self.roles)
        #expect(
            run.answer.contains(
                "      perhaps a slip: `auditor` stands in `[realm_access][roles]`: write `request.auth.claims[realm_access][roles]`\n"
            ), "\(run.answer)")
        #expect(!run.answer.contains("viewer"), "\(run.answer)")
    }

    @Test("a claim of quite another name that has the value is told, and no key is changed for it")
    func namesake() throws {
        let run = try Self.run(Self.policies("[department]"), claims: "groups: [auditor]")
        #expect(
            run.answer.contains(
                " `auditor` also stands in `[groups]`: make sure that the user cannot write it\n"), "\(run.answer)")
        #expect(!run.answer.contains("request.auth.claims[groups]"), "\(run.answer)")
        let other = try Self.run(Self.policies("[department]"), claims: "groups: [viewer]")
        #expect(!other.answer.contains("stands in"), "\(other.answer)")
    }

    @Test(
        "a claim of another parent, or with the name in a longer one, means something else",
        arguments: [
            ("[app_metadata][roles]", "user_metadata: {roles: [auditor]}", "[user_metadata][roles]"),
            (
                "[resource_access][api][roles]", "resource_access: {account: {roles: [auditor]}}",
                "[resource_access][account][roles]"
            ),
            ("[roles]", "act: {roles: [auditor]}", "[act][roles]"),
            ("[roles]", "denied: {roles: [auditor]}", "[denied][roles]"),
            ("[groups]", "requested_groups: [auditor]", "[requested_groups]"),
            ("[role]", "previous_role: auditor", "[previous_role]"),
            ("[role]", "role_before: auditor", "[role_before]"),
            ("[resource_access][roles]", roles, "[realm_access][roles]"),
            ("[tenants][1][roles]", "tenants: {\"2\": {roles: [auditor]}}", "[tenants][2][roles]"),
            (
                "[roles]", "resource_access: {realm-management: {roles: [auditor]}}",
                "[resource_access][realm-management][roles]"
            ),
            ("[roles]", "\"https://shop.example/denied/roles\": [auditor]", "[https://shop.example/denied/roles]"),
        ])
    func otherMeanings(_ key: String, _ claims: String, _ place: String) throws {
        let run = try Self.run(Self.policies(key), claims: claims)
        #expect(
            run.answer.contains(
                " `auditor` also stands in `\(place)`: make sure that the user cannot write it\n"), "\(run.answer)")
        #expect(!run.answer.contains("request.auth.claims\(place)") && !run.answer.contains("slip"), "\(run.answer)")
    }

    @Test(
        "what wraps roles by custom is written into the key",
        arguments: [
            ("[roles]", "resource_access: {api: {roles: [auditor]}}", "[resource_access][api][roles]"),
            ("[resource_access][roles]", "resource_access: {api: {roles: [auditor]}}", "[resource_access][api][roles]"),
            ("[roles]", "\"https://shop.example/roles\": [auditor]", "[https://shop.example/roles]"),
            ("[roles]", "\"https://shop.example/claims/roles\": [auditor]", "[https://shop.example/claims/roles]"),
        ])
    func wrapped(_ key: String, _ claims: String, _ place: String) throws {
        let run = try Self.run(Self.policies(key), claims: claims)
        #expect(
            run.answer.contains(
                "  smallest change of the policies: write `request.auth.claims\(place)` for `request.auth.claims\(key)` "
            ), "\(run.answer)")
    }

    @Test("where several wrap them, or the policies name another client, none is chosen")
    func severalClients() throws {
        let both = "resource_access: {api: {roles: [auditor]}}, realm_access: {roles: [auditor]}"
        let run = try Self.run(Self.policies("[roles]"), claims: both)
        #expect(run.answer.contains("`auditor` also stands in `["), "\(run.answer)")
        #expect(!run.answer.contains("for `request.auth.claims[roles]`"), "\(run.answer)")
        let other =
            Self.policies("[roles]") + """

                  - when: [{key: "request.auth.claims[resource_access][web][roles]", values: [x]}]
                """
        let named = try Self.run(other, claims: "resource_access: {api: {roles: [auditor]}}")
        #expect(!named.answer.contains("for `request.auth.claims[roles]`"), "\(named.answer)")
    }

    @Test("of one text with several words it is said that it is not taken apart, and it is not listed as a whole")
    func words() throws {
        let claims = "scp: \"invoices.read invoices.write\""
        let run = try Self.run(Self.policies("[scp]", values: "[invoices.read]"), claims: claims)
        let sentence =
            "`scp` is one text; Istio takes apart only `scope` and `permission`: `invoices.read` is one of its words: have the issuer send `scope`, or a list\n"
        #expect(run.answer.contains("perhaps a slip: \(sentence)"), "\(run.answer)")
        #expect(
            run.answer.contains("  an exception to what the rule is for (\(sentence.dropLast())): "), "\(run.answer)")
        let other = try Self.run(Self.policies("[scp]", values: "[invoices.pay]"), claims: claims)
        #expect(!other.answer.contains("one text"), "\(other.answer)")
        let scope = try Self.run(
            Self.policies("[scope]", values: "[invoices.pay]"), claims: "scope: \"invoices.read invoices.write\"")
        #expect(!scope.answer.contains("one text"), "\(scope.answer)")
        let slip = try Self.run(
            Self.policies("[scope]", values: "[invoices.raed]"), claims: "scope: \"invoices.read invoices.write\"")
        #expect(
            slip.answer.contains("`invoices.read` is not `invoices.raed`"), "its words are compared: \(slip.answer)")
    }

    @Test(
        "of a claim that is compared word by word, a value of several words is none",
        arguments: [
            ("openid invoices.pay", "`invoices.pay` is one", "write `invoices.pay` for `openid invoices.pay` in"),
            (
                "invoices.read invoices.pay",
                "for one of them list them as values, for all of them write a condition each",
                "write `invoices.read` and `invoices.pay`, a condition each, for `invoices.read invoices.pay` in"
            ),
        ])
    func scopes(_ value: String, _ advice: String, _ repair: String) throws {
        let claims = "scope: \"openid invoices.read invoices.pay\""
        let run = try Self.run(Self.policies("[scope]", values: "[\"\(value)\"]"), claims: claims)
        #expect(
            run.answer.contains(
                "a slip in request.auth.claims[scope]: no word of the claim has a blank in it, as `\(value)` has: \(advice)\n"
            ),
            "\(run.answer)")
        #expect(run.answer.contains("  smallest change of the policies: \(repair)"), "\(run.answer)")
        let conditions = run.answer.split(separator: "\n").filter { $0.contains("+    when:") }
            .map { $0.components(separatedBy: "claims[scope]").count - 1 }
        #expect(conditions == [value.hasPrefix("openid") ? 1 : 2], "all words that are asked for: \(run.answer)")
        let other = try Self.run(Self.policies("[scope]", values: "[\"\(value)\"]"), claims: "scope: openid")
        #expect(!other.answer.contains("blank"), "\(other.answer)")
    }

    @Test(
        "a claim that is no text is said to be none, and a change of the policies is told to be an exception",
        arguments: [
            (
                "verified: true", "[verified]", "[\"true\"]", "a Boolean",
                "`true` is a Boolean and no text, so it is not `true`"
            ),
            ("level: 3", "[level]", "[\"3\"]", "a number", "`3` is a number and no text, so it is not `3`"),
            (
                "levels: [3, 4]", "[levels]", "[\"3\"]", "a list without a text",
                "`[3,4]` is a list without a text and no text, so it is not `3`"
            ),
        ])
    func kinds(_ claims: String, _ key: String, _ values: String, _ kind: String, _ row: String) throws {
        let run = try Self.run(Self.policies(key, values: values), claims: claims)
        let sentence =
            "the claim `\(key)` is \(kind), and Istio compares only texts and lists of texts, so that no value fits it"
        #expect(run.answer.contains(row + "\n"), "\(run.answer)")
        #expect(run.answer.contains("    but for a slip in request.auth.claims\(key): \(sentence)\n"), "\(run.answer)")
        #expect(
            run.answer.contains("  an exception to what the rule is for (\(sentence); its issuer has to"),
            "\(run.answer)")
    }

    @Test("of a claim with others in it their names are told")
    func object() throws {
        let run = try Self.run(Self.policies("[realm_access]"), claims: Self.roles)
        #expect(
            run.answer.contains(
                "  `{…}` is an object with `roles`, `secret` and no text, so it is not `auditor`\n"), "\(run.answer)")
    }

    @Test("a text is no such claim")
    func text() throws {
        let run = try Self.run(Self.policies("[verified]", values: "[\"true\"]"), claims: "verified: \"no\"")
        #expect(!run.answer.contains("Boolean"), "\(run.answer)")
        #expect(run.answer.contains("smallest change of the policies: add "), "\(run.answer)")
    }

    @Test("a DENY rule for those whose claim is not of a value says so of a Boolean, and is not emptied")
    func denial() throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: login, namespace: shop}
            spec: {jwtRules: [{issuer: "https://login.example", jwksUri: "https://login.example/keys"}]}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: verified, namespace: shop}
            spec: {action: DENY, rules: [{when: [{key: "request.auth.claims[verified]", notValues: ["true"]}]}]}
            """
        let run = try Self.run(policies, claims: "verified: true")
        #expect(
            run.answer.contains("  an exception to what the rule is for (the claim `[verified]` is a Boolean,"),
            "\(run.answer)")
        #expect(run.answer.contains("notRequestPrincipals: [\"https://login.example/bo\"]"), "\(run.answer)")
    }
}
