import Foundation
import Testing

/// Real proxies that ask by forward-auth, with the configurations of their examples.
@Suite struct ForwardAuthTests {
    private static let kinds = RunningProxy.Kind.allCases

    /// A proxy before a server that knows the reference policies, and one more: `/open` is open to all.
    private static func start(
        _ kind: RunningProxy.Kind, trusting block: String = "127.0.0.1/32"
    ) throws -> RunningProxy {
        let folder = try TemporaryFolder()
        let open = try folder.write(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: open, namespace: production}
            spec:
              selector: {matchLabels: {app: api}}
              rules: [{to: [{operation: {paths: [/open], methods: [GET]}}]}]
            """, to: "open.yaml")
        let server = try RunningServer(
            "--policies", open.path(), "--trusted-proxies", block, "--forward-auth", kind.rawValue)
        return try RunningProxy(kind, asking: server)
    }

    @Test("a proxy lets through what the policies allow and nothing else", arguments: kinds)
    func decisions(_ kind: RunningProxy.Kind) throws {
        let proxy = try Self.start(kind)
        let account = try proxy.send("GET", "/account/orders?limit=1", token: Example.alice)
        #expect(account.status == 200)
        #expect(account.body == "the api, called by alice\n")
        #expect(try proxy.send("GET", "/open").status == 200)
        #expect(try proxy.send("POST", "/open").status == 403, "the method is that of the client")
        #expect(try proxy.send("GET", "/other", token: Example.alice).status == 403)
        let missing = try proxy.send("GET", "/account/orders")
        #expect(missing.status == 403)
        if kind != .nginx { #expect(missing.body == "RBAC: access denied") }
    }

    @Test("a bad token is 401 with its challenge", arguments: kinds)
    func tokens(_ kind: RunningProxy.Kind) throws {
        let proxy = try Self.start(kind)
        let expired = try authz(
            "token", "mint", "-q", "--alg", "ES256",
            #"{"iss":"https://auth.example.com","sub":"alice","aud":"api.example.com","exp":1000000000}"#
        ).output.split(separator: "\n").first.map(String.init)
        for token in [Example.forged, try #require(expired), "x"] {
            let reply = try proxy.send("GET", "/account", token: token)
            #expect(reply.status == 401)
            #expect(
                reply.header("www-authenticate")
                    == #"Bearer realm="http://api.example.com/account", error="invalid_token""#)
            #expect(!reply.body.contains("the api"))
        }
        #expect(try proxy.send("GET", "/account", token: Example.alice).status == 200)
    }

    @Test(
        "SR-1 to SR-4: what is decided is the path that the upstream gets, however it is spelled", arguments: kinds,
        [
            ("/account/../other", 403), ("/account/%2e%2e/other", 403), ("/account/..%2Fother", 403),
            ("//other", 403), ("/other?/account", 403), ("/other#/account", 403), ("/other%3F/account", 403),
            ("//account", 200), ("/x/../account", 200), ("/x/%2e%2e/account", 200), ("/%61ccount", 200),
            ("/account?/other", 200),
        ])
    func spellings(_ kind: RunningProxy.Kind, _ path: (text: String, status: Int)) throws {
        let proxy = try Self.start(kind)
        let status = try proxy.send("GET", path.text, token: Example.alice).status
        // Some proxies refuse a fragment or a wrong path themselves.
        #expect(status == path.status || path.status == 403 && status == 400, "\(status)")
    }

    @Test("SR-12: a client cannot tell of another request than its own", arguments: kinds)
    func injectedRequests(_ kind: RunningProxy.Kind) throws {
        let proxy = try Self.start(kind)
        let names = [
            "x-original-uri", "x-original-url", "x-forwarded-uri", "x_original_uri", "x.forwarded.uri",
            "x-forwarded-prefix", "x-rewrite-url",
        ]
        for name in names {
            let reply = try proxy.send("GET", "/other", token: Example.alice, headers: [name: "/account"])
            #expect(reply.status == 403, "\(name)")
        }
        let methods = ["x-original-method", "x-forwarded-method", "x-http-method-override"]
        for name in methods {
            #expect(try proxy.send("POST", "/open", headers: [name: "GET"]).status == 403, "\(name)")
        }
        let named = ["connection": "close, x-original-uri, x-forwarded-uri"]
        #expect(try proxy.send("GET", "/other", token: Example.alice, headers: named).status != 200)
    }

    @Test("SR-10: every line of a header is told", arguments: kinds)
    func lines(_ kind: RunningProxy.Kind) throws {
        let folder = try TemporaryFolder()
        let policies = try folder.write(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: api, namespace: production, labels: {app: api}}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: roles, namespace: production}
            spec: {action: DENY, rules: [{when: [{key: "request.headers[x-role]", values: [admin]}]}]}
            """, to: "policies.yaml")
        let server = try RunningServer(
            policies: policies.path(), "--trusted-proxies", "127.0.0.1/32", "--forward-auth", kind.rawValue)
        let proxy = try RunningProxy(kind, asking: server)
        let status = { (roles: [String]) in
            let lines = ["GET /a HTTP/1.1", "host: a", "connection: close"] + roles.map { "x-role: \($0)" }
            return try HTTP.parse(
                HTTP.exchange(lines.joined(separator: "\r\n") + "\r\n\r\n", with: proxy.listener)
            ).status
        }
        for roles in [["admin"], ["user", "admin"], ["admin", "user"], ["user", "admin", "guest"]] {
            #expect(try status(roles) == 403, "\(roles)")
        }
        for roles in [[], ["user"], ["user", "guest"]] { #expect(try status(roles) == 200, "\(roles)") }
    }

