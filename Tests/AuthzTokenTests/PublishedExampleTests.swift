import AuthzCore
import Foundation
import Testing

@testable import AuthzToken

/// The examples of RFC 7515 A.5 and A.6, RFC 7517 appendix A, RFC 7519, RFC 7520 section 4, RFC 7638 and RFC 8037 appendix A.
///
/// `Vectors/rfc7520-section-4.jsonl` holds those of RFC 7520 as its authors publish them (github.com/ietf-jose/cookbook, public
/// domain), one line for each signature, with the public members of its key.
@Suite struct PublishedExampleTests {
    struct Example: Decodable, Sendable, CustomTestStringConvertible {
        var name: String, algorithm: String, key: String, signed: String, signature: String
        /// The JWS JSON Serialization that holds the signature.
        var json: String
        var testDescription: String { name }

        /// Whether header and algorithm are all protected, so that there is a compact form.
        var isCompact: Bool { !signed.hasPrefix(".") }
    }

    static func examples() throws -> [Example] {
        let file = try #require(
            Bundle.module.url(forResource: "rfc7520-section-4", withExtension: "jsonl", subdirectory: "Vectors"))
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Example.self, from: Data($0.utf8))
        }
    }

    private static func keys(_ keys: String...) throws -> KeySet {
        try KeySet(jwks: Array("{\"keys\":[\(keys.joined(separator: ","))]}".utf8).span, origin: .inline)
    }

    private static func status(_ token: String, _ keys: KeySet) -> TokenStatus {
        var workspace = TokenWorkspace()
        return verifySignature(of: Array(token.utf8).span, keys: keys, maximumBytes: 16384, in: &workspace)
    }

    @Test(
        "RFC 7520 section 4: each signature verifies with its key, not with one byte changed", arguments: try examples()
    )
    func cookbook(_ example: Example) throws {
        let keys = try Self.keys(example.key)
        let key = try #require(keys.keys.first)
        let algorithm = try #require(SignatureAlgorithm.allCases.first { "\($0.name)" == example.algorithm })
        var signature: [UInt8] = []
        let encoded = Array(example.signature.utf8)
        #expect(Base64URL.decode(encoded.span, into: &signature) == [])
        let signed = Array(example.signed.utf8)
        func isValid(_ signature: [UInt8], _ signed: [UInt8]) -> Bool {
            key.isValid(signature.span, of: signed.span, algorithm: algorithm)
        }
        #expect(isValid(signature, signed))
        #expect(!isValid(signature, signed + [0x41]))
        signature[signature.count / 2] ^= 1
        #expect(!isValid(signature, signed))
    }

    @Test("RFC 7520 section 4: a compact form verifies; a JSON Serialization is no token", arguments: try examples())
    func serializations(_ example: Example) throws {
        let keys = try Self.keys(example.key)
        let compact = "\(example.signed).\(example.signature)"
        #expect(Self.status(compact, keys) == (example.isCompact ? .verified : .notThreePieces))
        #expect(Self.status(example.json, keys) != .verified)
    }

    @Test("RFC 7520 4.5: without its detached payload the token does not verify")
    func detached() throws {
        let example = try #require(try Self.examples().first { $0.name.hasSuffix("4.5") })
        let keys = try Self.keys(example.key)
        let header = example.signed.prefix { $0 != "." }
        #expect(Self.status("\(header)..\(example.signature)", keys) == .signatureInvalid)
    }

    // MARK: RFC 7515, RFC 7519

    @Test("RFC 7515 A.5, RFC 7519 6.1: an unsecured token is refused")
    func unsecured() throws {
        let claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        var check = Check()
        check.issuer = "joe"
        check.now = 1_300_819_380
        check.jwks = "{\"keys\":[\(PublishedVectorTests.vectors[0].key)]}"
        #expect(try check.status(of: "eyJhbGciOiJub25lIn0.\(claims).") == .notThreePieces)
        #expect(try check.status(of: "eyJhbGciOiJub25lIn0.\(claims).AA") == .algorithmNotSupported)
        // RFC 7519 3.1 is the token of RFC 7515 A.1.
        let token = PublishedVectorTests.vectors[0].token
        #expect(try check.status(of: token) == .verified)
        check.now += 61
        #expect(try check.status(of: token) == .expired)
    }

    @Test("RFC 7515 A.6: both signatures verify as compact forms; the JSON Serialization is no token")
    func severalSignatures() throws {
        let vectors = PublishedVectorTests.vectors[1...2]
        let keys = try Self.keys(vectors[1].key, vectors[2].key)
        var signatures: [String] = []
        for vector in vectors {
            #expect(Self.status(vector.token, keys) == .verified)
            let pieces = vector.token.split(separator: ".")
            signatures.append(#"{"protected":"\#(pieces[0])","header":{"kid":"x"},"signature":"\#(pieces[2])"}"#)
        }
        let payload = vectors[1].token.split(separator: ".")[1]
        let json = #"{"payload":"\#(payload)","signatures":[\#(signatures.joined(separator: ","))]}"#
        #expect(Self.status(json, keys) != .verified)
    }

    // MARK: RFC 7517

    private static let rsaModulus =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
        + "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5haj"
        + "rn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"

    private static let ecKey =
        #"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","#
        + #""y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}"#

    @Test("RFC 7517 A.1: the RSA key is read; the EC key is for encryption, and left out")
    func publicKeys() throws {
        let rsa = #"{"kty":"RSA","n":"\#(Self.rsaModulus)","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#
        let set = try Self.keys(Self.ecKey, rsa)
        #expect(set.keys.map(\.description) == ["RSA 2048 kid `2011-04-29` alg `RS256`"])
        #expect(set.skipped.map(\.reason) == [.notForSignatures])
        let forSignatures = try Self.keys(Self.ecKey.replacingOccurrences(of: "enc", with: "sig"))
        #expect(forSignatures.keys.map(\.description) == ["EC P-256 kid `1`"])
    }

    @Test("RFC 7517 A.3: the key for key wrapping is no key of ours, the HMAC key is one")
    func symmetricKeys() throws {
        let wrap = #"{"kty":"oct","alg":"A128KW","k":"GawgguFyGrWKav7AX4VKUg"}"#
        let hmac =
            PublishedVectorTests.vectors[0].key.dropLast()
            + #","kid":"HMAC key used in JWS spec Appendix A.1 example"}"#
        let set = try Self.keys(wrap, String(hmac))
        #expect(set.keys.map(\.type) == ["oct"])
        #expect(set.skipped.map(\.reason) == [.invalid(.octAlgorithm)])
        #expect(Self.status(PublishedVectorTests.vectors[0].token, set) == .verified)
    }

    // MARK: RFC 7638, RFC 8037

    @Test("RFC 8037 A.1 to A.5: the private key makes the published signature, under the published thumbprint")
    func ed25519() throws {
        let text = #"""
            {"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
             "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
            """#
        let key = try SigningKey.parse(Array(text.utf8))
        let vector = try #require(PublishedVectorTests.vectors.last)
        let signed = Array(vector.token.split(separator: ".").prefix(2).joined(separator: ".").utf8)
        let made = key.signature(of: signed.span, .edDSA)
        let signature = try #require(made)
        #expect(vector.token.hasSuffix(Base64URL.encode(signature.span)))
        let minted = try MintedToken(claims: Array("{}".utf8), key: key, algorithm: .edDSA)
        // A.3: kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k in base64url.
        #expect(minted.keyID == "authz-test-90facafea9b15566")
    }
}
