import Foundation
import Testing

@Suite struct ConfigurationTests {
    private static func authz(_ arguments: [String], in folder: TemporaryFolder, _ environment: [String: String] = [:])
        throws
        -> CommandResult
    {
        let child = try Child(Repository.authz, arguments, in: folder.url, environment: environment)
        return CommandResult(status: try child.exitStatus(), output: try child.output, errors: try child.errors)
    }

    @Test("authz.yaml of the working directory counts, --config names another, and the environment goes before both")
    func files() throws {
        let folder = try TemporaryFolder()
        func provider(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String? {
            let result = try Self.authz(["serve", "--print-config"] + arguments, in: folder, environment)
            #expect(result.status == 0)
            let line = result.output.split(separator: "\n").first { $0.hasPrefix("provider:") }
            return line.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        }
        #expect(try provider([]) == "authz # default")
        try folder.write("provider: one", to: "authz.yaml")
        try folder.write("\nprovider: two", to: "other.yaml")
        #expect(try provider([]) == "one # authz.yaml:1")
        #expect(try provider(["--config", "other.yaml"]) == "two # other.yaml:2")
        #expect(try provider([], ["AUTHZ_CONFIG": "other.yaml"]) == "two # other.yaml:2")
        #expect(try provider([], ["AUTHZ_PROVIDER": "three"]) == "three # environment")
        #expect(try provider(["--provider", "four"], ["AUTHZ_PROVIDER": "three"]) == "four # flag")
    }

    @Test("a file with an unknown key ends a command with 2, the place and what was meant; version does not read it")
    func unknownKey() throws {
        let folder = try TemporaryFolder()
        try folder.write("policies: .\nlisen: 127.0.0.1:1\n", to: "authz.yaml")
        let result = try Self.authz(["serve"], in: folder)
        #expect(result.status == 2)
        #expect(
            result.errors.contains("authz.yaml:2:1: error: unknown field `lisen` in the configuration [unknown-field]"))
        #expect(result.errors.contains("hint: did you mean `listen`?"))
        #expect(try Self.authz(["version"], in: folder).status == 0)
        #expect(try Self.authz(["serve", "--config", "missing.yaml"], in: folder).status == 2)
    }

    @Test("what a file says for the reports of lint and test is no mistake of explain; a variable is one of usage")
    func reportFormat() throws {
        let folder = try TemporaryFolder()
        let policies = Repository.root.appending(path: "policies").path()
        try folder.write("policies: \(policies)\nformat: sarif\n", to: "authz.yaml")
        let request = try folder.write(Repository.text(of: "examples/denied.json"), to: "request.json").path()
        let explained = try Self.authz(["explain", request], in: folder)
        #expect(explained.status == 0 && explained.output.hasPrefix("DENY"), "\(explained.errors)")
        #expect(try Self.authz(["lint"], in: folder).output.contains("\"version\":\"2.1.0\""))
        #expect(try Self.authz(["explain", request], in: folder, ["AUTHZ_FORMAT": "sarif"]).status == 64)
    }

