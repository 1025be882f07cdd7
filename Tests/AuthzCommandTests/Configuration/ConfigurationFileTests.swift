import ArgumentParser
import AuthzCore
import AuthzServer
import Testing

@testable import authz

@Suite struct ConfigurationFileTests {
    private static func read(_ text: String, file: String = "authz.yaml") throws -> Environment {
        Environment(values: [:], file: try ConfigurationFile(bytes: Array(text.utf8), file: file))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var text: String, variable: String, values: [String], why: String
        var testDescription: String { why }
    }

    @Test(
        "each kind of value is read",
        arguments: [
            Case(text: "listen: 127.0.0.1:1", variable: "AUTHZ_LISTEN", values: ["127.0.0.1:1"], why: "an address"),
            Case(text: "jwksRefresh: 1m", variable: "AUTHZ_JWKS_REFRESH", values: ["1m"], why: "a duration"),
            Case(text: "decisionLog: true", variable: "AUTHZ_DECISION_LOG", values: ["true"], why: "a flag"),
            Case(
                text: "decisionLogSample: 0.1", variable: "AUTHZ_DECISION_LOG_SAMPLE", values: ["0.1"], why: "a share"),
            Case(text: "minimumRsaBits: 3072", variable: "AUTHZ_MINIMUM_RSA_BITS", values: ["3072"], why: "a number"),
            Case(text: "profile: ambient", variable: "AUTHZ_PROFILE", values: ["ambient"], why: "a choice"),
            Case(text: "provider: p", variable: "AUTHZ_PROVIDER", values: ["p"], why: "a text"),
            Case(
                text: "trustedProxies: 10.0.0.0/8", variable: "AUTHZ_TRUSTED_PROXIES", values: ["10.0.0.0/8"],
                why: "one of a list"),
            Case(text: "policies: [a, /b, '-']", variable: "AUTHZ_POLICIES", values: ["a", "/b", "-"], why: "a list"),
            Case(
                text: "jwks: {'https://i/k?a=b': k.json}", variable: "AUTHZ_JWKS", values: ["https://i/k?a=b=k.json"],
                why: "a mapping"),
            Case(text: "{}", variable: "AUTHZ_LISTEN", values: [], why: "nothing"),
            Case(text: "", variable: "AUTHZ_LISTEN", values: [], why: "no document"),
            Case(text: "listen: null", variable: "AUTHZ_LISTEN", values: [], why: "a key that is null is not there"),
        ])
    func values(_ c: Case) throws {
        #expect(try Self.read(c.text).list(c.variable) == c.values)
    }

    @Test("relative paths are relative to the file")
    func paths() throws {
        let text = "{policies: [a, /b, '-'], meshConfig: m, jwks: {u: k}, workload: n/w}"
        let environment = try Self.read(text, file: "/etc/authz/authz.yaml")
        #expect(environment.list("AUTHZ_POLICIES") == ["/etc/authz/a", "/b", "-"])
        #expect(environment.text("AUTHZ_MESH_CONFIG") == "/etc/authz/m")
        #expect(environment.list("AUTHZ_JWKS") == ["u=/etc/authz/k"])
        #expect(environment.text("AUTHZ_WORKLOAD") == "n/w", "this is none")
    }

