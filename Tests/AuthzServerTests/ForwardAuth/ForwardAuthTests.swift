import AuthzServer
import Testing

@Suite struct ForwardAuthTests {
    private static let presets = ForwardAuthPreset.allCases
    private static let targets = presets.filter { $0 != .ingressNginx }

    struct Case: Sendable, CustomTestStringConvertible {
        var rule: String, change: @Sendable (inout Told) -> Void, why: String
        var testDescription: String { why }
    }

    @Test(
        "each fact comes from the preset's own header",
        arguments: presets,
        [
            Case(
                rule: "to: [{operation: {methods: [GET]}}]", change: { $0.method = "POST" }, why: "the method"),
            Case(rule: "to: [{operation: {paths: [/a]}}]", change: { $0.uri = "/b" }, why: "the path"),
            Case(
                rule: "to: [{operation: {hosts: [api.example.com]}}]", change: { $0.host = "other.example.com" },
                why: "the host"),
            Case(
                rule: "when: [{key: 'request.headers[:scheme]', values: [https]}]", change: { $0.scheme = "http" },
                why: "the scheme"),
            Case(
                rule: "from: [{source: {remoteIpBlocks: [203.0.113.0/24]}}]", change: { $0.client = "192.0.2.1" },
                why: "the client's address"),
            Case(
                rule: "from: [{source: {ipBlocks: [203.0.113.0/24]}}]", change: { $0.client = "192.0.2.1" },
                why: "who is the proxy's peer"),
        ])
    func facts(_ preset: ForwardAuthPreset, _ c: Case) throws {
        let fixture = try ForwardAuthFixture(CheckFixture.allow(c.rule))
        var other = Told()
        c.change(&other)
        #expect(fixture.verdict(preset) == "200 allowed-by-policy")
        #expect(fixture.verdict(preset, other) == "403 no-allow-policy-matched")
    }

    @Test("without a method or a URI there is nothing to decide", arguments: presets)
    func missing(_ preset: ForwardAuthPreset) throws {
        let fixture = try ForwardAuthFixture("")
        #expect(fixture.verdict(preset) == "200 no-policy-applies")
        let refusal = preset.refusal
        for change in [\Told.method, \Told.uri] {
            var told = Told()
            told[keyPath: change] = nil
            #expect(fixture.verdict(preset, told) == refusal)
            told[keyPath: change] = ""
            if preset != .ingressNginx || change == \Told.method { #expect(fixture.verdict(preset, told) == refusal) }
        }
        #expect(fixture.ask(preset, headers: []).status != 200)
    }

    @Test("SR-13: a header of the preset that comes twice is a denial, even if it says the same", arguments: presets)
    func repeated(_ preset: ForwardAuthPreset) throws {
        let fixture = try ForwardAuthFixture("")
        for header in Told().headers(preset) {
            #expect(fixture.verdict(preset, with: [header]) == "403 conflicting-headers", "\(header.0)")
            let lowercased = (header.0.lowercased(), "")
            #expect(fixture.verdict(preset, with: [lowercased]) == "403 conflicting-headers", "\(header.0), empty")
        }
    }

    @Test("SR-13: two values in one header are two headers", arguments: targets)
    func joined(_ preset: ForwardAuthPreset) throws {
        let fixture = try ForwardAuthFixture("")
        for told in [
            Told(method: "GET,POST"), Told(host: "a.example,b.example"), Told(scheme: "https,http"),
        ] {
            #expect(fixture.verdict(preset, told) == "403 conflicting-headers")
        }
        #expect(fixture.verdict(preset, Told(uri: "/a,b")) == "200 no-policy-applies", "a path may have a comma")
    }

    @Test("SR-13: a URL in the place of a path must agree with the host and the scheme", arguments: targets)
    func contradictions(_ preset: ForwardAuthPreset) throws {
        let fixture = try ForwardAuthFixture(CheckFixture.allow("to: [{operation: {paths: [/a]}}]"))
        let verdict = { (uri: String) in fixture.verdict(preset, Told(uri: uri)) }
        #expect(verdict("https://api.example.com/a") == "200 allowed-by-policy")
        #expect(verdict("https://API.example.com/a") == "200 allowed-by-policy", "hosts have no case")
        #expect(verdict("https://api.example.com/b") == "403 no-allow-policy-matched")
        #expect(verdict("https://other.example.com/a") == "403 conflicting-headers")
        #expect(verdict("http://api.example.com/a") == "403 conflicting-headers")
        #expect(verdict("a") == preset.refusal, "neither")
    }

    /// Whatever tells of a request somewhere, with a request that `/a` is not.
    private static let foreign: [(String, String)] = [
        ("Forwarded", "for=192.0.2.1;host=evil.example;proto=http"), ("X-Forwarded-Prefix", "/b"),
        ("X-Forwarded-Port", "80"), ("X-Forwarded-Server", "evil"), ("X-Forwarded-Path", "/b"),
        ("X-Original-Path", "/b"), ("X-Original-Forwarded-For", "192.0.2.1"), ("X-Rewrite-URL", "/b"),
        ("X-Envoy-Original-Path", "/b"), ("X-HTTP-Method-Override", "POST"), ("X-Auth-Request-Redirect", "/b"),
        ("X-Sent-From", "evil"), ("X-Scheme", "http"), ("X-Authz-Source-Ip", "192.0.2.1"),
        ("X-Authz-Source-Principal", "spiffe://cluster.local/ns/a/sa/b"),
        ("X-Forwarded-Client-Cert", "URI=spiffe://cluster.local/ns/a/sa/b"), ("X_Original_URI", "/b"),
        ("X.Original.URI", "/b"), ("X_Original_Method", "POST"), ("X_Forwarded_Uri", "/b"), ("X.Forwarded.Uri", "/b"),
        ("X_Forwarded_For", "192.0.2.1"), ("X_Real_IP", "192.0.2.1"), ("X_Forwarded_Host", "evil.example"),
    ]

    @Test("SR-11, SR-12: no other header that tells of a request has a say", arguments: presets)
    func others(_ preset: ForwardAuthPreset) throws {
        let own = Set(Told().headers(preset).map { $0.0.lowercased() })
        let others = Self.presets.flatMap { Told(method: "POST", uri: "/b", host: "evil.example").headers($0) }
        let hostile = (Self.foreign + others).filter { !own.contains($0.0.lowercased()) }
        let fixture = try ForwardAuthFixture(
            CheckFixture.allow(
                """
                to: [{operation: {methods: [GET], paths: [/a], hosts: [api.example.com]}}]
                    from: [{source: {remoteIpBlocks: [203.0.113.9], notPrincipals: []}}]
                """))
        for header in hostile {
            #expect(fixture.verdict(preset, with: [header]) == "200 allowed-by-policy", "\(header)")
        }
        let friendly = Self.presets.flatMap { Told().headers($0) }.filter { !own.contains($0.0.lowercased()) }
        for header in friendly {
            #expect(
                fixture.verdict(preset, Told(uri: "/b"), with: [header]) == "403 no-allow-policy-matched", "\(header)")
        }
    }

