import ArgumentParser
import AuthzCore
import AuthzEngine
import AuthzToken
import Foundation
import Testing

@testable import authz

@Suite struct TokenLimitOptionsTests {
    private static func resolve(_ arguments: [String], _ environment: [String: String] = [:]) throws -> TokenLimits {
        try TokenLimitOptions.parse(arguments).resolve(Environment(values: environment))
    }

    @Test("an option goes before its variable, and that before the default")
    func precedence() throws {
        #expect(try Self.resolve([]) == TokenLimits())
        let variables = [
            "AUTHZ_ALLOW_SYMMETRIC": "true", "AUTHZ_MINIMUM_RSA_BITS": "1024", "AUTHZ_MAXIMUM_TOKEN_BYTES": "100",
        ]
        #expect(
            try Self.resolve([], variables)
                == TokenLimits(allowsSymmetricKeys: true, minimumRSABits: 1024, maximumTokenBytes: 100))
        #expect(
            try Self.resolve(["--minimum-rsa-bits", "4096", "--maximum-token-bytes", "1"], variables)
                == TokenLimits(allowsSymmetricKeys: true, minimumRSABits: 4096, maximumTokenBytes: 1))
    }

    @Test(
        "a number out of its range is refused, as option and as variable; the last one within is not",
        arguments: [
            ("minimum-rsa-bits", "512", "511"), ("minimum-rsa-bits", "16384", "16385"),
            ("maximum-token-bytes", "1", "0"), ("maximum-token-bytes", "1048576", "1048577"),
            ("maximum-token-bytes", "1", "-1"), ("minimum-rsa-bits", "512", "few"),
        ])
    func ranges(_ name: String, _ good: String, _ bad: String) throws {
        let variable = "AUTHZ_" + name.uppercased().replacing("-", with: "_")
        #expect(throws: Never.self) { try Self.resolve(["--\(name)=\(good)"]) }
        #expect(throws: Never.self) { try Self.resolve([], [variable: good]) }
        #expect(throws: (any Error).self) { try Self.resolve(["--\(name)=\(bad)"]) }
        #expect(throws: ValidationError.self) { try Self.resolve([], [variable: bad]) }
    }

    /// Where a key set comes from; the limits act on all but, for symmetric keys, the policy itself.
    enum Place: CaseIterable {
        case inline, file
    }

    private static func decide(
        _ minted: MintedToken, _ limits: TokenLimits, keysIn place: Place
    ) throws -> (reason: String, warnings: [Diagnostic]) {
        let uri = "https://i.example/keys"
        let scratch = try Scratch([
            "keys.json": minted.keySet,
            "p.yaml": """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: r, namespace: n}
            spec:
              jwtRules:
              - issuer: i
                \(place == .inline ? "jwks: '\(minted.keySet)'" : "jwksUri: \(uri)")
            """,
        ])
        var settings = PolicySettings()
        settings.paths = [scratch("p.yaml")]
        settings.limits = limits
        if place == .file { settings.keyFiles = [try PolicySettings.KeyFile("\(uri)=\(scratch("keys.json"))")] }
        let policies = try OfflinePolicies.load(settings)
        let request = "{destination: {namespace: n}, request: {path: /, host: h}, token: \(minted.token)}"
        return (try OfflineFixture.decide(request, by: policies).report.reason.rawValue, policies.warnings)
    }

    struct Case: Sendable {
        var algorithm: SignatureAlgorithm
        var bits = 2048
        var limits: TokenLimits
        var inline: String
        var file: String
        var why: String
    }

    @Test(
        "what a key or token must be acts on keys of the policy and on those beside it",
        arguments: [
            Case(
                algorithm: .hs256, limits: TokenLimits(), inline: "no-policy-applies", file: "token-signature-invalid",
                why: "a symmetric key counts in the policy alone"),
            Case(
                algorithm: .hs256, limits: TokenLimits(allowsSymmetricKeys: true), inline: "no-policy-applies",
                file: "no-policy-applies", why: "and where it is allowed"),
            Case(
                algorithm: .rs256, limits: TokenLimits(), inline: "no-policy-applies", file: "no-policy-applies",
                why: "an RSA key as long as the default asks"),
            Case(
                algorithm: .rs256, limits: TokenLimits(minimumRSABits: 2049), inline: "token-signature-invalid",
                file: "token-signature-invalid", why: "one that is shorter than asked"),
            Case(
                algorithm: .es256, limits: TokenLimits(maximumTokenBytes: 100), inline: "token-too-long",
                file: "token-too-long", why: "a token that is longer than permitted"),
            Case(
                algorithm: .es256, limits: TokenLimits(maximumTokenBytes: 16_384), inline: "no-policy-applies",
                file: "no-policy-applies", why: "and one that is not"),
        ])
    func limits(_ c: Case) throws {
        let key = try #require(SigningKey.generate(for: c.algorithm))
        let minted = try MintedToken(claims: Array(#"{"iss":"i","sub":"s"}"#.utf8), key: key, algorithm: c.algorithm)
        for place in Place.allCases {
            let (reason, warnings) = try Self.decide(minted, c.limits, keysIn: place)
            let expected = place == .inline ? c.inline : c.file
            #expect(reason == expected, "\(c.why): \(place)")
            #expect(warnings.contains { $0.code == .skippedKey } == (expected == "token-signature-invalid"))
        }
    }
}