    struct Problem: Sendable, CustomTestStringConvertible {
        var text: String, problem: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "what is wrong is said with its place",
        arguments: [
            Problem(
                text: "policies: a\nadminlisten: x",
                problem:
                    "authz.yaml:2:1: unknown field `adminlisten` in the configuration; did you mean `adminListen`?",
                why: "a key that is not known"),
            Problem(
                text: "admin-listen: x",
                problem:
                    "authz.yaml:1:1: unknown field `admin-listen` in the configuration; did you mean `adminListen`?",
                why: "the name of the option"),
            Problem(
                text: "decisionLog: maybe", problem: "authz.yaml:1:14: `decisionLog` is text, not a Boolean; ",
                why: "no flag"),
            Problem(
                text: "failFast: yes", problem: "authz.yaml:1:11: `failFast` is text, not a Boolean; write `true`",
                why: "a flag in other words"),
            Problem(
                text: "coverageMin: '90'",
                problem: "authz.yaml:1:14: `coverageMin` is text, not a number; write it without quotes",
                why: "a number in quotes"),
            Problem(
                text: "logLevel: debug",
                problem: "authz.yaml:1:1: unknown field `logLevel` in the configuration; "
                    + "options stand at the top of the file; `--print-config` shows which there are",
                why: "a key like no other"),
            Problem(
                text: "serve: {listen: here}",
                problem: "authz.yaml:1:1: unknown field `serve` in the configuration; "
                    + "`serve` is a field of no file: options stand at its top, whatever the command",
                why: "a command as a key"),
            Problem(text: "listen: here", problem: "authz.yaml:1:9: `here` is not an address; ", why: "no address"),
            Problem(text: "drainTimeout: 5", problem: "authz.yaml:1:15: `5` is not a time span; ", why: "no unit"),
            Problem(text: "drainTimeout: 25h", problem: "authz.yaml:1:15: `25h` is out of range; ", why: "too long"),
            Problem(text: "jwksRefresh: 1ms", problem: "authz.yaml:1:14: `1ms` is out of range; ", why: "too short"),
            Problem(text: "jwksMaxStale: 721h", problem: "authz.yaml:1:15: `721h` is out of range; ", why: "too old"),
            Problem(
                text: "trustedProxies: [10.0.0.0/8, x]",
                problem: "authz.yaml:1:30: `x` is not a CIDR block, nor `unix`",
                why: "no proxy"),
            Problem(
                text: "jwksBlockedCidrs: x", problem: "authz.yaml:1:19: `x` is not a CIDR block", why: "no block"),
            Problem(
                text: "forwardAuth: [nginx, envoy]", problem: "authz.yaml:1:22: `envoy` is no proxy of --forward-auth",
                why: "no preset"),
            Problem(text: "authzenUrl: a", problem: "authz.yaml:1:13: `a` is no URL such as ", why: "no URL"),
            Problem(text: "trustedClient: '*'", problem: "authz.yaml:1:16: `*` is not a name; ", why: "no name"),
            Problem(text: "policies: []", problem: "authz.yaml:1:1: `policies` is empty; ", why: "no policies"),
            Problem(text: "now: today", problem: "authz.yaml:1:6: `today` is not a time such as ", why: "no time"),
            Problem(
                text: "jwks: {u: [a]}",
                problem: "authz.yaml:1:11: the key set of `u` is a list, not a file or a mapping; ", why: "no key set"),
            Problem(text: "jwks: u", problem: "authz.yaml:1:7: `jwks` is text, not a mapping; ", why: "no mapping"),
            Problem(
                text: "profile: ambiend",
                problem: "authz.yaml:1:10: unknown value `ambiend` of `profile`; did you mean `ambient`?",
                why: "no such choice"),
            Problem(
                text: "minimumRsaBits: 1", problem: "authz.yaml:1:17: `1` is out of range for `minimumRsaBits`; ",
                why: "out of range"),
            Problem(
                text: "decisionLogSample: 1.5",
                problem: "authz.yaml:1:20: `1.5` is not a number from 0 to 1, such as `0.05`",
                why: "more than all"),
            Problem(text: "listen: 127.0.0.1:1\nlisten: 127.0.0.1:2", problem: "authz.yaml:2:1: ", why: "a key twice"),
            Problem(
                text: "a\n---\nb", problem: "authz.yaml:3:1: the configuration has 2 documents; ", why: "two documents"),
            Problem(
                text: "[a]", problem: "authz.yaml:1:1: the configuration is a list, not a mapping; ", why: "no mapping"),
        ])
    func problems(_ c: Problem) throws {
        let error = try #require(throws: InputError.self) { try Self.read(c.text) }
        let first = try #require(error.diagnostics.first { $0.severity == .error })
        #expect("\(first.location): \(first.message); \(first.hint ?? "")".hasPrefix(c.problem), "\(first)")
    }

    @Test("an option goes before the environment, that before the file, and that before the default")
    func precedence() throws {
        func provider(_ arguments: [String], _ variables: [String: String], _ text: String) throws -> String {
            let file = try ConfigurationFile(bytes: Array(text.utf8), file: "authz.yaml")
            return try PolicyOptions.parse(arguments).resolve(Environment(values: variables, file: file)).provider
        }
        let (option, variable, text) = (["--provider", "o"], ["AUTHZ_PROVIDER": "e"], "provider: f")
        #expect(try provider(option, variable, text) == "o")
        #expect(try provider([], variable, text) == "e")
        #expect(try provider([], ["AUTHZ_PROVIDER": ""], text) == "f")
        #expect(try provider([], [:], text) == "f")
        #expect(try provider([], [:], "") == "authz")
    }

    @Test("every option of a command that reads files has a key, and every key an option")
    func complete() {
        let help: [(ConfiguredCommand, String)] = [
            (.serve, ServeCommand.helpMessage()), (.explain, ExplainCommand.helpMessage()),
            (.test, TestCommand.helpMessage()), (.tokenVerify, TokenVerifyCommand.helpMessage()),
        ]
        for (command, text) in help {
            let options = text.split(separator: "\n").compactMap { line in
                line.firstMatch(of: /^  (?:-\w, )?--([a-z0-9-]+)/).map { String($0.1) }
            }
            let keys = ConfigurationKey.all.filter { $0.commands.contains(command) }.map(\.option)
            // What is asked about is no setting.
            let others: Set<String> = ["help", "version", "config", "print-config", "diff-request", "record", "watch"]
            #expect(Set(options).subtracting(others) == Set(keys), "\(command)")
        }
    }

