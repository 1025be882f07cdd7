import Testing

@testable import authz

@Suite struct ConfigurationListingTests {
    private static func lines(
        _ arguments: [String], _ variables: [String: String] = [:], _ text: String = ""
    ) throws -> [String] {
        let file = try ConfigurationFile(bytes: Array(text.utf8), file: "authz.yaml")
        let listing = ConfigurationListing(
            scan: CommandLineScan(arguments), environment: Environment(values: variables, file: file))
        return listing.lines(of: .serve).map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
    }

    @Test("each option is shown with its value and where that comes from")
    func sources() throws {
        let lines = try Self.lines(
            [
                "serve", "--listen=127.0.0.1:1", "-p", "a", "-p", "b", "--trusted-proxies", "10.0.0.0/8,::1",
                "192.0.2.1", "-q",
            ],
            [
                "AUTHZ_PROVIDER": "p", "AUTHZ_VERBOSE": "0", "AUTHZ_JWKS": "https://i/?a=b=k.json",
                "AUTHZ_LISTEN": "127.0.0.1:2",
            ],
            "drainTimeout: 3s\ndecisionLogSample: 0.5\nlisten: 127.0.0.1:3\nworkload: 'yes'")
        for line in [
            "listen: 127.0.0.1:1 # flag", #"policies: [a, b] # flag"#, "quiet: true # flag",
            #"trustedProxies: ["10.0.0.0/8", "::1", "192.0.2.1"] # flag"#, "provider: p # environment",
            "verbose: false # environment", #"jwks: {"https://i/": k.json} # environment"#,
            "drainTimeout: \"3s\" # authz.yaml:1", "decisionLogSample: 0.5 # authz.yaml:2",
            #"workload: "yes" # authz.yaml:4"#, "adminListen: 127.0.0.1:9192 # default", "meshConfig: null # default",
        ] {
            #expect(lines.contains(line), "\(line) in \(lines)")
        }
        #expect(lines.count == ConfigurationKey.all.count { $0.commands.contains(.serve) })
    }

    @Test("what stands there without an option goes before everything else")
    func arguments() throws {
        let environment = Environment(values: ["AUTHZ_POLICIES": "c", "AUTHZ_FAIL_LEVEL": "error"])
        let scan = CommandLineScan(["lint", "--print-config", "a", "b,c"])
        let listing = ConfigurationListing(
            scan: scan, environment: environment, arguments: ["policies": ["a", "b,c"]])
        let lines = listing.lines(of: .lint)
        #expect(lines.contains { $0.hasPrefix(#"policies: [a, "b,c"] "#) && $0.hasSuffix("# argument") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("failLevel: error ") && $0.hasSuffix("# environment") })
        let none = ConfigurationListing(scan: scan, environment: environment, arguments: ["policies": []])
        #expect(none.lines(of: .lint).contains { $0.hasPrefix("policies: [c] ") && $0.hasSuffix("# environment") })
    }

    @Test("what is printed is a file that says the same")
    func isFile() throws {
        let text = try Self.lines(["serve", "-p", "a b", "--workload", "n/w"]).joined(separator: "\n")
        let file = try ConfigurationFile(bytes: Array(text.utf8), file: "printed.yaml")
        #expect(file.values["AUTHZ_POLICIES"]?.texts == ["a b"])
        #expect(file.values["AUTHZ_WORKLOAD"]?.texts == ["n/w"])
        #expect(file.values["AUTHZ_MESH_CONFIG"] == nil)
    }

    struct Given: Sendable, CustomTestStringConvertible {
        var arguments: [String], option: String, values: [String]?, why: String
        var testDescription: String { why }
    }

    @Test(
        "an option has its own values alone",
        arguments: [
            Given(
                arguments: ["explain", "-p", "a", "r.json"], option: "policies", values: ["a"],
                why: "the request is no policy"),
            Given(
                arguments: ["explain", "--provider", "a", "r.json"], option: "provider", values: ["a"],
                why: "nor is it a provider"),
            Given(arguments: ["explain", "-p=a", "r.json"], option: "policies", values: ["a"], why: "behind a sign"),
            Given(arguments: ["explain", "-vp", "a", "r.json"], option: "policies", values: ["a"], why: "letters"),
            Given(arguments: ["explain", "-vp", "a", "r.json"], option: "verbose", values: [], why: "each counts"),
            Given(
                arguments: ["explain", "--exit-code", "r.json"], option: "exit-code", values: [], why: "a flag has none"
            ),
            Given(arguments: ["explain", "-q", "r.json"], option: "quiet", values: [], why: "a letter that is a flag"),
            Given(
                arguments: ["serve", "--trusted-proxies", "a", "b", "--listen", "c"], option: "trusted-proxies",
                values: ["a", "b"], why: "an option of many words"),
            Given(
                arguments: ["serve", "--jwks", "a=b=c", "--jwks=d=e"], option: "jwks", values: ["a=b=c", "d=e"],
                why: "a value with signs in it"),
            Given(arguments: ["explain", "r.json"], option: "policies", values: nil, why: "none"),
        ])
    func given(_ c: Given) {
        #expect(CommandLineScan(c.arguments).given[c.option] == c.values)
    }

