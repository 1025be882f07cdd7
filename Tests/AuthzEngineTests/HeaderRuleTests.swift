import AuthzEngine
import Testing

/// `request.headers[…]` (AuthorizationPolicy dossier 7.4; SR-10).
@Suite struct HeaderRuleTests {
    private static func headers(_ headers: (String, String)...) -> Ask {
        Ask(headers: headers.map { (name: $0.0, value: $0.1) })
    }

    @Test(
        "a header matches by any of its lines",
        arguments: [
            RuleCase.when(
                "AP 115", "request.headers[X-Role]", "admin", fits: headers(("x-role", "admin")),
                misses: headers(("x-rol", "admin")), why: "names are folded"),
            .when(
                "AP 116", "request.headers[X-Role]", "admin", fits: headers(("X-ROLE", "admin")),
                misses: headers(("x-role", "Admin")), why: "values are not"),
            .when(
                "AP 117", "request.headers[x-role]", "admin", fits: headers(("x-role", "user"), ("x-role", "admin")),
                misses: headers(("x-role", "user"), ("x-role", "adm")), why: "each line alone"),
            .when(
                "AP 118", "request.headers[x-role]", "admin", misses: headers(("x-role", "user,admin")),
                why: "one line is one text"),
            .when(
                "AP 119", "request.headers[x]", "*", fits: headers(("x", "")), misses: headers(("y", "")),
                why: "presence, though empty"),
            RuleCase(
                "AP 120", "{when: [{key: 'request.headers[x]', notValues: [v]}]}", fits: Ask(),
                misses: headers(("x", "v")), why: "no header is not that one"),
            RuleCase(
                "", "{when: [{key: 'request.headers[x]', notValues: [v]}]}", fits: headers(("x", "u"), ("x", "w")),
                misses: headers(("x", "u"), ("x", "v")), why: "no line is that one"),
            .when(
                "AP 121", "request.headers[host]", "example.com", fits: Ask(host: "example.com"),
                misses: Ask(host: "EXAMPLE.com"), why: "case counts here"),
            .when(
                "AP 122", "request.headers[:path]", "/a", fits: Ask(path: "/a"), misses: Ask(path: "/a?q"),
                why: "with the query"),
            .when(
                "", "request.headers[:method]", "GET", fits: Ask(), misses: Ask(method: "PUT"), why: "a pseudo header"),
            .when(
                "", "request.headers[:authority]", "a*", fits: Ask(host: "a:80"), misses: Ask(host: "A:80"),
                why: "the host by its other name"),
            .when(
                "", "request.headers[:scheme]", "https", fits: Ask(), misses: .plaintext(), why: "https over mutual TLS"
            ),
            .when(
                "AP 182", "request.headers[accept]", "a,b", fits: headers(("accept", "a"), ("accept", "b")),
                misses: headers(("accept", "a,b"), ("accept", "c")), why: "Envoy joins these lines"),
            .when(
                "AP 182", "request.headers[user-agent]", "a", fits: headers(("user-agent", "a")),
                misses: headers(("user-agent", "a"), ("user-agent", "b")), why: "so none is alone"),
            .when(
                "AP 183", "request.headers[cookie]", "b=2", fits: headers(("cookie", "a=1"), ("cookie", "b=2")),
                misses: headers(("cookie", "a=1; b=2")), why: "but not those of cookies"),
            .when(
                "", "request.headers[x]", "a*", fits: headers(("x", "a")), misses: headers(("x", "b")), why: "a prefix"),
            .when(
                "", "request.headers[x]", "*a", fits: headers(("x", "ba")), misses: headers(("x", "ab")),
                why: "a suffix"),
            .when(
                "", "request.headers[x]", "v", fits: headers(("x", "  v\t")), misses: headers(("x", "v v")),
                why: "blanks around it are no part"),
            .when(
                "", "request.headers[connection]", "*", misses: headers(("connection", "close")),
                why: "policies never see it"),
        ])
    func lines(_ row: RuleCase) throws { try row.check() }

    @Test("E5: a missing header and two lines under a negation")
    func exampleFive() throws {
        let policy = Scene.policy(
            "{action: DENY, rules: [{when: [{key: 'request.headers[x-role]', notValues: [admin]}]}]}")
        let scene = try Scene(policy)
        #expect(!scene.allows(Ask()))
        #expect(scene.allows(Self.headers(("x-role", "admin"))))
        #expect(scene.allows(Self.headers(("x-role", "user"), ("x-role", "admin"))))
        #expect(!scene.allows(Self.headers(("x-role", "user"))))
    }
}