    @Test(
        "to policies, headers that tell of a request are unknown: whatever is tested, nothing is won",
        arguments: [
            "x-forwarded-host", "x-forwarded-prefix", "x-forwarded-for", "x-forwarded-proto", "x-original-uri",
            "x-original-url", "forwarded", "x-real-ip", "x-auth-request-redirect", "x-forwarded-client-cert",
            "content-length",
        ])
    func hiddenHeaders(_ name: String) throws {
        let condition = { (values: String) in "when: [{key: 'request.headers[\(name)]', \(values)}]" }
        for values in ["values: ['*']", "notValues: [x]"] {
            for preset in [ForwardAuthPreset.nginx, .traefik] {
                let allowing = try ForwardAuthFixture(CheckFixture.allow(condition(values)))
                #expect(allowing.verdict(preset) == "403 no-allow-policy-matched")
                let denying = try ForwardAuthFixture(ForwardAuthFixture.deny(condition(values)))
                #expect(denying.verdict(preset) == "403 denied-by-policy")
            }
        }
        let rule = "when: [{key: 'request.headers[x-tenant]', values: [acme]}]"
        let neighbor = try ForwardAuthFixture(CheckFixture.allow(rule))
        #expect(neighbor.verdict(.nginx, with: [("x-tenant", "acme")]) == "200 allowed-by-policy")
        #expect(neighbor.verdict(.nginx) == "403 no-allow-policy-matched")
    }

