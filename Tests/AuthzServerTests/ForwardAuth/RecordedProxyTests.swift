import AuthzServer
import Testing

/// The requests by which Traefik and ingress-nginx ask, header by header.
@Suite struct RecordedProxyTests {
    private static let policies = CheckFixture.allow(
        """
        to: [{operation: {methods: [GET], paths: [/account], hosts: [api.example.com]}}]
            from: [{source: {remoteIpBlocks: [203.0.113.9]}}]
        """)

    /// Traefik's `forwardAuth`, with a client that sent an address and a URI of its own.
    private static func traefik(_ uri: String) -> [(String, String)] {
        [
            ("User-Agent", "curl/8.5.0"), ("Accept", "*/*"), ("Accept-Encoding", "gzip"),
            ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Host", "api.example.com"),
            ("X-Forwarded-Method", "GET"), ("X-Forwarded-Port", "443"), ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Server", "traefik-7d9c"), ("X-Forwarded-Uri", uri), ("X-Real-Ip", "203.0.113.9"),
            ("X-Original-Uri", "/account"), ("X-Forwarded-Prefix", "/account"),
        ]
    }

    /// ingress-nginx's `auth-url`, with the same client.
    private static func ingressNginx(_ uri: String) -> [(String, String)] {
        [
            ("X-Request-ID", "2c5ea4c0406b9a5b"), ("X-Original-URL", "https://api.example.com\(uri)"),
            ("X-Original-Method", "GET"), ("X-Sent-From", "nginx-ingress-controller"), ("X-Real-IP", "203.0.113.9"),
            ("X-Forwarded-For", "203.0.113.9"), ("X-Auth-Request-Redirect", uri), ("user-agent", "curl/8.5.0"),
            ("accept", "*/*"), ("x-forwarded-uri", "/account"), ("x-original-uri", "/account"),
        ]
    }

    @Test("Traefik is understood")
    func traefik() throws {
        let fixture = try ForwardAuthFixture(Self.policies)
        #expect(fixture.ask(.traefik, headers: Self.traefik("/account?next=%2F")).status == 200)
        for uri in ["/admin", "/account/../admin", "/admin?/account", "//account"] {
            #expect(fixture.ask(.traefik, headers: Self.traefik(uri)).status == 403, "\(uri)")
        }
    }

    @Test("a client behind a load balancer is told only by a Traefik that trusts it")
    func loadBalancer() throws {
        let mesh = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data: {mesh: 'defaultConfig: {gatewayTopology: {numTrustedProxies: 1}}'}
            ---

            """
        let fixture = try ForwardAuthFixture(mesh + Self.policies)
        let status = { (addresses: String) in
            let headers = Self.traefik("/account").map { name, value in
                (name, name == "X-Forwarded-For" ? addresses : value)
            }
            return fixture.ask(.traefik, headers: headers).status
        }
        #expect(status("203.0.113.9, 10.0.0.5") == 200, "with `trustForwardHeader`")
        #expect(status("198.51.100.7, 10.0.0.5") == 403)
        #expect(status("203.0.113.9, 198.51.100.7, 10.0.0.5") == 403, "what a client says of itself is none")
        #expect(status("10.0.0.5") == 403, "without it, all have the address of the balancer")
    }

    @Test("ingress-nginx is understood")
    func ingressNginx() throws {
        let fixture = try ForwardAuthFixture(Self.policies)
        #expect(fixture.ask(.ingressNginx, headers: Self.ingressNginx("/account?next=%2F")).status == 200)
        for uri in ["/admin", "/account/../admin", "/admin?/account", "//account"] {
            #expect(fixture.ask(.ingressNginx, headers: Self.ingressNginx(uri)).status == 403, "\(uri)")
        }
    }

    @Test("a WebSocket that Traefik tells of is carried by HTTP")
    func webSocket() throws {
        let fixture = try ForwardAuthFixture(
            CheckFixture.allow("when: [{key: 'request.headers[:scheme]', values: [https]}]"))
        #expect(fixture.ask(.traefik, Told(scheme: "wss")).status == 200)
        #expect(fixture.ask(.traefik, Told(scheme: "ws")).status == 403)
        #expect(fixture.ask(.traefik, Told(scheme: "gopher")).status == 400)
    }
}
