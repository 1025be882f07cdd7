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
            "verbose: false # environment", #"jwks: {"https://i/?a=b": k.json} # environment"#,
            "drainTimeout: \"3s\" # authz.yaml:1", "decisionLogSample: 0.5 # authz.yaml:2",
            #"workload: "yes" # authz.yaml:4"#, "adminListen: 127.0.0.1:9192 # default", "meshConfig: null # default",
        ] {
            #expect(lines.contains(line), "\(line) in \(lines)")
        }
        #expect(lines.count == ConfigurationKey.all.count { $0.commands.contains(.serve) })
    }

    @Test("what is printed is a file that says the same")
    func isFile() throws {
        let text = try Self.lines(["serve", "-p", "a b", "--workload", "n/w"]).joined(separator: "\n")
        let file = try ConfigurationFile(bytes: Array(text.utf8), file: "printed.yaml")
        #expect(file.values["AUTHZ_POLICIES"]?.texts == ["a b"])
        #expect(file.values["AUTHZ_WORKLOAD"]?.texts == ["n/w"])
        #expect(file.values["AUTHZ_MESH_CONFIG"] == nil)
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
            Case(
                arguments: ["token", "verify", "--config", "a"], command: nil, path: "a",
                why: "a command that reads none"),
            Case(arguments: [], command: nil, path: nil, why: "nothing"),
        ])
    func scan(_ c: Case) {
        let scan = CommandLineScan(c.arguments)
        #expect(scan.command == c.command)
        #expect(scan.configurationPath == c.path)
    }
}
