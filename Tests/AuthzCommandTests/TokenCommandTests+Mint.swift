import ArgumentParser
import AuthzCore
import AuthzToken
import Foundation
import Testing

@testable import authz

extension TokenCommandTests {
    private func mint(_ settings: TokenMintSettings) throws {
        let (answers, messages) = (try Capture(), try Capture())
        let console = Console(Self.settings, answers: answers.stream, messages: messages.stream)
        #expect(try TokenMinter(settings, console).run() == 0)
        withExtendedLifetime((answers, messages)) {}
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("the key set is written over no other file that the command names, whatever the paths look like")
    func sameFile() throws {
        let key = try #require(SigningKey.generate(for: .es256)?.pem)
        let scratch = try Scratch(["k.pem": String(decoding: key, as: UTF8.self), "claims.json": "{}", "d/x": ""])
        let files = FileManager.default
        try files.createSymbolicLink(atPath: scratch("link.pem"), withDestinationPath: "k.pem")
        try files.linkItem(atPath: scratch("k.pem"), toPath: scratch("hard.pem"))
        try files.createSymbolicLink(atPath: scratch("folder"), withDestinationPath: "d")
        func resolve(_ options: String...) throws -> TokenMintSettings {
            try TokenMintCommand.parse(options.map { $0.hasPrefix("-") ? $0 : scratch($0) })
                .resolve(Environment(values: [:]))
        }
        for path in ["k.pem", "./k.pem", "d/../k.pem", "link.pem", "hard.pem"] {
            #expect(throws: (any Error).self, "\(path)") { try resolve("--key", "k.pem", "--jwks-out", path) }
        }
        for path in ["new", "./new", "d/../new"] {
            #expect(throws: (any Error).self, "\(path)") { try resolve("--key-out", "new", "--jwks-out", path) }
        }
        #expect(throws: (any Error).self) { try resolve("--key-out", "d/new", "--jwks-out", "folder/new") }
        #expect(throws: (any Error).self) { try resolve("claims.json", "--jwks-out", "claims.json") }
        try mint(resolve("claims.json", "--key", "k.pem", "--jwks-out", "jwks.json"))
        try mint(resolve("--key", "k.pem", "--jwks-out", "jwks.json"))
        try mint(resolve("--key-out", "new", "--jwks-out", "d/new"))
        #expect(try DocumentFile.read(scratch("k.pem")) == key)
    }

    @Test("a link to the new key is found when the key is there")
    func linkToNewKey() throws {
        let scratch = try Scratch(["x": ""])
        try FileManager.default.createSymbolicLink(atPath: scratch("link"), withDestinationPath: "new.pem")
        var settings = TokenMintSettings(claims: "{}", now: Self.now)
        settings.algorithm = .es256
        settings.newKeyPath = scratch("new.pem")
        settings.keySetPath = scratch("link")
        let error = #expect(throws: InputError.self) { try mint(settings) }
        #expect(error?.diagnostics.map(\.code) == [.unwritableOutput])
        #expect(String(decoding: try DocumentFile.read(scratch("new.pem")), as: UTF8.self).contains("PRIVATE KEY"))
    }

    @Test("a key set that is a secret is its owner's alone, also where the file was there; others are for everybody")
    func secretKeySet() throws {
        let scratch = try Scratch(["old.json": String(repeating: "x", count: 10_000)])
        for (algorithm, mode) in [(SignatureAlgorithm.hs256, 0o600), (.es256, 0o644)] {
            for name in ["old.json", "\(algorithm).json"] {
                if name == "old.json" { #expect(chmod(scratch(name), 0o644) == 0) }
                var settings = TokenMintSettings(claims: "{}", now: Self.now)
                settings.algorithm = algorithm
                settings.keySetPath = scratch(name)
                try mint(settings)
                #expect(try permissions(scratch(name)) == mode, "\(name)")
                #expect(try DocumentFile.read(scratch(name)).count < 1000, "what was there is gone")
            }
        }
    }

    @Test(
        "what cannot be written has a code of its own",
        arguments: [("no/file", "no such file or directory"), ("folder", "is a directory")])
    func unwritable(_ name: String, _ reason: String) throws {
        let scratch = try Scratch(["folder/x": ""])
        let path = scratch(name)
        let error = #expect(throws: InputError.self) { try OutputFile.write([1], to: path) }
        let text = DiagnosticRenderer(sources: SourceTexts()).text(of: error?.diagnostics ?? [])
        #expect(text == "\(path):1:1: error: `\(path)` cannot be written: \(reason) [unwritable-output]\n")
    }

    @Test(
        "no token is made for a time that none can name",
        arguments: [("1969-12-31T23:59:59Z", false), ("1970-01-01T00:00:00Z", true)])
    func before1970(_ time: String, _ isGood: Bool) throws {
        func resolve(_ options: [String], _ variables: [String: String] = [:]) throws -> Int64 {
            try TokenMintCommand.parse(options).resolve(Environment(values: variables)).now
        }
        if isGood {
            #expect(try resolve(["--now", time]) == 0)
            #expect(try resolve([], ["AUTHZ_NOW": time]) == 0)
        } else {
            #expect(throws: (any Error).self) { try resolve(["--now", time]) }
            #expect(throws: ValidationError.self) { try resolve([], ["AUTHZ_NOW": time]) }
        }
    }

    @Test(
        "claims that are no JSON are refused in words, with the place",
        arguments: [
            (#"{"iss":"a","sub":1,"sub":2}"#, "1:27", "a member that comes twice in the object that ends here"),
            ("{\n  \"ä\": 1,\n  \"ä\": x}", "3:8", "a character that cannot stand here"),
            ("{\n", "2:1", "the text ends too early"), (#"{} {}"#, "1:4", "something follows the value"),
        ])
    func badClaims(_ claims: String, _ place: String, _ problem: String) throws {
        let expected =
            "\(place): error: the claims are not one JSON object without duplicate members: \(problem) [invalid-token]\n"
        let scratch = try Scratch(["claims.json": claims])
        for (argument, name) in [(claims, "the claims"), (scratch("claims.json"), scratch("claims.json"))] {
            let error = #expect(throws: InputError.self) {
                try mint(TokenMintSettings(claims: argument, now: Self.now))
            }
            let text = DiagnosticRenderer(sources: SourceTexts()).text(of: error?.diagnostics ?? [])
            #expect(text == "\(name):\(expected)")
        }
    }
}
