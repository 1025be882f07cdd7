import AuthzCore
import AuthzEngine
import AuthzServer
import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct CheckResponderTests {
    private static let target = "/workload/prod/api/check"

    @Test("an allow is 200 and nothing else")
    func allowed() throws {
        let fixture = try CheckFixture(CheckFixture.allow("to: [{operation: {methods: [GET]}}]"))
        #expect(fixture.ask("GET", Self.target) == CheckFixture.Reply(status: 200, body: "", headers: [:]))
    }

    @Test("a denial is the proxy's own")
    func denied() throws {
        let fixture = try CheckFixture(CheckFixture.allow("to: [{operation: {methods: [GET]}}]"))
        let denial = CheckFixture.Reply(
            status: 403, body: "RBAC: access denied", headers: ["content-type": "text/plain"])
        #expect(fixture.ask("POST", Self.target) == denial)
    }

    @Test(
        "a workload that nobody knows is denied",
        arguments: ["/workload/prod/other/check/", "/workload/other/api/check/", "/workload//check/", "/check/"])
    func unknownWorkload(_ target: String) throws {
        let fixture = try CheckFixture("")
        let expected = target.hasPrefix("/workload//") ? 404 : 403
        #expect(fixture.ask("GET", target).status == expected)
        #expect(fixture.ask("GET", Self.target).status == 200, "its neighbor has no policy against it")
    }

    @Test("the listener's workload stands for none, and not for an unknown one")
    func defaultWorkload() throws {
        let fixture = try CheckFixture("", defaultWorkload: "prod/api")
        #expect(fixture.ask("GET", "/check/").status == 200)
        #expect(fixture.ask("GET", "/workload/prod/other/check/").status == 403)
    }

    @Test("anything else is not found", arguments: ["/", "/checks", "/healthz", "/metrics", "/v1/explain"])
    func notFound(_ target: String) throws {
        #expect(try CheckFixture("", defaultWorkload: "prod/api").ask("GET", target).status == 404)
    }

    struct PathCase: Sendable, CustomTestStringConvertible {
        var path: String, normalizes: Bool, status: Int, why: String
        var testDescription: String { why }
    }

    @Test(
        "Envoy's paths are taken as they stand, unless it does not normalize",
        arguments: [
            PathCase(path: "/a", normalizes: false, status: 200, why: "as it stands"),
            PathCase(path: "/b/../a", normalizes: false, status: 403, why: "not normalized"),
            PathCase(path: "/b/../a", normalizes: true, status: 200, why: "normalized where asked"),
            PathCase(path: "/a?b", normalizes: false, status: 200, why: "the query is no part of it"),
            PathCase(path: "/a/", normalizes: true, status: 403, why: "another path"),
        ])
    func paths(_ c: PathCase) throws {
        var settings = CheckSettings()
        settings.normalizesEnvoyPaths = c.normalizes
        let fixture = try CheckFixture(CheckFixture.allow("to: [{operation: {paths: [/a]}}]"), settings: settings)
        #expect(fixture.ask("GET", Self.target + c.path).status == c.status)
    }

    @Test("SR-9: a method that Envoy's codec refuses is a bad request", arguments: ["get", "FOO", "GETT"])
    func method(_ method: String) throws {
        #expect(try CheckFixture("").ask(method, Self.target).status == 400)
    }

    struct IdentityCase: Sendable, CustomTestStringConvertible {
        var name: String, value: String, rule: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "an identity counts from a trusted proxy and from nobody else",
        arguments: [
            IdentityCase(
                name: "x-authz-source-principal", value: "spiffe://cluster.local/ns/a/sa/b",
                rule: "from: [{source: {principals: [cluster.local/ns/a/sa/b]}}]", why: "the principal"),
            IdentityCase(
                name: "x-forwarded-client-cert", value: "URI=spiffe://cluster.local/ns/a/sa/b",
                rule: "from: [{source: {namespaces: [a]}}]", why: "the certificate"),
            IdentityCase(
                name: "x-authz-source-ip", value: "10.1.2.3", rule: "from: [{source: {ipBlocks: [10.0.0.0/8]}}]",
                why: "the peer's address"),
            IdentityCase(
                name: "x-authz-remote-ip", value: "10.1.2.3", rule: "from: [{source: {remoteIpBlocks: [10.0.0.0/8]}}]",
                why: "the client's address"),
            IdentityCase(
                name: "x-forwarded-for", value: "10.1.2.3", rule: "from: [{source: {remoteIpBlocks: [10.0.0.0/8]}}]",
                why: "the forwarded address"),
            IdentityCase(
                name: "x-authz-destination-port", value: "8080", rule: "to: [{operation: {ports: ['8080']}}]",
                why: "the port"),
            IdentityCase(
                name: "x-authz-sni", value: "a.example", rule: "when: [{key: connection.sni, values: [a.example]}]",
                why: "the server name"),
            IdentityCase(
                name: "x-authz-source-principal", value: "-", rule: "from: [{source: {notPrincipals: ['*']}}]",
                why: "plaintext, which a negative test asks for"),
        ])
    func identity(_ c: IdentityCase) throws {
        let fixture = try CheckFixture(CheckFixture.allow(c.rule))
        #expect(fixture.ask("GET", Self.target, headers: [(c.name, c.value)], isTrusted: true).status == 200)
        #expect(fixture.ask("GET", Self.target, headers: [(c.name, c.value)], isTrusted: false).status == 403)
        #expect(fixture.ask("GET", Self.target, isTrusted: true).status == 403, "unknown without the header")
    }

    @Test("policies do not see headers of identity, nor those of Envoy's client", arguments: [true, false])
    func hiddenHeaders(isTrusted: Bool) throws {
        for name in ["x-authz-source-principal", "x-forwarded-client-cert", "x-envoy-internal"] {
            let rule = "when: [{key: 'request.headers[\(name)]', values: ['*']}]"
            let reply = try CheckFixture(CheckFixture.allow(rule)).ask(
                "GET", Self.target, headers: [(name, "v")], isTrusted: isTrusted)
            #expect(reply.status == 403, "\(name)")
        }
        let rule = "when: [{key: 'request.headers[x-tenant]', values: ['*']}]"
        let reply = try CheckFixture(CheckFixture.allow(rule)).ask("GET", Self.target, headers: [("x-tenant", "v")])
        #expect(reply.status == 200)
    }

    @Test("SR-10: a joined header that may have been two lines does not slip past a denial")
    func mergedHeaders() throws {
        let fixture = try CheckFixture(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny, namespace: prod}
            spec: {action: DENY, rules: [{when: [{key: 'request.headers[x-role]', values: [admin]}]}]}
            """)
        #expect(fixture.ask("GET", Self.target, headers: [("x-role", "user,admin")]).status == 403)
        #expect(fixture.ask("GET", Self.target, headers: [("x-role", "user,other")]).status == 200)
    }

    @Test("a check that names more headers in `connection` than are looked for is denied", arguments: [64, 65])
    func connectionNames(_ count: Int) throws {
        let names = (0..<count).map { "x-\($0)" }.joined(separator: ",")
        let reply = try CheckFixture("", defaultWorkload: "prod/api").ask(
            "GET", "/check/a", headers: [("connection", names)])
        #expect(reply.status == (count == 64 ? 200 : 400))
    }

    @Test("a refused connection is 403 on the wire")
    func strict() throws {
        let fixture = try CheckFixture(
            """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: prod}
            spec: {mtls: {mode: STRICT}}
            """)
        let plaintext = [("x-authz-source-principal", "-")]
        let mutual = [("x-authz-source-principal", "spiffe://cluster.local/ns/a/sa/b")]
        #expect(fixture.ask("GET", Self.target, headers: plaintext, isTrusted: true).status == 403)
        #expect(fixture.ask("GET", Self.target, headers: mutual, isTrusted: true).status == 200)
    }

    private static func tokenPolicy(_ keys: String, claimHeader: Bool = false, header: String = "x-name") -> String {
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: prod}
        spec:
          jwtRules:
          - issuer: https://issuer.example
            \(keys)
            outputClaimToHeaders: \(claimHeader ? "[{header: \(header), claim: name}]" : "[]")
        ---

        """
    }

    private static let inlineKeys = "jwks: '\(TestSigner.p256.jwks())'"

    private static func bearer(_ claims: String = #""sub":"alice""#) -> (String, String) {
        let payload = #"{"iss":"https://issuer.example",\#(claims)}"#
        return ("authorization", "Bearer \(TestSigner.p256.token(payload: payload))")
    }

    @Test("a bad token is answered as the proxy answers it")
    func badToken() throws {
        let fixture = try CheckFixture(Self.tokenPolicy(Self.inlineKeys))
        let reply = fixture.ask("GET", Self.target + "/a", headers: [("authorization", "Bearer x")])
        #expect(reply.status == 401)
        #expect(reply.body == "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections")
        #expect(
            reply.headers["www-authenticate"]
                == #"Bearer realm="http://api.example/a", error="invalid_token""#)
        #expect(fixture.ask("GET", Self.target + "/a", headers: [Self.bearer()]).status == 200)
    }

    @Test("a refused gRPC request is never 200 here", arguments: [("x", 401), ("none", 403)])
    func grpc(token: String, status: Int) throws {
        let fixture = try CheckFixture(
            Self.tokenPolicy(Self.inlineKeys) + CheckFixture.allow("to: [{operation: {methods: [GET]}}]"))
        var headers = [("content-type", "application/grpc")]
        if token != "none" { headers.append(("authorization", "Bearer \(token)")) }
        #expect(fixture.ask("POST", Self.target + "/a.B/C", headers: headers).status == status)
    }

    @Test("SR-16: claims become headers, a client's own are removed, and the token with them")
    func claimHeaders() throws {
        let fixture = try CheckFixture(Self.tokenPolicy(Self.inlineKeys, claimHeader: true))
        let named = fixture.ask("GET", Self.target, headers: [Self.bearer(#""name":"Alice""#)])
        #expect(named.headers == ["x-name": "Alice", "x-envoy-auth-headers-to-remove": "authorization"])
        let forged = fixture.ask("GET", Self.target, headers: [("x-name", "Mallory")])
        #expect(forged.headers == ["x-envoy-auth-headers-to-remove": "x-name"])
    }

    @Test("a claim that would end the header line denies")
    func headerInjection() throws {
        let fixture = try CheckFixture(Self.tokenPolicy(Self.inlineKeys, claimHeader: true))
        let reply = fixture.ask("GET", Self.target, headers: [Self.bearer(#""name":"a\r\nx-admin: 1""#)])
        #expect(reply.status == 403)
        #expect(reply.headers["x-name"] == nil)
    }

    @Test(
        "a claim is never a header that frames the answer or speaks to the proxy",
        arguments: [
            "content-length", "transfer-encoding", "connection", "content-type", "x-envoy-auth-headers-to-remove",
        ])
    func reservedHeaders(_ name: String) throws {
        let fixture = try CheckFixture(Self.tokenPolicy(Self.inlineKeys, claimHeader: true, header: name))
        let reply = fixture.ask("GET", Self.target, headers: [Self.bearer(#""name":"alice""#)])
        #expect(reply.status == 403 && !reply.headers.values.contains("alice"))
        #expect(fixture.ask("GET", Self.target, headers: [Self.bearer()]).status == 200, "its neighbor has no claim")
    }

    @Test("fetched keys count from the moment they are installed, and bad documents change nothing")
    func installedKeys() throws {
        let fixture = try CheckFixture(Self.tokenPolicy("jwksUri: https://issuer.example/keys"))
        let sources = RemoteKeySource.all(of: fixture.store.current.point)
        #expect(sources.map(\.location) == [.url("https://issuer.example/keys")])
        let names = KeySourceName.all(of: fixture.store.current.point).compactMap(\.self)
        let installer = KeyInstaller(names: names, store: fixture.store, options: KeyOptions())
        let status = { fixture.ask("GET", Self.target, headers: [Self.bearer()]).status }
        #expect(status() == 401)
        #expect(installer.install(Array(TestSigner.p256.jwks().utf8), of: 0) == .installed(keys: 1))
        #expect(status() == 200)
        for document in ["", "<html></html>", "{}", #"{"keys": []}"#, #"{"keys": [{"kty": "EC"}]}"#] {
            guard case .refused = installer.install(Array(document.utf8), of: 0) else {
                Issue.record("`\(document)` was installed")
                continue
            }
        }
        #expect(status() == 200)
        #expect(fixture.store.current.point.generation == 2)
        #expect(installer.install(Array(TestSigner.rsa2048.jwks().utf8), of: 0) == .installed(keys: 1))
        #expect(status() == 401, "SR-30: a key that is gone verifies nothing")
    }
}
