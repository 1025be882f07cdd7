import ArgumentParser
import AuthzCore
import AuthzToken
import Foundation
import Testing

@testable import authz

extension TokenCommandTests {
    struct Usage: Sendable, CustomTestStringConvertible {
        var options: [String], variables: [String: String] = [:]
        /// What is verified: `signature`, or the issuer and the audiences; `nil` for a wrong usage.
        var verified: String?
        var testDescription: String { "\(options) \(variables)" }
    }

    @Test(
        "nothing that was asked for is left out without a word; options go before variables",
        arguments: [
            Usage(options: [], verified: "any []"),
            Usage(options: ["--issuer", "i", "--audience", "a"], verified: "i [a]"),
            Usage(options: [], variables: ["AUTHZ_ISSUER": "i", "AUTHZ_AUDIENCE": "a,b"], verified: "i [a, b]"),
            Usage(options: ["--signature-only"], verified: "signature"),
            Usage(options: [], variables: ["AUTHZ_SIGNATURE_ONLY": "1"], verified: "signature"),
            Usage(options: ["--signature-only", "--issuer", "i"], verified: nil),
            Usage(options: ["--signature-only", "--audience", "a"], verified: nil),
            Usage(options: [], variables: ["AUTHZ_SIGNATURE_ONLY": "1", "AUTHZ_ISSUER": "i"], verified: nil),
            Usage(options: [], variables: ["AUTHZ_SIGNATURE_ONLY": "1", "AUTHZ_AUDIENCE": "a"], verified: nil),
            Usage(options: ["--signature-only"], variables: ["AUTHZ_ISSUER": "i"], verified: "signature"),
            Usage(options: ["--issuer", "i"], variables: ["AUTHZ_SIGNATURE_ONLY": "1"], verified: "i []"),
            Usage(options: ["--audience", "a"], variables: ["AUTHZ_SIGNATURE_ONLY": "1"], verified: "any [a]"),
            Usage(options: ["--issuer", ""], verified: nil), Usage(options: ["--audience", ""], verified: nil),
            Usage(options: [], variables: ["AUTHZ_ISSUER": ""], verified: nil),
            Usage(options: [], variables: ["AUTHZ_AUDIENCE": ""], verified: nil),
            Usage(options: [], variables: ["AUTHZ_AUDIENCE": ","], verified: nil),
            Usage(options: ["--issuer", "i"], variables: ["AUTHZ_ISSUER": ""], verified: "i []"),
        ])
    func verifyUsage(_ c: Usage) throws {
        func resolve() throws -> TokenVerifySettings {
            try TokenVerifyCommand.parse(["--jwks", "keys.json"] + c.options).resolve(Environment(values: c.variables))
        }
        guard let verified = c.verified else {
            #expect(throws: (any Error).self) { try resolve() }
            return
        }
        let settings = try resolve()
        let claims = "\(settings.issuer ?? "any") [\(settings.audiences.joined(separator: ", "))]"
        #expect((settings.isSignatureOnly ? "signature" : claims) == verified)
    }

    @Test("verify and inspect read lines alike: without the end of lines of Windows, and without `Bearer `")
    func sharedReader() throws {
        let minted = try mint("{}")
        let scratch = try Scratch(["keys.json": minted.keySet])
        let settings = TokenVerifySettings(against: .keySet(scratch("keys.json")), now: Self.now)
        let lines = [
            ("\r\n", true), ("\n", true), ("\r\r\n", false), (" \n", false),
        ].map { (minted.token + $0, $1) }
        let schemes = [
            ("Bearer ", true), ("bearer   ", true), ("BEARER ", true), ("Bearer", false), ("Basic ", false),
            (" ", false),
        ].map { ("\($0)\(minted.token)\n", $1) }
        for (text, isGood) in lines + schemes {
            try withInput(text) { input in
                let status = try verify(input, settings).status
                #expect(status == (isGood ? 0 : 1), "verify \(text.debugDescription)")
            }
            try withInput(text) { input in
                let answers = try Capture()
                let console = Console(Self.settings, answers: answers.stream)
                let status = try TokenInspector(console, now: Self.now).run(input)
                #expect(status == (isGood ? 0 : 1), "inspect \(text.debugDescription)")
                withExtendedLifetime(answers) {}
            }
        }
        #expect(try verify(TokenInput(["Bearer \(minted.token)\r"]), settings).status == 0)
    }

    @Test("--signature-only says what it did not verify, and what the clock skew let pass is said, too")
    func signatureOnly() throws {
        let minted = try mint(#"{"exp":\#(Self.now - 30)}"#)
        let scratch = try Scratch(["keys.json": minted.keySet])
        var settings = TokenVerifySettings(against: .keySet(scratch("keys.json")), now: Self.now)
        let whole = try verify(TokenInput([minted.token]), settings, format: .text)
        #expect(whole.answer.hasPrefix("VALID  ES256"))
        #expect(whole.answer.contains("expired 30 s ago, within the 60 s of clock skew (2025-12-31T23:59:30Z)"))
        #expect(!whole.answer.contains("not verified"))
        settings.now += 31
        #expect(
            try verify(TokenInput([minted.token]), settings, format: .text).answer.contains("  expired 1 min ago ("))
        settings.isSignatureOnly = true
        let text = try verify(TokenInput([minted.token]), settings, format: .text)
        #expect(text.status == 0)
        #expect(text.answer.hasPrefix("SIGNATURE VALID  ES256, key `\(minted.keyID)`\n"))
        #expect(text.answer.hasSuffix("\nnot verified: issuer, audience, times\n"))
        let json = try verify(TokenInput([minted.token]), settings).answer
        #expect(json.hasPrefix(#"{"valid":true,"reason":null,"alg":"ES256","kid":"\#(minted.keyID)","claims":{"exp":"#))
        #expect(json.hasSuffix(#","rule":null,"notVerified":["issuer","audience","times"]}"# + "\n"))
    }

    @Test(
        "inspect says what is wrong in words of its own where a client is told nothing",
        arguments: [
            (#"{"alg":"RS256","crit":["b64"]}"#, 16384, "the header has `crit`, and no extension is understood"),
            (#"{"alg":"RS256"}"#, 20, "longer than 20 bytes"),
            (#"{"alg":"none"}"#, 16384, "Jwt header [alg] is not supported"),
        ])
    func inspectDetail(_ header: String, _ maximum: Int, _ detail: String) throws {
        let pieces = [header, "{}", "signature"].map { Base64URL.encode(Array($0.utf8).span) }
        for format in OutputFormat.allCases {
            let answers = try Capture()
            var output = Self.settings
            output.format = format
            let inspector = TokenInspector(
                Console(output, answers: answers.stream), now: Self.now, maximumTokenBytes: maximum)
            #expect(try inspector.run(TokenInput([pieces.joined(separator: ".")])) == 1)
            let text = try answers.text()
            #expect(text.contains(format == .json ? #""detail":"\#(detail)""# : "  \(detail)\n"), "\(text)")
        }
    }
}
