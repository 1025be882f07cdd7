import Foundation
import Testing

@Suite struct ServeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method = "GET"
        var path: String
        var principal: String?
        var token: String?
        var status: Int
        var body = ""
        var why: String

        var testDescription: String { "\(method) \(path): \(why)" }
    }

    @Test(
        "a check is answered as a sidecar would answer",
        arguments: [
            Case(
                path: "/api/v1/orders", principal: Example.frontend, status: 200,
                why: "api-access lets the frontend read"),
            Case(
                path: "/api/v1/orders?limit=1", principal: Example.frontend, status: 200,
                why: "the query is not the path"),
            Case(
                method: "DELETE", path: "/api/v1/orders", principal: Example.frontend, status: 403,
                body: "RBAC: access denied", why: "but not remove"),
            Case(
                path: "/api/v1/orders", principal: Example.stranger, status: 403, body: "RBAC: access denied",
                why: "another namespace's frontend is not ours"),
            Case(
                path: "/api/v1/admin", principal: Example.frontend, status: 403, body: "RBAC: access denied",
                why: "deny-admin, without a token"),
            Case(
                path: "/api/v1/admin", principal: Example.frontend, token: Example.alice, status: 403,
                body: "RBAC: access denied", why: "Alice is not in ops"),
            Case(
                path: "/api/v1/admin", principal: Example.frontend, token: Example.olga, status: 200,
                why: "Olga is in ops"),
            Case(path: "/account", token: Example.alice, status: 200, why: "require-jwt asks for a token alone"),
            Case(path: "/account", status: 403, body: "RBAC: access denied", why: "and here is none"),
            Case(
                path: "/account", token: Example.forged, status: 401, body: "Jwt verification fails",
                why: "a signature over other claims"),
            Case(
                path: "/account", token: "x", status: 401,
                body: "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
                why: "what is no token is not taken for none"),
        ])
    func checks(_ c: Case) throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32")
        let response = try server.check(c.method, c.path, principal: c.principal, token: c.token)
        #expect(response.status == c.status)
        #expect(response.body == c.body)
    }

    @Test("a peer that is not trusted cannot name a principal")
    func untrustedPeer() throws {
        let server = try RunningServer()
        #expect(try server.check("GET", "/api/v1/orders", principal: Example.frontend).status == 403)
        #expect(try server.check("GET", "/account", token: Example.alice).status == 200)
    }

    @Test("the claims of a good token come back as headers, a client's own are removed")
    func claimHeaders() throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32")
        #expect(try server.check("GET", "/account", token: Example.alice).header("x-auth-subject") == "alice")
        let without = try server.check("GET", "/api/v1/orders", principal: Example.frontend)
        #expect(without.header("x-auth-subject") == nil)
        #expect(without.header("x-envoy-auth-headers-to-remove") == "x-auth-subject")
    }

    @Test("it serves without the capabilities of root")
    func withoutCapabilities() throws {
        let dropping = ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all"]
        let server = try RunningServer(policies: "policies", options: [], under: geteuid() == 0 ? dropping : [])
        #expect(try server.check("GET", "/account", token: Example.alice).status == 200)
        #expect(try server.check("GET", "/account").status == 403)
    }

    @Test("a workload that nobody knows is denied")
    func unknownWorkload() throws {
        let server = try RunningServer()
        let path = "/account"
        let token = ["authorization": "Bearer \(Example.alice)"]
        for prefix in ["/workload/production/other/check", "/workload/other/api/check", "/check"] {
            #expect(try HTTP.send("GET", prefix + path, to: server.checks, headers: token).status == 403)
        }
    }

    struct NotHTTP: Sendable, CustomTestStringConvertible {
        var text: String
        var why: String

        var testDescription: String { why }
    }

    @Test(
        "what is not HTTP gets 400 or nothing, and the next request is served",
        arguments: [
            NotHTTP(text: "GET\r\n\r\n", why: "no path and no version"),
            NotHTTP(text: "GET / HTTP/9.9\r\n\r\n", why: "a version that does not exist"),
            NotHTTP(text: "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n", why: "TLS on a plaintext port"),
            NotHTTP(text: request(with: "content-length: x"), why: "a length that is no number"),
            NotHTTP(text: request(with: "content-length: 1\r\ncontent-length: 2"), why: "two lengths"),
            NotHTTP(text: request(with: "x: a\u{0}b"), why: "a NUL in a header (SR-15)"),
            NotHTTP(text: request(with: "no colon"), why: "a header without a colon"),
        ])
    func notHTTP(_ c: NotHTTP) throws {
        let server = try RunningServer()
        #expect(try HTTP.isRefused(c.text, by: server.checks))
        #expect(try server.check("GET", "/account", token: Example.alice).status == 200)
    }

    /// A request that would be allowed, but for one header line.
    private static func request(with line: String) -> String {
        "GET /workload/production/api/check/account HTTP/1.1\r\nhost: a\r\n"
            + "authorization: Bearer \(Example.alice)\r\n\(line)\r\nconnection: close\r\n\r\n"
    }

    @Test("the admin listener says that it is alive and ready")
    func health() throws {
        let server = try RunningServer()
        #expect(try HTTP.send("GET", "/healthz", to: server.admin).status == 200)
        #expect(try HTTP.send("GET", "/readyz", to: server.admin).status == 200)
    }

    @Test("SIGTERM and SIGINT drain and end with 0", arguments: [SIGTERM, SIGINT])
    func drain(_ signal: Int32) throws {
        let server = try RunningServer()
        #expect(try server.check("GET", "/account", token: Example.alice).status == 200)
        server.child.stop(signal)
        #expect(try server.child.exitStatus() == 0)
        #expect(throws: HTTP.SocketError.self) { try server.check("GET", "/account", token: Example.alice) }
    }

    @Test("a port in use is said, with exit 2")
    func portInUse() throws {
        let server = try RunningServer()
        let second = try authz("serve", "--listen", "\(server.checks)", "--admin-listen", "127.0.0.1:0")
        #expect(second.status == 2)
        #expect(second.errors.contains("\(server.checks)"))
        #expect(second.output.isEmpty)
    }

    @Test("of very many problems the first are told, and how many there are")
    func manyProblems() throws {
        let folder = try TemporaryFolder()
        let fields = (0..<300).map { "f\($0): 0" }.joined(separator: ", ")
        let file = try folder.write("{apiVersion: v1, kind: Pod, metadata: {name: a, \(fields)}}", to: "bad.yaml")
        let result = try authz("serve", "--policies", file.path(), "--listen", "127.0.0.1:0")
        #expect(result.status == 2)
        #expect(result.errors.matches(of: /\[unknown-field\]/).count == 100)
        #expect(result.errors.hasSuffix("authz: 200 more problems are not shown\n"))
    }

    @Test("bad policies are not served: exit 2 and each problem with its place")
    func badPolicies() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata:
              name: typo
            spec:
              rules:
              - from:
                - source:
                    namespace: ["billing"]
                    ipBlocks: ["10.0.0.0/33"]
            """, to: "typo.yaml")
        let result = try authz("serve", "--policies", file.path(), "--listen", "127.0.0.1:0")
        #expect(result.status == 2)
        #expect(result.errors.contains("typo.yaml:9:9: error: unknown field `namespace`"))
        #expect(result.errors.contains("typo.yaml:10:20: error: `10.0.0.0/33` is not a CIDR block"))
    }

    @Test(
        "-q leaves the decisions that --decision-log asks for, and without that hides them", arguments: [true, false])
    func quietDecisions(_ logsDecisions: Bool) throws {
        let server = try logsDecisions ? RunningServer("-q", "--decision-log") : RunningServer("-q")
        _ = try server.check("GET", "/account")
        server.child.stop()
        #expect(try server.child.exitStatus() == 0)
        let errors = try server.child.errors
        #expect(errors.contains(#""message":"decision""#) == logsDecisions)
        #expect(!errors.contains("service"), "nothing else is logged: \(errors)")
    }
}
