import AuthzServer
import AuthzTestSupport
import Testing

/// What proxies are told, each in its terms.
@Suite struct ForwardAuthAnswerTests {
    private static func policies(forwards: Bool = false) -> String {
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: prod}
        spec:
          jwtRules:
          - issuer: https://issuer.example
            jwks: '\(TestSigner.p256.jwks())'
            forwardOriginalToken: \(forwards)
            outputClaimToHeaders: [{header: x-name, claim: name}, {header: x-mail, claim: mail}]
        ---

        """
    }

    private static func bearer(_ claims: String) -> (String, String) {
        let payload = #"{"iss":"https://issuer.example","sub":"alice"\#(claims)}"#
        return ("authorization", "Bearer \(TestSigner.p256.token(payload: payload))")
    }

    /// The headers of an answer, without those that every answer has.
    private func identity(_ reply: CheckFixture.Reply) -> [String: String] {
        #expect(reply.headers["x-authz-decision-id"]?.count == 32)
        return reply.headers.filter { !["x-authz-decision-id", "x-authz-reason"].contains($0.key) }
    }

    @Test("an allow carries what a verified token says", arguments: ForwardAuthPreset.allCases)
    func claims(_ preset: ForwardAuthPreset) throws {
        let fixture = try ForwardAuthFixture(Self.policies(forwards: true))
        let reply = fixture.ask(preset, with: [Self.bearer(#","name":"Alice","mail":"a@example.com""#)])
        #expect(reply.status == 200)
        #expect(identity(reply) == ["x-name": "Alice", "x-mail": "a@example.com"])
    }

    @Test("SR-16: what no token says is taken away, in the way that the proxy knows")
    func removals() throws {
        let fixture = try ForwardAuthFixture(Self.policies())
        let forged = [("x-name", "Mallory")]
        for preset in [ForwardAuthPreset.nginx, .ingressNginx, .traefik] {
            #expect(identity(fixture.ask(preset, with: forged)) == [:], "the proxy drops what it does not find")
        }
        #expect(identity(fixture.ask(.caddy, with: forged)) == ["x-name": "", "x-mail": ""])
        #expect(identity(fixture.ask(.haproxy, with: forged)) == ["x-authz-headers-to-remove": "x-name,x-mail"])

        let named = [Self.bearer(#","name":"Alice""#)]
        #expect(identity(fixture.ask(.nginx, with: named)) == ["x-name": "Alice"])
        #expect(
            identity(fixture.ask(.caddy, with: named)) == ["x-name": "Alice", "x-mail": "", "authorization": ""])
        #expect(
            identity(fixture.ask(.haproxy, with: named))
                == ["x-name": "Alice", "x-authz-headers-to-remove": "authorization,x-mail"])
    }

    @Test(
        "a bad token is 401 with its challenge, about the request that the client sent",
        arguments: ForwardAuthPreset.allCases)
    func challenge(_ preset: ForwardAuthPreset) throws {
        let reply = try ForwardAuthFixture(Self.policies()).ask(preset, with: [("authorization", "Bearer x")])
        #expect(reply.status == 401)
        #expect(reply.headers["x-authz-reason"] == "token-malformed")
        #expect(
            reply.headers["www-authenticate"]
                == #"Bearer realm="https://api.example.com/a", error="invalid_token""#)
    }

    @Test("a denial has no identity in it, and a good token does not lift it", arguments: ForwardAuthPreset.allCases)
    func denial(_ preset: ForwardAuthPreset) throws {
        let fixture = try ForwardAuthFixture(
            Self.policies() + ForwardAuthFixture.deny("to: [{operation: {paths: [/a]}}]"))
        let reply = fixture.ask(preset, with: [Self.bearer(#","name":"Alice""#)])
        #expect(reply.status == 403)
        #expect(reply.body == "RBAC: access denied")
        #expect(identity(reply) == ["content-type": "text/plain"])
        #expect(fixture.ask(preset, Told(uri: "/b"), with: [Self.bearer(#","name":"Alice""#)]).status == 200)
    }

    @Test("a claim that cannot be a header denies", arguments: ForwardAuthPreset.allCases)
    func headerInjection(_ preset: ForwardAuthPreset) throws {
        let reply = try ForwardAuthFixture(Self.policies()).ask(
            preset, with: [Self.bearer(#","name":"a\r\nx-admin: 1""#)])
        #expect(reply.status == 403)
        #expect(reply.headers["x-authz-reason"] == "internal-error")
        #expect(identity(reply) == ["content-type": "text/plain"])
    }

    @Test("a refused gRPC request is 401 or 403 to the proxy", arguments: ForwardAuthPreset.allCases)
    func grpc(_ preset: ForwardAuthPreset) throws {
        let fixture = try ForwardAuthFixture(Self.policies() + ForwardAuthFixture.deny("{}"))
        let type = ("content-type", "application/grpc")
        #expect(fixture.ask(preset, with: [type]).status == 403)
        #expect(fixture.ask(preset, with: [type, ("authorization", "Bearer x")]).status == 401)
    }

    @Test("the reason is told only where that is asked for")
    func reason() throws {
        var settings = CheckSettings()
        settings.forwardAuth = [.nginx]
        let reply = try CheckFixture("", settings: settings).ask(
            "GET", "/workload/prod/api/forward-auth/nginx", headers: Told().headers(.nginx), isTrusted: true)
        #expect(reply.status == 200)
        #expect(Set(reply.headers.keys) == ["x-authz-decision-id"])
    }
}