    @Test("lines of a header are tested one by one, as the client sent them", arguments: presets)
    func lines(_ preset: ForwardAuthPreset) throws {
        let rule = "when: [{key: 'request.headers[x-role]', values: [admin]}]"
        let fixture = try ForwardAuthFixture(ForwardAuthFixture.deny(rule))
        #expect(
            fixture.verdict(preset, with: [("x-role", "user"), ("x-role", "admin")]) == "403 denied-by-policy")
        #expect(fixture.verdict(preset, with: [("x-role", "user,admin")]) == "200 no-policy-applies", "one line")
    }

    @Test("SR-12: a header that `connection` names is not there", arguments: presets)
    func connection(_ preset: ForwardAuthPreset) throws {
        let fixture = try ForwardAuthFixture("")
        for header in Told().headers(preset).prefix(2) {
            #expect(fixture.verdict(preset, with: [("connection", "close, \(header.0)")]) == preset.refusal)
        }
        let rule = "when: [{key: 'request.headers[x-tenant]', values: [acme]}]"
        let tenants = try ForwardAuthFixture(CheckFixture.allow(rule))
        #expect(tenants.verdict(preset, with: [("x-tenant", "acme")]) == "200 allowed-by-policy")
        let named = [("x-tenant", "acme"), ("connection", "X-Tenant")]
        #expect(tenants.verdict(preset, with: named) == "403 no-allow-policy-matched")
    }

    @Test("what a proxy does not tell is unknown", arguments: targets)
    func unknown(_ preset: ForwardAuthPreset) throws {
        let told = Told(host: nil, scheme: nil, client: nil)
        for rule in [
            "to: [{operation: {hosts: ['*']}}]", "to: [{operation: {notHosts: [admin.example]}}]",
            "when: [{key: 'request.headers[:scheme]', notValues: [http]}]",
            "when: [{key: 'request.headers[:authority]', notValues: [x]}]",
            "from: [{source: {remoteIpBlocks: [0.0.0.0/0]}}]", "from: [{source: {notIpBlocks: [10.0.0.0/8]}}]",
        ] {
            let allowing = try ForwardAuthFixture(CheckFixture.allow(rule))
            #expect(allowing.verdict(preset, told) == "403 no-allow-policy-matched", "\(rule)")
            #expect(allowing.verdict(preset) == "200 allowed-by-policy", "\(rule)")
            let denying = try ForwardAuthFixture(ForwardAuthFixture.deny(rule))
            #expect(denying.verdict(preset, told) == "403 denied-by-policy", "\(rule)")
        }
    }

    @Test("a peer's certificate, ports and names of TLS are never known", arguments: presets)
    func neverKnown(_ preset: ForwardAuthPreset) throws {
        for rule in [
            "from: [{source: {principals: ['*']}}]", "from: [{source: {notPrincipals: ['*']}}]",
            "to: [{operation: {notPorts: ['8080']}}]", "when: [{key: connection.sni, notValues: [x]}]",
            "when: [{key: destination.ip, notValues: [10.0.0.1]}]",
        ] {
            let fixture = try ForwardAuthFixture(CheckFixture.allow(rule))
            #expect(fixture.verdict(preset) == "403 no-allow-policy-matched", "\(rule)")
        }
    }

    @Test("SR-13: only a trusted proxy is listened to", arguments: presets)
    func untrusted(_ preset: ForwardAuthPreset) throws {
        let fixture = try ForwardAuthFixture("")
        let reply = fixture.ask(preset, isTrusted: false)
        #expect(reply.status == 403)
        #expect(reply.headers["x-authz-reason"] == "untrusted-proxy")
        #expect(fixture.ask(preset).status == 200)
    }

    @Test("a preset that was not asked for is not there", arguments: presets)
    func notServed(_ preset: ForwardAuthPreset) throws {
        var settings = CheckSettings()
        settings.forwardAuth = Set(Self.presets).subtracting([preset])
        let fixture = try CheckFixture("", settings: settings)
        for other in Self.presets {
            let reply = fixture.ask(
                "GET", "/workload/prod/api/forward-auth/\(other.rawValue)", headers: Told().headers(other),
                isTrusted: true)
            #expect(reply.status == (other == preset ? 404 : 200))
        }
    }

    @Test("SR-9: a request that Envoy would refuse is refused in the proxy's terms", arguments: presets)
    func badRequests(_ preset: ForwardAuthPreset) throws {
        let fixture = try ForwardAuthFixture("")
        for told in [
            Told(method: "get"), Told(method: "FOO"), Told(uri: "/a b"), Told(uri: "/a\u{e9}"), Told(uri: "/%00"),
            Told(method: "CONNECT"),
        ] {
            #expect(fixture.verdict(preset, told) == preset.refusal, "\(told)")
        }
    }

    @Test("the answer to a HEAD of the proxy is that to a GET")
    func head() throws {
        let fixture = try ForwardAuthFixture(CheckFixture.allow("to: [{operation: {methods: [GET]}}]")).fixture
        let target = "/workload/prod/api/forward-auth/haproxy"
        for method in ["GET", "HEAD", "POST"] {
            let reply = { (told: String) in
                fixture.ask(method, target, headers: Told(method: told).headers(.haproxy), isTrusted: true).status
            }
            #expect(reply("GET") == 200)
            #expect(reply("POST") == 403)
        }
    }
}

extension ForwardAuthPreset {
    /// The verdict over a request that cannot be read.
    fileprivate var refusal: String {
        switch self {
        case .nginx, .ingressNginx: "403 request-invalid"
        case .traefik, .caddy, .haproxy: "400 request-invalid"
        }
    }
}
