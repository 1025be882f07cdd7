import AuthzEngine
import Testing

/// Request principals and claims in policies (AuthorizationPolicy dossier 5).
@Suite struct TokenRuleTests {
    private static func token(_ issuer: String, _ subject: String) -> Ask {
        Ask(claims: #"{"iss": "\#(issuer)", "sub": "\#(subject)"}"#)
    }

    private static func claims(_ json: String) -> Ask {
        Ask(claims: #"{"iss": "i", "sub": "s", \#(json)}"#)
    }

    @Test(
        "a request principal is two claims, split at the last slash",
        arguments: [
            RuleCase.source(
                "AP 71", "requestPrincipals", "*", fits: token("i", "s"), misses: Ask(), why: "any, but one"),
            .source(
                "AP 72", "notRequestPrincipals", "*", fits: Ask(), misses: token("i", "s"),
                why: "the way to ask for a token"),
            .source(
                "AP 73", "requestPrincipals", "https://i/*", fits: token("https://i", "x"),
                misses: token("https://i2", "x"), why: "that issuer, any subject"),
            .source(
                "AP 74", "requestPrincipals", "https://i*", fits: token("https:/", "ix"),
                misses: token("https://idp", "x"), why: "the slash of the scheme is the last"),
            .source(
                "AP 75", "requestPrincipals", "*/alice", fits: token("any", "alice"), misses: token("any", "malice"),
                why: "that subject"),
            .source(
                "AP 76", "requestPrincipals", "*alice", fits: token("any", "malice"), misses: token("alice", "bob"),
                why: "a suffix of the subject"),
            .source(
                "AP 77", "requestPrincipals", "*/*", fits: token("any", "*"), misses: token("any", "alice"),
                why: "the subject is literal"),
            .source(
                "AP 78", "requestPrincipals", "I/auth0/u1", fits: token("I/auth0", "u1"),
                misses: token("I", "auth0/u1"), why: "a subject with a slash cannot be written"),
            .source(
                "AP 79", "requestPrincipals", "https://x//u", fits: token("https://x/", "u"),
                misses: token("https://x", "/u"), why: "an issuer with a final slash can"),
            .source(
                "AP 80", "requestPrincipals", "*", misses: Ask(claims: #"{"iss": "i"}"#), why: "both claims are needed"),
            .source(
                "", "requestPrincipals", "*", misses: Ask(claims: #"{"iss": "i", "sub": ""}"#), why: "and not empty"),
            .source(
                "", "requestPrincipals", "*i/s", fits: token("xi", "s"), misses: token("xi", "ss"),
                why: "a suffix of the issuer"),
            .source(
                "", "requestPrincipals", "i/s*", fits: token("i", "sx"), misses: token("ii", "sx"),
                why: "a prefix of the subject"),
            .source(
                "", "requestPrincipals", "i*", fits: token("ix", "s"), misses: token("x", "i"),
                why: "a prefix of the issuer"),
            .source(
                "", "requestPrincipals", "issuer-only", misses: token("issuer-only", "s"), why: "the subject is empty"),
            .source(
                "", "requestPrincipals", "issuer-only", fits: Ask(claims: #"{"iss": "issuer-only", "sub": ""}"#),
                why: "as here"),
            .source(
                "RA 119", "requestPrincipals", "https://a.example/u1", fits: token("https://a.example", "u1"),
                misses: token("https://a.example/", "u1"), why: "exactly"),
            .source(
                "RA 124", "requestPrincipals", "https://a.example*", misses: token("https://a.example", "u1"),
                why: "no prefix of the issuer"),
            .when(
                "", "request.auth.principal", "i/s", fits: token("i", "s"), misses: token("i", "t"),
                why: "as a condition"),
        ])
    func principals(_ row: RuleCase) throws { try row.check() }

    @Test(
        "a claim is a string, or a list with one",
        arguments: [
            RuleCase.when(
                "AP 81", "request.auth.claims[groups]", "a", fits: claims(#""groups": ["x", "a"]"#),
                misses: claims(#""groups": ["x", "A"]"#), why: "an element"),
            .when(
                "AP 82", "request.auth.claims[groups]", "a", fits: claims(#""groups": "a""#),
                misses: claims(#""groups": "a b""#), why: "the string"),
            .when(
                "AP 83", "request.auth.claims[level]", "3", fits: claims(#""level": "3""#),
                misses: claims(#""level": 3"#), why: "no number"),
            .when(
                "AP 84", "request.auth.claims[admin]", "*", fits: claims(#""admin": "x""#),
                misses: claims(#""admin": true"#), why: "no Boolean"),
            .when("", "request.auth.claims[a]", "*", misses: claims(#""a": null"#), why: "no null"),
            .when("", "request.auth.claims[a]", "*", misses: claims(#""a": {"b": "c"}"#), why: "no object"),
            .when(
                "", "request.auth.claims[a]", "*", fits: claims(#""a": ["x"]"#), misses: claims(#""a": [["x"]]"#),
                why: "no nested list"),
            .when("", "request.auth.claims[a]", "*", misses: claims(#""a": """#), why: "no empty string"),
            .when(
                "", "request.auth.claims[a]", "*", fits: claims(#""a": ["", "x"]"#), misses: claims(#""a": ["", 1]"#),
                why: "in a list neither"),
            .when(
                "AP 85", "request.auth.claims[groups]", "*", fits: claims(#""groups": ["x"]"#),
                misses: claims(#""groups": []"#), why: "no empty list"),
            .when(
                "AP 86", "request.auth.claims[a][b]", "v", fits: claims(#""a": {"b": ["v"]}"#),
                misses: claims(#""a": {"c": ["v"]}"#), why: "a path"),
            .when(
                "AP 87", "request.auth.claims[a.b]", "v", fits: claims(#""a.b": "v""#),
                misses: claims(#""a": {"b": "v"}"#), why: "a dot is no path"),
            .when(
                "AP 88", "request.auth.claims[a][b]", "v", fits: claims(#""a": {"b": "v"}"#),
                misses: claims(#""a": [{"b": "v"}]"#), why: "no step into a list"),
            .when(
                "AP 89", "request.auth.claims[scope]", "read", fits: claims(#""scope": "read write""#),
                misses: claims(#""scope": "reads write""#), why: "a word"),
            .when(
                "AP 90", "request.auth.claims[scope]", "read write", misses: claims(#""scope": "read write""#),
                why: "never the whole"),
            .when(
                "", "request.auth.claims[permission]", "*b", fits: claims(#""permission": "a ab c""#),
                misses: claims(#""permission": "a c""#), why: "word by word"),
            .when(
                "", "request.auth.claims[groups]", "a b", fits: claims(#""groups": "a b""#),
                misses: claims(#""groups": "a  b""#), why: "other claims are no words"),
            .when(
                "", "request.auth.claims[scope][x]", "a", fits: claims(#""scope": {"x": "a"}"#),
                misses: claims(#""scope": {"x": "a b"}"#), why: "top-level claims only"),
            .when(
                "AP 91", "request.auth.audiences", "x", fits: claims(#""aud": ["y", "x"]"#),
                misses: claims(#""aud": ["y", "xx"]"#), why: "the claim `aud`"),
            .when(
                "AP 92", "request.auth.presenter", "p", fits: claims(#""azp": "p""#), misses: claims(#""az": "p""#),
                why: "the claim `azp`"),
            .when(
                "RA 126", "request.auth.claims[scope]", "write", fits: claims(#""scope": "read write""#),
                misses: claims(#""scope": "read rewrite""#), why: "a word"),
            .when("RA 131", "request.auth.claims[level]", "*", misses: claims(#""level": 5"#), why: "no number"),
            .when(
                "RA 134", "request.auth.presenter", "cl*", fits: claims(#""azp": "cli""#),
                misses: claims(#""azp": "c""#), why: "a prefix"),
            .when(
                "", "request.auth.claims[iss]", "i", fits: claims(#""x": 1"#), misses: Ask(),
                why: "the issuer is a claim"),
            RuleCase(
                "AP 93", "{when: [{key: 'request.auth.claims[role]', notValues: [admin]}]}", fits: Ask(),
                misses: claims(#""role": "admin""#), why: "no token has no claim"),
            RuleCase(
                "AP 94", "{when: [{key: 'request.auth.claims[role]', values: ['a*'], notValues: [ab]}]}",
                fits: claims(#""role": ["ac", "ad"]"#), misses: claims(#""role": ["ab", "ac"]"#),
                why: "an element that is excluded"),
            .when(
                "", "request.auth.claims[a]", "*", fits: claims(#""a": "x y""#), misses: claims(#""a": "x\ny""#),
                why: "a line feed is no character of `*`"),
        ])
    func claimValues(_ row: RuleCase) throws { try row.check() }

    @Test(
        "the brackets of a key are a path, or one name",
        arguments: [
            RuleCase.when(
                "", "request.auth.claims[https://x/roles]", "v", fits: claims(#""https://x/roles": "v""#),
                misses: claims(#""https": "v""#), why: "one name"),
            .when(
                "", "request.auth.claims[a[b]]", "v", fits: claims(#""a[b]": "v""#),
                misses: claims(#""a": {"b": "v"}"#), why: "brackets in brackets are one name"),
            .when(
                "", "request.auth.claims[a]x[b]", "v", fits: claims(#""a]x[b": "v""#),
                misses: claims(#""a": {"b": "v"}"#), why: "so is what stands between"),
            .when(
                "", "request.auth.claims[a][b][c]", "v", fits: claims(#""a": {"b": {"c": "v"}}"#),
                misses: claims(#""a": {"b": "v"}"#), why: "three"),
        ])
    func keys(_ row: RuleCase) throws { try row.check() }

    @Test("RA 75, RA 76: both limits of a token's time are inclusive, 60 s beyond it")
    func times() throws {
        let now = Scene.now
        for (claim, time, reason) in [
            ("exp", now - 60, Reason.noPolicyApplies), ("exp", now - 61, .tokenExpired),
            ("nbf", now + 60, .noPolicyApplies), ("nbf", now + 61, .tokenNotYetValid),
        ] {
            let report = try Scene("").report(Ask(claims: #"{"iss": "i", "\#(claim)": \#(time)}"#))
            #expect(report.reason == reason, "\(claim) \(time - now)")
            #expect(report.status == (reason == .noPolicyApplies ? 200 : 401))
        }
    }
}