    @Test("a target that is a URL is read for its path", arguments: kinds)
    func urls(_ kind: RunningProxy.Kind) throws {
        let proxy = try Self.start(kind)
        let status = { (path: String) in
            let head = "GET http://api.example.com\(path) HTTP/1.1\r\nhost: api.example.com\r\nconnection: close\r\n"
            return try HTTP.parse(
                HTTP.exchange("\(head)authorization: Bearer \(Example.alice)\r\n\r\n", with: proxy.listener)
            ).status
        }
        #expect(try status("/account") == 200)
        #expect(try status("/other") == 403)
        #expect(try status("/account/../other?/account") == 403)
        #expect(try status("//other") == 403)
    }

    private static func status(of lines: String..., from proxy: RunningProxy) throws -> Int {
        let head = lines + ["connection: close"]
        return try HTTP.parse(
            HTTP.exchange(head.joined(separator: "\r\n") + "\r\n\r\n", with: proxy.listener)
        ).status
    }

    @Test("the host that is decided is the one by which the proxy chooses what it serves", arguments: kinds)
    func hosts(_ kind: RunningProxy.Kind) throws {
        let folder = try TemporaryFolder()
        let policies = try folder.write(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: api, namespace: production, labels: {app: api}}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: hosts, namespace: production}
            spec: {rules: [{to: [{operation: {hosts: [public.example]}}]}]}
            """, to: "policies.yaml")
        let server = try RunningServer(
            policies: policies.path(), "--trusted-proxies", "127.0.0.1/32", "--forward-auth", kind.rawValue)
        let proxy = try RunningProxy(kind, asking: server)
        let status = { (target: String, host: String) in
            try Self.status(of: "GET \(target) HTTP/1.1", "host: \(host)", from: proxy)
        }
        #expect(try status("/a", "public.example") == 200)
        #expect(try status("/a", "admin.example") == 403)
        #expect(try status("http://public.example/a", "public.example") == 200)
        // Some proxies refuse such a request themselves.
        let others = [
            ("http://admin.example/a", "public.example"), ("/a", "admin.example,public.example"),
            ("/a", "public.example,admin.example"), ("http://admin.example/a", "admin.example,public.example"),
        ]
        for (target, host) in others {
            let found = try status(target, host)
            #expect(found == 403 || found == 400, "\(target) \(host): \(found)")
        }
    }

    @Test("a repeated header of an identity is a denial, and no failure", arguments: kinds)
    func repeatedIdentity(_ kind: RunningProxy.Kind) throws {
        let proxy = try Self.start(kind)
        let line = "x-authz-source-ip: 10.0.0.1"
        #expect(try Self.status(of: "GET /open HTTP/1.1", "host: a", line, from: proxy) == 200)
        #expect(try Self.status(of: "GET /open HTTP/1.1", "host: a", line, line, from: proxy) == 403)
    }

    @Test("a request for the whole server, or for a URL without a path, is decided")
    func targetsWithoutPath() throws {
        let proxy = try Self.start(.haproxy)
        #expect(
            try Self.status(of: "OPTIONS * HTTP/1.1", "host: a", from: proxy) == 404, "as Envoy, which has no route")
        #expect(try Self.status(of: "GET http://a HTTP/1.1", "host: a", from: proxy) == 403)
    }

    @Test("SR-12: a client cannot have the header of a claim stopped on its way", arguments: kinds)
    func stoppedIdentity(_ kind: RunningProxy.Kind) throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32", "--forward-auth", kind.rawValue)
        let echo = try HeaderEcho()
        let proxy = try RunningProxy(kind, asking: server, before: echo.address)
        for list in ["close, X-Auth-Subject", "x-auth-subject", "x-tenant,x-auth-subject ,close"] {
            let reply = try proxy.send(
                "GET", "/account", token: Example.alice, headers: ["connection": list, "x-tenant": "acme"])
            guard reply.status == 200 else {
                #expect(reply.status == 400)
                continue
            }
            let lines = HeaderEcho.lines(of: reply)
            #expect(lines.contains("x-auth-subject: alice"))
            #expect(!lines.contains { $0.hasPrefix("connection:") && $0.lowercased().contains("subject") })
        }
        #expect(try proxy.send("GET", "/account", token: Example.alice, headers: ["connection": "close"]).status == 200)
    }

    @Test("SR-11, SR-16: a client cannot pass for somebody by the header of a claim", arguments: kinds)
    func injectedIdentity(_ kind: RunningProxy.Kind) throws {
        let proxy = try Self.start(kind)
        for name in ["x-auth-subject", "X-Auth-Subject"] {
            let headers = [name: "olga"]
            #expect(try proxy.send("GET", "/open", headers: headers).body == "the api, called by \n")
            #expect(
                try proxy.send("GET", "/account", token: Example.alice, headers: headers).body
                    == "the api, called by alice\n")
        }
    }

    @Test("SR-11: nor by a name that some servers take for it", arguments: kinds)
    func aliases(_ kind: RunningProxy.Kind) throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32", "--forward-auth", kind.rawValue)
        let echo = try HeaderEcho()
        let proxy = try RunningProxy(kind, asking: server, before: echo.address)
        let headers = [
            "x_auth_subject": "olga", "x.auth.subject": "olga", "X-Auth-Subject": "olga", "x-tenant": "acme",
        ]
        let reply = try proxy.send("GET", "/account", token: Example.alice, headers: headers)
        #expect(reply.status == 200)
        let lines = HeaderEcho.lines(of: reply)
        #expect(lines.filter { $0.contains("subject") } == ["x-auth-subject: alice"])
        #expect(lines.contains("x-tenant: acme"))
        #expect(!reply.body.contains("olga"))
        #expect(!lines.contains { $0.hasPrefix("x-authz-") })
    }

    @Test("a client's address is the one that the proxy sees", arguments: kinds)
    func addresses(_ kind: RunningProxy.Kind) throws {
        let folder = try TemporaryFolder()
        let policies = try folder.write(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: api, namespace: production, labels: {app: api}}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: addresses, namespace: production}
            spec:
              rules:
              - to: [{operation: {paths: [/here]}}]
                from: [{source: {remoteIpBlocks: [127.0.0.0/8], ipBlocks: [127.0.0.0/8]}}]
              - to: [{operation: {paths: [/there]}}]
                from: [{source: {remoteIpBlocks: [203.0.113.0/24]}}, {source: {ipBlocks: [203.0.113.0/24]}}]
            """, to: "policies.yaml")
        let server = try RunningServer(
            policies: policies.path(), "--trusted-proxies", "127.0.0.1/32", "--forward-auth", kind.rawValue)
        let proxy = try RunningProxy(kind, asking: server)
        let headers = ["x-forwarded-for": "203.0.113.9", "x-real-ip": "203.0.113.9", "forwarded": "for=203.0.113.9"]
        #expect(try proxy.send("GET", "/here", headers: headers).status == 200)
        #expect(try proxy.send("GET", "/there", headers: headers).status == 403)
    }

    @Test("without a trusted proxy, and without authz, nothing passes", arguments: kinds)
    func failClosed(_ kind: RunningProxy.Kind) throws {
        let stranger = try Self.start(kind, trusting: "192.0.2.0/24")
        #expect(try stranger.send("GET", "/open").status == 403)

        let proxy = try Self.start(kind)
        #expect(try proxy.send("GET", "/open").status == 200)
        proxy.server.child.stop(SIGKILL)
        #expect(try proxy.server.child.exitStatus() == -SIGKILL)
        let status = try proxy.send("GET", "/open").status
        #expect((500...599).contains(status), "\(status)")
    }

    @Test("--forward-auth asks for --trusted-proxies, and for proxies that it knows")
    func usage() throws {
        let alone = try authz("serve", "--forward-auth", "nginx")
        #expect(alone.status == 64)
        #expect(alone.errors.contains("--forward-auth needs --trusted-proxies"))
        let unknown = try authz("serve", "--trusted-proxies", "127.0.0.1/32", "--forward-auth", "nginx,apache")
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("`apache` is no proxy of --forward-auth"))
    }
}
