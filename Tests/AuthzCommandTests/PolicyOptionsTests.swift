import ArgumentParser
import AuthzPolicy
import AuthzServer
import Testing

@testable import authz

@Suite struct PolicyOptionsTests {
    private static func resolve(_ arguments: [String], _ environment: [String: String] = [:]) throws -> PolicySettings {
        try PolicyOptions.parse(arguments).resolve(Environment(values: environment))
    }

    @Test("an option goes before its variable, and that before the default")
    func precedence() throws {
        #expect(try Self.resolve([]).paths == ["policies/"])
        let variables = [
            "AUTHZ_POLICIES": "a,b", "AUTHZ_PROVIDER": "p", "AUTHZ_ASSUME_CUSTOM": "allow", "AUTHZ_MESH_CONFIG": "m",
            "AUTHZ_JWKS": "u=f", "AUTHZ_PROFILE": "ambient",
        ]
        let fromEnvironment = try Self.resolve([], variables)
        #expect(fromEnvironment.paths == ["a", "b"])
        #expect(fromEnvironment.provider == "p")
        #expect(fromEnvironment.assumedCustomAnswer == .allow)
        #expect(fromEnvironment.meshConfigPath == "m")
        #expect(try Self.resolve([]).profile == .sidecar)
        #expect(fromEnvironment.profile == .ambient)
        #expect(fromEnvironment.keyFiles.map(\.uri) == ["u"])
        let fromOptions = try Self.resolve(
            [
                "-p", "x", "--policies", "y", "--provider", "q", "--assume-custom", "deny", "--mesh-config", "n",
                "--jwks", "https://i/?a=b=keys.json", "--profile", "sidecar",
            ], variables)
        #expect(fromOptions.paths == ["x", "y"])
        #expect(fromOptions.provider == "q")
        #expect(fromOptions.assumedCustomAnswer == .deny)
        #expect(fromOptions.meshConfigPath == "n")
        #expect(fromOptions.profile == .sidecar)
        #expect(fromOptions.keyFiles.map(\.uri) == ["https://i/?a=b"])
        #expect(fromOptions.keyFiles.map(\.path) == ["keys.json"])
    }

    @Test("who assumes another answer of providers does so where nobody says anything")
    func assumedAnswer() throws {
        func answer(_ arguments: [String], _ variables: [String: String] = [:]) throws -> CustomAnswer {
            let options = try PolicyOptions.parse(arguments)
            return try options.resolve(Environment(values: variables), assuming: .allow).assumedCustomAnswer
        }
        #expect(try answer([]) == .allow)
        #expect(try answer(["--assume-custom", "deny"]) == .deny)
        #expect(try answer([], ["AUTHZ_ASSUME_CUSTOM": "deny"]) == .deny)
        #expect(try Self.resolve([]).assumedCustomAnswer == .deny)
    }

    @Test("keys are fetched only where the option or its variable says so, and the command has it")
    func fetching() throws {
        func resolve(_ arguments: [String], _ environment: [String: String] = [:]) throws -> KeyFetchSettings {
            let options = try KeyFetchOptions.parse(arguments)
            return try PolicyOptions.parse([]).resolve(Environment(values: environment), fetching: options).fetching
        }
        #expect(try !resolve([]).isOn)
        #expect(try !resolve(["--allow-http-jwks"]).isOn)
        #expect(try resolve(["--fetch-jwks"]).isOn)
        #expect(try !resolve(["--fetch-jwks"]).fetcher.limits.allowsHTTP)
        #expect(try resolve([], ["AUTHZ_FETCH_JWKS": "1", "AUTHZ_ALLOW_HTTP_JWKS": "1"]).isOn)
        #expect(try resolve([], ["AUTHZ_FETCH_JWKS": "1", "AUTHZ_ALLOW_HTTP_JWKS": "1"]).fetcher.limits.allowsHTTP)
        #expect(throws: ValidationError.self) { try resolve([], ["AUTHZ_FETCH_JWKS": "maybe"]) }
        #expect(try !Self.resolve([], ["AUTHZ_FETCH_JWKS": "1"]).fetching.isOn, "serve has no such option")
    }

    @Test("what is not of the form is refused", arguments: ["u", "=f", "u=", ""])
    func badKeyFile(_ text: String) {
        #expect(throws: ValidationError.self) { try PolicySettings.KeyFile(text) }
    }

    @Test("a variable with a value that is none of the option's is refused")
    func badVariable() {
        #expect(throws: ValidationError.self) { try Self.resolve([], ["AUTHZ_ASSUME_CUSTOM": "maybe"]) }
        #expect(throws: ValidationError.self) { try Self.resolve([], ["AUTHZ_PROFILE": "ztunnel"]) }
        #expect(throws: ValidationError.self) { try Environment(values: ["X": "maybe"]).flag("X") }
    }
}
