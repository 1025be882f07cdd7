import Foundation
import Testing

/// Whatever a token meets, its signature is not written: whoever reads a log or a terminal could use it.
@Suite struct TokenSecrecyTests {
    /// A peer that the policies let in as far as the token.
    private static let parties = """
        source: {principal: cluster.local/ns/production/sa/frontend}
        destination: {workload: production/api, port: 8080}
        """
    private static let inline = parties.replacing("\n", with: ", ")

    @Test("SR-41: no output but that of mint holds the signature of a token, errors and logs included")
    func commands() throws {
        let folder = try TemporaryFolder()
        let token = try TestToken(
            #"{"iss": "https://auth.example.com", "sub": "alice", "aud": ["api.example.com"], "exp": 1}"#, "--alg",
            "ES256")
        let keys = try folder.write(token.keySet, to: "keys.json").path()
        let destination = Self.parties
        func file(_ text: String, _ name: String) throws -> String { try folder.write(text, to: name).path() }
        let header = "\(destination)\nrequest: {path: /account, headers: {authorization: Bearer \(token.token)}}\n"
        let shorthand = "\(destination)\nrequest: {path: /account}\ntoken: \(token.token)\n"
        let other = "\(destination)\nrequest: {path: /account/\(token.token), headers: {x-tenant: \(token.token)}}\n"
        let suite = """
            tests:
              - {name: one, \(Self.inline), request: {path: [/a, /b]}, token: [\(token.token), null], expect: allow}
            """
        let commands = [
            ["token", "verify", "--jwks", keys, token.token], ["token", "verify", "--jwks", keys, "\(token.token)x"],
            ["token", "verify", token.token], ["token", "verify", "-v", "-p", "policies", token.token],
            ["token", "inspect", token.token], ["token", "inspect", "Bearer \(token.token)"],
            ["token", "inspect", "\(token.token).x"], ["token", token.token], [token.token],
            ["token", "verify", "--jwks", token.token, token.token], ["token", "verify", "--token", token.token],
            ["token", "mint", token.token], ["token", "mint", "{}", token.token],
            ["token", "mint", "--key", token.token],
            ["token", "inspect", "--now", token.token], ["explain", token.token], ["explain", "a", token.token],
            ["explain", "--assume-custom", token.token, "a"], ["explain", "-p", token.token, "a"],
            ["explain", "-v", try file(header, "header.yaml")], ["explain", "-v", try file(shorthand, "token.yaml")],
            ["explain", "-v", try file(other, "other.yaml")],
            ["explain", try file("tokens: \(token.token)\n", "unknown.yaml")],
            ["explain", try file("\(destination)\ntoken: {\(token.token): 1}\n", "field.yaml")],
            ["test", "-v", try file(suite, "a_test.yaml")], ["test", token.token],
        ]
        for command in commands {
            for format in [[], ["--format", "json"]] {
                let child = try Child(Repository.authz, command + format)
                _ = try child.exitStatus()
                let text = try child.output + child.errors
                #expect(!text.isEmpty)
                #expect(!text.contains(token.signature), "\(command): \(text)")
            }
        }
    }

    @Test(
        "SR-41: a token in the URL is in the headers of a decision in JSON, as the client gets them, and nowhere else")
    func url() throws {
        let folder = try TemporaryFolder()
        let token = try TestToken(#"{"iss": "https://auth.example.com", "exp": 1}"#, "--alg", "ES256")
        let request =
            "{\(Self.inline), request: {path: \"//a?access_token=\(token.token)\"}}"
        let file = try folder.write(request, to: "request.yaml").path()
        let text = try authz("explain", "-v", file)
        #expect(text.output.contains("…"))
        #expect(!text.output.contains(token.signature))
        let json = try authz("explain", "-v", "--format", "json", file)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let headers = try #require(object["responseHeaders"] as? [String: String])
        #expect(headers["www-authenticate"]?.contains(token.signed) == true)
        let layers = try JSONSerialization.data(withJSONObject: try #require(object["layers"]))
        #expect(String(decoding: layers, as: UTF8.self).contains("access_token="))
        #expect(!String(decoding: layers, as: UTF8.self).contains(token.signature))
    }

    @Test("SR-41: inspect and verify show a token within a token without its signature")
    func nested() throws {
        let folder = try TemporaryFolder()
        let inner = try TestToken(#"{"iss": "https://auth.example.com"}"#, "--alg", "ES256")
        let outer = try TestToken(
            #"{"act": "\#(inner.token)", "list": ["Bearer \#(inner.token)"], "sub": "a"}"#, "--alg", "ES256")
        let keys = try folder.write(outer.keySet, to: "keys.json").path()
        for command in [["inspect"], ["verify", "--jwks", keys]] {
            for format in ["text", "json"] {
                let child = try Child(Repository.authz, ["token"] + command + ["--format", format, outer.token])
                #expect(try child.exitStatus() == 0)
                let output = try child.output
                #expect(output.matches(of: /\.…"/).count == 2)
                #expect(!output.contains(inner.signature) && output.contains(inner.signed))
                if format == "json" {
                    let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
                    #expect((object?["claims"] as? [String: Any])?["sub"] as? String == "a")
                }
            }
        }
    }

    @Test("the log of decisions and the answers of checks hold no signature")
    func serving() throws {
        let token = try String(Repository.text(of: "examples/tokens/alice.jwt").prefix { $0 != "\n" })
        let signature = try #require(token.split(separator: ".").last)
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32", "--decision-log", "-v")
        for path in ["/account", "/account?access_token=\(token)", "/account/\(token)", "//a?access_token=\(token)x"] {
            let reply = try server.check("GET", path, token: path == "/account" ? token : nil)
            #expect(!reply.body.contains(signature))
            #expect(!reply.headers.contains { $0.value.contains(signature) && $0.name != "location" })
        }
        _ = try server.check("GET", "/account", token: token + "x", headers: ["x-tenant": token])
        try poll("five decisions") { try server.child.errors.matches(of: /"message":"decision"/).count >= 5 ? () : nil }
        #expect(try !server.child.errors.contains(signature))
    }

    @Test("user, password and query of the URI of a key set are in no message, log or answer")
    func keySetURI() throws {
        let folder = try KeyScene.policies(KeyScene.rule("https://other.example/keys"))
        let broken = try folder.write("{", to: "broken.jwks").path()
        let keys = try folder.write(KeyScene.keySet([(KeyScene.first, "1")]), to: "keys.jwks").path()
        let uri = "https://user:SECRET1@issuer.example/keys?token=SECRET2"
        let refused = try authz("serve", "-p", folder.url.path(), "--jwks", "\(uri)=\(broken)")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("the key set of `https://issuer.example/keys` cannot be used"))
        #expect(!refused.errors.contains("SECRET"))
        let server = try RunningServer(policies: folder.url.path(), options: ["--jwks", "\(uri)=\(keys)"])
        try folder.write("{", to: "keys.jwks")
        try folder.write("{apiVersion: v1, kind: Pod, metadata: {name: more}}", to: "more.yaml")
        let status = try poll("refusal") { () -> String? in
            let status = try HTTP.send("GET", "/readyz?verbose", to: server.admin).body
            return status.contains("cannot be used") ? status : nil
        }
        #expect(!status.contains("SECRET"))
        let log = try server.child.errors
        #expect(log.contains("no rule takes its keys from `https://issuer.example/keys`"))
        #expect(!log.contains("SECRET"))
    }
}
