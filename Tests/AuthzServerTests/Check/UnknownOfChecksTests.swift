import AuthzCore
import AuthzServer
import AuthzTestSupport
import Testing

/// What an HTTP check of Envoy cannot tell, or what is not to be believed in it.
@Suite struct UnknownOfChecksTests {
    private static let target = "/workload/prod/api/check/a"
    private static let peer = "spiffe://cluster.local/ns/a/sa/b"

    struct Scheme: Sendable, CustomTestStringConvertible {
        var headers: [[String]], isTrusted = true, isHTTPS: Bool?, why: String
        var testDescription: String { why }
    }

    @Test(
        "the scheme is that of mutual TLS, or what the proxy says; otherwise it is unknown",
        arguments: [
            Scheme(headers: [["x-authz-source-principal", peer]], isHTTPS: true, why: "mutual TLS"),
            Scheme(headers: [], isHTTPS: nil, why: "nothing is told"),
            Scheme(
                headers: [["x-authz-source-principal", "-"]], isHTTPS: nil, why: "TLS without a certificate, or none"),
            Scheme(headers: [["x-forwarded-proto", "https"]], isHTTPS: true, why: "the proxy says so"),
            Scheme(headers: [["x-forwarded-proto", "http"]], isHTTPS: false, why: "or the opposite"),
            Scheme(headers: [["x-forwarded-proto", "https,http"]], isHTTPS: nil, why: "or two things"),
            Scheme(headers: [["x-forwarded-proto", "ftp"]], isHTTPS: nil, why: "or something else"),
            Scheme(
                headers: [["x-forwarded-proto", "https"]], isTrusted: false, isHTTPS: nil, why: "a stranger says so"),
            Scheme(
                headers: [["x-authz-source-principal", peer]], isTrusted: false, isHTTPS: nil,
                why: "a stranger names a peer"),
        ])
    func scheme(_ c: Scheme) throws {
        let status = { (policies: String) in
            try CheckFixture(policies).ask(
                "GET", Self.target, headers: c.headers.map { ($0[0], $0[1]) }, isTrusted: c.isTrusted
            ).status
        }
        let test = { (values: String) in "when: [{key: 'request.headers[:scheme]', \(values)}]" }
        #expect(try status(ForwardAuthFixture.deny(test("values: [https]"))) == (c.isHTTPS == false ? 200 : 403))
        #expect(try status(CheckFixture.allow(test("values: [https]"))) == (c.isHTTPS == true ? 200 : 403))
        #expect(try status(CheckFixture.allow(test("notValues: [https]"))) == (c.isHTTPS == false ? 200 : 403))
    }

    @Test("AP 6: a check without a host is a bad request")
    func host() throws {
        let fixture = try CheckFixture(CheckFixture.allow("to: [{operation: {notHosts: [admin.example.com]}}]"))
        #expect(fixture.ask("GET", Self.target).status == 200)
        #expect(fixture.ask("GET", Self.target, host: nil).status == 400)
    }

    @Test(
        "SR-12: a header that `connection` names is not there",
        arguments: ["%", "close, %", "X-A,\t% ,keep-alive"])
    func connection(_ list: String) throws {
        func status(_ rule: String, _ name: String, _ value: String, named: Bool = true) throws -> Int {
            let connection = list.replacing("%", with: named ? name.uppercased() : "x-other")
            return try CheckFixture(CheckFixture.allow(rule)).ask(
                "GET", Self.target, headers: [(name, value), ("connection", connection)], isTrusted: true
            ).status
        }
        let principals = "from: [{source: {principals: [cluster.local/ns/a/sa/b]}}]"
        let cases = [
            (principals, "x-authz-source-principal", Self.peer),
            (principals, "x-forwarded-client-cert", "Hash=ab;URI=\(Self.peer)"),
            ("from: [{source: {ipBlocks: [10.0.0.1]}}]", "x-authz-source-ip", "10.0.0.1"),
            ("from: [{source: {remoteIpBlocks: [10.0.0.1]}}]", "x-forwarded-for", "10.0.0.1"),
            ("when: [{key: 'request.headers[x-role]', values: [admin]}]", "x-role", "admin"),
        ]
        for (rule, name, value) in cases {
            #expect(try status(rule, name, value) == 403, "\(name)")
            #expect(try status(rule, name, value, named: false) == 200, "\(name)")
        }
        let upgrade = "when: [{key: 'request.headers[upgrade]', values: [websocket]}]"
        #expect(try status(upgrade, "upgrade", "websocket") == 200, "what a connection is upgraded to stays")
    }