    @Test("every option of a health check has a key")
    func healthcheck() {
        let options = HealthcheckCommand.helpMessage().split(separator: "\n").compactMap { line in
            line.firstMatch(of: /^  (?:-\w, )?--([a-z0-9-]+)/).map { String($0.1) }
        }
        let keys = ConfigurationKey.all.filter { $0.commands.contains(.healthcheck) }.map(\.option)
        #expect(Set(options).subtracting(["help", "version", "config", "print-config"]).isSubset(of: keys))
    }

    @Test("a key set may be written in the file; a variable or an option for others goes before all of them")
    func keySets() throws {
        let text = "jwks:\n  https://a: {keys: [{kty: oct, k: eA}]}\n  https://b: b.json\n"
        let file = try ConfigurationFile(bytes: Array(text.utf8), file: "authz.yaml")
        func settings(_ arguments: [String], _ variables: [String: String] = [:]) throws -> PolicySettings {
            try PolicyOptions.parse(arguments).resolve(Environment(values: variables, file: file))
        }
        let fromFile = try settings([])
        #expect(fromFile.keySets.map(\.uri) == ["https://a"])
        #expect(fromFile.keySets.first.map { "\($0.location)" } == "authz.yaml:2:14")
        #expect(
            fromFile.keySets.first.map { String(decoding: $0.bytes, as: UTF8.self) }
                == #"{"keys":[{"kty":"oct","k":"eA"}]}"#)
        #expect(fromFile.keyFiles.map(\.path) == ["b.json"])
        for other in [try settings([], ["AUTHZ_JWKS": "u=f"]), try settings(["--jwks", "u=f"])] {
            #expect(other.keySets.isEmpty)
            #expect(other.keyFiles.map(\.path) == ["f"])
        }
    }

    struct Conflict: Sendable, CustomTestStringConvertible {
        var text: String, problem: String
        var testDescription: String { problem }
    }

    @Test(
        "what does not go together in the file is said with its place",
        arguments: [
            Conflict(
                text: "\ntlsKey: k",
                problem: "authz.yaml:2:1: --tls-key asks for --tls-cert, the certificate of the key"),
            Conflict(
                text: "tlsClientCa: c",
                problem:
                    "authz.yaml:1:1: --tls-client-ca asks for --tls-cert and --tls-key: without TLS there are no certificates"
            ),
            Conflict(
                text: "trustedClient: c",
                problem: "authz.yaml:1:1: --trusted-client asks for --tls-client-ca, which verifies client certificates"
            ),
            Conflict(
                text: "forwardAuth: nginx",
                problem:
                    "authz.yaml:1:1: --forward-auth needs --trusted-proxies or --tls-client-ca: whoever reaches the port could say who asks for what"
            ),
            Conflict(
                text: "trustedProxies: unix",
                problem: "authz.yaml:1:1: `--trusted-proxies unix` asks for `--listen unix:PATH`"),
            Conflict(
                text: "drainDelay: 11s",
                problem: "authz.yaml:1:1: --drain-delay is part of --drain-timeout, and cannot be longer"),
        ])
    func conflicts(_ c: Conflict) throws {
        let environment = try Self.read(c.text)
        let error = try #require(throws: InputError.self) {
            try ServeOptions.parse([]).resolve(environment, policies: PolicySettings())
        }
        #expect(error.diagnostics.map { "\($0.location): \($0.message)" } == [c.problem])
        #expect(error.diagnostics.map(\.code) == [.conflictingFields])
    }

    @Test("what is wrong with a variable names it")
    func variables() throws {
        for (name, text) in [
            ("AUTHZ_DRAIN_TIMEOUT", "30h"), ("AUTHZ_TRUSTED_PROXIES", "x"), ("AUTHZ_LISTEN", "x"),
            ("AUTHZ_FORWARD_AUTH", "x"), ("AUTHZ_AUTHZEN_URL", "x"), ("AUTHZ_DECISION_LOG_SAMPLE", "2"),
            ("AUTHZ_TLS_KEY", "x"), ("AUTHZ_JWKS_BLOCKED_CIDRS", "x"),
        ] {
            let error = try #require(throws: ValidationError.self) {
                try ServeOptions.parse([]).resolve(Environment(values: [name: text]), policies: PolicySettings())
            }
            #expect(error.message.hasPrefix("\(name): "), "\(error.message)")
        }
    }

    @Test("the defaults that are shown are those that count")
    func defaults() throws {
        let text = ConfigurationKey.all.filter { !$0.defaultText.isEmpty }.map { "\($0.name): \($0.defaultText)\n" }
            .joined()
        let written = try Self.read(text)
        let silent = Environment(values: [:])
        func settings(_ environment: Environment) throws -> String {
            let policies = try PolicyOptions.parse([]).resolve(environment)
            return "\(try ServeOptions.parse([]).resolve(environment, policies: policies).withoutSpelling)"
        }
        // An interval that is named is also the longest, so that one is compared by itself.
        #expect(try settings(written) == settings(silent))
    }
}

extension ServeSettings {
    fileprivate var withoutSpelling: ServeSettings {
        var settings = self
        settings.keySchedule.maximumInterval = .zero
        return settings
    }
}