    @Test("where policies/ is missing, the folder that is named for its suites is said to hold policies")
    func missingPolicies() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "mesh"), withIntermediateDirectories: false)
        try folder.write(Repository.text(of: "policies/api.yaml"), to: "mesh/api.yaml")
        try folder.write("tests: [{name: a, destination: {namespace: a}, expect: allow}]", to: "mesh/a_test.yaml")
        let result = try Self.authz(["test", "mesh"], in: folder)
        #expect(result.status == 2)
        #expect(result.errors.hasPrefix("policies/: error: "), "\(result.errors)")
        #expect(result.errors.contains("= hint: name the policies with `-p mesh`\n"), "\(result.errors)")
        #expect(try !Self.authz(["test", "-p", "none", "mesh"], in: folder).errors.contains("hint: name the policies"))
    }

    @Test("an argument behind --config is the command's own")
    func argumentBehindConfig() throws {
        let folder = try TemporaryFolder()
        let policies = Repository.root.appending(path: "policies").path()
        try folder.write("policies: \(policies)", to: "other.yaml")
        let request = try folder.write(Repository.text(of: "examples/denied.json"), to: "request.json").path()
        let explained = try Self.authz(["explain", "--config", "other.yaml", request], in: folder)
        #expect(explained.status == 0, "\(explained.errors)")
        #expect(explained.output.hasPrefix("DENY"))
        let tested = try Self.authz(["test", "--config", "other.yaml", "\(policies)/api_test.yaml"], in: folder)
        #expect(tested.status == 0, "\(tested.errors)")
    }

    @Test("what a file says wrongly ends a command with 2 and the place, what a variable says with 64 and its name")
    func wrongValues() throws {
        let folder = try TemporaryFolder()
        try folder.write("policies: .\ntlsKey: k", to: "authz.yaml")
        let conflict = try Self.authz(["serve"], in: folder)
        #expect(conflict.status == 2)
        #expect(conflict.errors.hasPrefix("authz.yaml:2:1: error: --tls-key asks for --tls-cert"), "\(conflict.errors)")
        try folder.write("workload: a/b", to: "authz.yaml")
        try folder.write("{apiVersion: v1, kind: Pod, metadata: {name: other}}", to: "policies.yaml")
        let unknown = try Self.authz(["serve", "-p", "policies.yaml"], in: folder)
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("authz.yaml:1:1: error: the workload `a/b` is not in the inventory"))
        let variable = try Self.authz(
            ["serve", "-p", "policies.yaml"], in: folder, ["AUTHZ_DRAIN_TIMEOUT": "30h"])
        #expect(variable.status == 64)
        #expect(variable.errors.contains("AUTHZ_DRAIN_TIMEOUT: `30h` is out of range"))
        #expect(variable.errors.contains("Usage: authz serve"))
        let printed = try Self.authz(["serve", "--print-config", "--listen", "x"], in: folder)
        #expect(printed.status == 64)
    }

    @Test("a key set that is written in authz.yaml verifies tokens: of explain, of token verify, and of serve")
    func inlineKeySet() throws {
        let uri = "https://issuer.example/keys"
        let folder = try KeyScene.policies(KeyScene.rule(uri))
        let keySet = KeyScene.keySet([(KeyScene.first, "1")])
        try folder.write("policies: policies.yaml\njwks: {'\(uri)': \(keySet)}", to: "authz.yaml")
        let token = KeyScene.token(KeyScene.first, keyID: "1")
        let verified = try Self.authz(["token", "verify", token], in: folder)
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
        #expect(
            try Self.authz(["token", "verify", KeyScene.token(KeyScene.second, keyID: "1")], in: folder).status == 1)
        let request = "{destination: {workload: production/api}, request: {path: /}, token: \(token)}"
        let file = try folder.write(request, to: "request.yaml").path()
        #expect(try Self.authz(["explain", "--exit-code", file], in: folder).status == 0)
        let server = try RunningServer(
            policies: folder.url.appending(path: "policies.yaml").path(),
            options: ["--config", folder.url.appending(path: "authz.yaml").path()])
        #expect(try server.check("GET", "/", token: token).status == 200)
        #expect(try server.check("GET", "/", token: KeyScene.token(KeyScene.second, keyID: "1")).status == 401)
        server.child.stop(SIGHUP)
        _ = try poll("reload") {
            try HTTP.send("GET", "/metrics", to: server.admin).body
                .contains(#"authz_policy_reload_total{result="success"} 1"#) ? true : nil
        }
        #expect(try server.check("GET", "/", token: token).status == 200)
    }

    @Test("token verify reads authz.yaml; what stands on the command line goes before it")
    func tokenVerify() throws {
        let folder = try TemporaryFolder()
        let token = try TestToken(#"{"iss": "https://auth.example.com", "sub": "alice"}"#, "--alg", "ES256")
        try folder.write(token.keySet, to: "keys.json")
        let keys = ["--jwks", folder.url.appending(path: "keys.json").path()]
        #expect(try Self.authz(["token", "verify"] + keys + [token.token], in: folder).status == 0)
        try folder.write("issuer: https://other.example\nformat: json\n", to: "authz.yaml")
        let other = try Self.authz(["token", "verify"] + keys + [token.token], in: folder)
        #expect(other.status == 1)
        #expect(other.output.hasPrefix("{"))
        let named = ["--issuer", "https://auth.example.com"]
        #expect(try Self.authz(["token", "verify"] + keys + named + [token.token], in: folder).status == 0)
        let printed = try Self.authz(["token", "verify", "--print-config"], in: folder)
        #expect(printed.output.contains(/issuer: https:\/\/other.example +# authz.yaml:1/), "\(printed.output)")
        try folder.write("isuer: x", to: "authz.yaml")
        #expect(try Self.authz(["token", "verify"] + keys + [token.token], in: folder).status == 2)
    }
}
