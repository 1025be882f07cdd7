import Foundation
import Testing

/// Key sets over the network: `token verify --jwks URL`, and `--fetch-jwks` of the commands that decide offline.
@Suite struct KeyFetchTests {
    private let server: KeyServer
    private let folder: TemporaryFolder
    private let token: TestToken
    private let issuer: String

    init() throws {
        server = try KeyServer()
        folder = try TemporaryFolder()
        issuer = server.url("/issuer")
        token = try TestToken(#"{"iss": "\#(issuer)", "sub": "alice"}"#, "--alg", "ES256")
        try server.serve(token.keySet, at: "/keys.json")
        try server.serve("<html>Sign in</html>", at: "/html")
        try server.serve(#"{"keys": []}"#, at: "/empty.json")
        try server.serve(
            #"{"issuer": "\#(issuer)", "jwks_uri": "\#(server.url("/keys.json"))"}"#,
            at: "/issuer/.well-known/openid-configuration")
    }

    private func policies(_ rules: String, name: String = "policies.yaml") throws -> String {
        try folder.write(
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: jwt, namespace: shop}
            spec:
              jwtRules:
            \(rules)
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: cart, namespace: shop, labels: {app: cart}}
            """, to: name
        ).path()
    }

    private func request() throws -> String {
        try folder.write(
            "{destination: {workload: shop/cart}, request: {path: /}, token: \(token.token)}", to: "request.yaml"
        ).path()
    }

    @Test("a key set is fetched from a URL, over http only where that is allowed")
    func url() throws {
        let url = server.url("/keys.json")
        let allowed = try authz("token", "verify", "--jwks", url, "--allow-http-jwks", token.token)
        #expect(allowed.status == 0)
        #expect(allowed.errors == "")
        let refused = try authz("token", "verify", "--jwks", url, token.token)
        #expect(refused.status == 2)
        #expect(
            refused.errors
                == "\(url):1:1: error: it cannot be fetched: only https is fetched; `--allow-http-jwks` permits http [unreadable-input]\n"
        )
        #expect(try server.count(of: "/keys.json") == 1)
    }

    @Test("SR-29: what is no key set, or must not be reached, is bad input with its reason")
    func badURLs() throws {
        for (url, reason) in [
            (server.url("/missing.json"), "it cannot be fetched: the answer has status 404"),
            (server.url("/html"), "the key set cannot be used: Jwks is an invalid JSON"),
            (server.url("/metadata"), "it cannot be fetched: connections to 169.254.169.254 are not permitted"),
            ("http://169.254.169.254/keys", "it cannot be fetched: connections to 169.254.169.254 are not permitted"),
            ("http://127.0.0.1:1/keys", "it cannot be fetched: "),
            ("HTTP://user:secret@127.0.0.1:1/keys?secret", "it cannot be fetched: "),
        ] {
            let result = try authz("token", "verify", "--jwks", url, "--allow-http-jwks", token.token)
            #expect(result.status == 2, "\(url)")
            #expect(result.output == "")
            #expect(result.errors.contains(reason), "\(result.errors)")
            #expect(!result.errors.contains("secret"))
        }
        let empty = try authz("token", "verify", "--jwks", server.url("/empty.json"), "--allow-http-jwks", token.token)
        #expect(empty.status == 1)
        #expect(empty.output.contains("keys-unavailable"))
    }

    @Test("explain, test and token verify fetch what rules name, by URI and by discovery, and only under the option")
    func fetched() throws {
        let policies = try policies(
            "  - {issuer: \"\(issuer)\"}\n  - {issuer: b, jwksUri: \"\(server.url("/keys.json"))\"}")
        let suite = try folder.write(
            """
            tests:
              - {name: t, destination: {workload: shop/cart}, request: {path: /}, token: \(token.token), expect: allow}
            ---
            description: again, with settings of its own
            mesh: {trustDomain: td}
            tests:
              - {name: t, destination: {workload: shop/cart}, request: {path: /}, token: \(token.token), expect: allow}
            """, to: "a_test.yaml"
        ).path()
        let commands = [
            ["explain", "--exit-code", try request()], ["test", suite], ["token", "verify", token.token],
        ]
        for command in commands {
            let without = try Child(Repository.authz, command + ["-p", policies, "--allow-http-jwks"])
            #expect(try without.exitStatus() == 1)
            #expect(try without.output.contains("fetch them with `--fetch-jwks`"))
            #expect(try without.errors == "")
        }
        #expect(try server.count(of: "/keys.json") == 0)
        for command in commands {
            let child = try Child(Repository.authz, command + ["-p", policies, "--fetch-jwks", "--allow-http-jwks"])
            #expect(try child.exitStatus() == 0, "\(command)")
            #expect(try child.errors == "")
        }
        // Each command asks each place once: for its URI and for what discovery names, though there are two suites.
        #expect(try server.count(of: "/issuer/.well-known/openid-configuration") == 3)
        #expect(try server.count(of: "/keys.json") == 6)
    }

    @Test("what cannot be fetched is a warning with its reason, and the rule has no keys")
    func failures() throws {
        let rules = [
            ("/missing.json", "the answer has status 404"), ("/html", "Jwks is an invalid JSON"),
            ("/empty.json", "Jwks doesn't have any valid public key"),
            ("/metadata", "connections to 169.254.169.254 are not permitted"),
        ]
        for (path, reason) in rules {
            let policies = try policies("  - {issuer: \"\(issuer)\", jwksUri: \"\(server.url(path))\"}")
            let options = ["-p", policies, "--fetch-jwks", "--allow-http-jwks"]
            for command in [["explain", try request()], ["token", "verify", token.token]] {
                let child = try Child(Repository.authz, command + options)
                #expect(try child.exitStatus() == (command[0] == "explain" ? 0 : 1))
                let (output, errors) = (try child.output, try child.errors)
                #expect(output.contains("there are no keys"), "\(output)")
                #expect(output.contains(reason), "the answer names the failure: \(output)")
                #expect(
                    errors.hasPrefix(
                        "\(policies):6:5: warning: the keys of this rule cannot be fetched from `\(server.url(path))`: "
                    ))
                #expect(errors.contains(reason))
            }
        }
        let refused = try policies("  - {issuer: \"\(issuer)\", jwksUri: \"\(server.url("/keys.json"))\"}")
        let plain = try authz("explain", "-p", refused, "--fetch-jwks", try request())
        #expect(plain.errors.contains("only https is fetched; `--allow-http-jwks` permits http [keys-not-fetched]"))
        #expect(try server.count(of: "/keys.json") == 0)
    }

    @Test("a source that does not answer delays the others by its timeout at most")
    func stalled() throws {
        let stalled = (0..<16).map {
            "  - {issuer: i\($0), jwksUri: \"\(server.url("/stall"))?\($0)\", timeout: 6s}\n"
        }
        let policies = try policies(
            stalled.joined() + "  - {issuer: \"\(issuer)\", jwksUri: \"\(server.url("/keys.json"))\"}")
        let start = ContinuousClock.now
        let result = try authz("token", "verify", "-p", policies, "--fetch-jwks", "--allow-http-jwks", token.token)
        #expect(result.status == 0)
        #expect(result.errors.matches(of: /timed out \[keys-not-fetched\]/).count == 16)
        // One after the other they would take 96 seconds.
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    struct Served: Sendable, CustomTestStringConvertible {
        var algorithm: String
        var options: [String] = []
        var status: Int
        var testDescription: String { "\(algorithm) \(options.joined(separator: " ")): \(status)" }
    }

    @Test(
        "a server keeps the same bounds for the keys that it fetches and the tokens it is sent",
        arguments: [
            Served(algorithm: "HS256", status: 401),
            Served(algorithm: "HS256", options: ["--allow-symmetric"], status: 200),
            Served(algorithm: "RS256", status: 200),
            Served(algorithm: "RS256", options: ["--minimum-rsa-bits", "2049"], status: 401),
            Served(algorithm: "ES256", options: ["--maximum-token-bytes", "100"], status: 401),
            Served(algorithm: "ES256", options: ["--maximum-token-bytes", "1000"], status: 200),
        ])
    func served(_ c: Served) throws {
        let token = try TestToken(#"{"iss": "\#(issuer)", "sub": "alice"}"#, "--alg", c.algorithm)
        try server.serve(token.keySet, at: "/served.json")
        let policies = try folder.write(
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: jwt, namespace: production}
            spec: {jwtRules: [{issuer: "\(issuer)", jwksUri: "\(server.url("/served.json"))"}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: api, namespace: production}
            """, to: "served.yaml")
        let running = try RunningServer(policies: policies.path(), options: ["--allow-http-jwks"] + c.options)
        try poll("keys") { try HTTP.send("GET", "/readyz", to: running.admin).status == 200 ? () : nil }
        #expect(try running.check("GET", "/", token: token.token).status == c.status)
        #expect(try running.check("GET", "/", token: token.signed + ".AAAA").status == 401)
        #expect(try running.check("GET", "/").status == 200)
    }
}