    @Test("key sets that are written in the file are printed as they can be read again")
    func keySets() throws {
        let lines = try Self.lines(["serve"], [:], "jwks: {'https://a': {keys: []}, 'https://b': b.json}")
        let line = try #require(lines.first { $0.hasPrefix("jwks:") })
        #expect(line == #"jwks: {"https://b": b.json, "https://a": {"keys":[]}} # authz.yaml:1"#)
        let again = try ConfigurationFile(bytes: Array(line.utf8), file: "printed.yaml")
        #expect(again.keySets.map(\.uri) == ["https://a"])
        #expect(again.values["AUTHZ_JWKS"]?.texts == ["https://b=b.json"])
    }

    @Test("but for their secrets, and those of their URIs")
    func secrets() throws {
        let lines = try Self.lines(
            ["serve"], [:],
            "jwks: {'https://u:pw@a/k?sig=x': {keys: [{kty: oct, k: c2VjcmV0}, {kty: OKP, x: AAAA, d: c2VjcmV0}]}}")
        let line = try #require(lines.first { $0.hasPrefix("jwks:") })
        #expect(
            line
                == #"jwks: {"https://a/k": {"keys":[{"kty":"oct","k":"••••••••"},{"kty":"OKP","x":"AAAA","d":"••••••••"}]}} # authz.yaml:1"#
        )
    }

    @Test("a long value does not push the sources of the others away")
    func width() throws {
        let file = try ConfigurationFile(
            bytes: Array("jwks: {'https://a': {keys: [\"\(String(repeating: "a", count: 200))\"]}}".utf8),
            file: "a.yaml")
        let listing = ConfigurationListing(
            scan: CommandLineScan(["serve"]), environment: Environment(values: [:], file: file))
        let lines = listing.lines(of: .serve)
        #expect(lines.count { $0.count > 120 } == 1)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: [String], command: ConfiguredCommand?, path: String?, why: String
        var testDescription: String { why }
    }

    @Test(
        "the file is found before the command line is parsed",
        arguments: [
            Case(arguments: ["serve", "--config", "a"], command: .serve, path: "a", why: "two arguments"),
            Case(arguments: ["test", "--config=a=b"], command: .test, path: "a=b", why: "one argument"),
            Case(
                arguments: ["explain", "--", "--config", "a"], command: .explain, path: nil,
                why: "behind the end of options"),
            Case(arguments: [], command: nil, path: nil, why: "nothing"),
            Case(
                arguments: ["explain", "--config", "a", "b.json"], command: .explain, path: "a",
                why: "an argument of the command behind it is no value of it"),
            Case(
                arguments: ["test", "--config", "a", "b", "c"], command: .test, path: "a",
                why: "nor are several of them"),
            Case(
                arguments: ["explain", "--config", "a", "--config=b", "c.json"], command: .explain, path: "b",
                why: "the last one counts"),
            Case(
                arguments: ["token", "verify", "--config", "a", "x.y.z"], command: .tokenVerify, path: "a",
                why: "a command of two words"),
            Case(arguments: ["token", "inspect"], command: nil, path: nil, why: "a command that reads none"),
        ])
    func scan(_ c: Case) {
        let scan = CommandLineScan(c.arguments)
        #expect(scan.command == c.command)
        #expect(scan.configurationPath == c.path)
    }

    @Test("lint assumes that CUSTOM providers allow, and other commands that they deny")
    func assumedAnswer() throws {
        func line(_ arguments: [String], _ command: ConfiguredCommand) -> String? {
            let listing = ConfigurationListing(scan: CommandLineScan(arguments), environment: Environment(values: [:]))
            let lines = listing.lines(of: command).filter { $0.hasPrefix("assumeCustom: ") }
            return lines.first?.split(separator: " ").joined(separator: " ")
        }
        #expect(line(["lint"], .lint) == "assumeCustom: allow # default")
        #expect(line(["explain"], .explain) == "assumeCustom: deny # default")
        #expect(line(["lint", "--assume-custom", "deny"], .lint) == "assumeCustom: deny # flag")
    }
}