    @Test("an identity header that comes twice is a denial in the words of who asks, and counts from nobody else")
    func repeatedIdentity() throws {
        let headers = [("x-authz-source-ip", "10.0.0.1"), ("x-authz-source-ip", "10.0.0.1")]
        let check = try CheckFixture("")
        #expect(check.ask("GET", Self.target, headers: headers, isTrusted: true).status == 403)
        #expect(check.ask("GET", Self.target, headers: headers).status == 200)
        let document = #"{"destination": {"workload": "prod/api"}, "request": {}}"#
        #expect(check.ask("POST", "/v1/check", headers: headers, body: document, isTrusted: true).status == 200)
        let forwarded = try ForwardAuthFixture("")
        for preset in ForwardAuthPreset.allCases {
            #expect(forwarded.verdict(preset, with: headers) == "403 conflicting-headers")
            #expect(forwarded.verdict(preset, with: Array(headers.prefix(1))) == "200 no-policy-applies")
        }
    }

    // MARK: Aliases

    private static let tokens = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: prod}
        spec:
          jwtRules:
          - issuer: a
            jwks: '\(TestSigner.p256.jwks())'
            outputClaimToHeaders:
            - {header: x-auth-subject, claim: sub}
            - {header: x-auth-role, claim: role}
            - {header: x_auth_tenant, claim: tenant}
        ---

        """

    @Test(
        "SR-11: names that some servers take for those of tokens go away where that is asked for",
        arguments: [true, false])
    func aliases(_ removes: Bool) throws {
        var settings = CheckSettings()
        settings.removesHeaderAliases = removes
        let fixture = try CheckFixture(Self.tokens, settings: settings)
        let token = TestSigner.p256.token(payload: #"{"iss":"a","sub":"alice"}"#)
        let reply = fixture.ask(
            "GET", Self.target,
            headers: [
                ("authorization", "Bearer \(token)"), ("X_Auth_Subject", "olga"), ("x.auth-role", "admin"),
                ("x_auth_tenant", "acme"), ("x-auth-tenant", "acme"), ("x-auth.tenant", "acme"),
                ("x_auth_subject", "olga"), ("x_auth_subjects", "a"), ("x_other", "b"), ("x-auth-subject", "olga"),
            ])
        #expect(reply.status == 200)
        #expect(reply.headers["x-auth-subject"] == "alice")
        let names = reply.headers["x-envoy-auth-headers-to-remove"]?.split(separator: ",").map(String.init) ?? []
        let plain = ["authorization", "x-auth-role", "x_auth_tenant"]
        let spelled = [
            "x_auth_role", "x.auth.role", "x-auth-tenant", "x.auth.tenant", "x_auth_subject", "x.auth.subject",
        ]
        #expect(names.sorted() == (plain + (removes ? spelled + ["x.auth-role", "x-auth.tenant"] : [])).sorted())
        // Envoy's HTTP service sends only the headers that it is told to.
        let few = fixture.ask("GET", Self.target).headers["x-envoy-auth-headers-to-remove"]?.split(separator: ",")
        #expect(few?.contains("x_auth_subject") == removes)
    }

    // MARK: Claims

    @Test("a claim that no header can hold gives one decision, whoever asks", arguments: [false, true])
    func controlCharacters(_ opens: Bool) throws {
        var settings = CheckSettings()
        settings.explains = true
        settings.answersAccess = true
        let fixture = try CheckFixture(Self.tokens, defaultWorkload: "prod/api", settings: settings, failsOpen: opens)
        let token = TestSigner.p256.token(payload: #"{"iss":"a","sub":"alice\nx-admin: 1"}"#)
        let check = fixture.ask("GET", Self.target, headers: [("authorization", "Bearer \(token)")])
        #expect(check.status == (opens ? 200 : 403) && check.headers["x-auth-subject"] == nil)
        let document = #"{"destination": {"workload": "prod/api"}, "request": {}, "token": "\#(token)"}"#
        let expected = #"{"outcome":"\#(opens ? "allow" : "deny")","status":\#(opens ? 200 : 403),"#
        for path in ["/v1/check", "/v1/explain"] {
            let reply = fixture.ask("POST", path, body: document)
            #expect(reply.body.hasPrefix(expected), "\(reply.body)")
            #expect(reply.body.contains(#""reason":"internal-error""#))
            #expect(reply.body.contains(#""headers":{"set":{}"#))
        }
        let explained = fixture.ask("POST", "/v1/explain", body: document)
        #expect(explained.body.contains("the header `x-auth-subject` would hold a control character of a claim"))
        let question =
            #"{"subject": {"type": "user", "id": "a\nb"}, "action": {"name": "r"}, "resource": {"type": "t", "id": "1"}}"#
        let answer = fixture.ask(
            "POST", "/access/v1/evaluation", headers: [("content-type", "application/json")], body: question)
        #expect(answer.body.hasPrefix(#"{"decision":\#(opens),"context":{"reason":"internal-error""#))
    }
}
