import AuthzTestSupport
import Testing

@testable import AuthzToken

/// Our verifier against libjwt, for the algorithms that both know.
@Suite struct SecondVerifierTests {
    struct Subject: Sendable, CustomTestStringConvertible {
        var algorithm: String, signer: TestSigner
        var testDescription: String { algorithm }
    }

    static let subjects = [
        Subject(algorithm: "HS256", signer: .oct), Subject(algorithm: "HS384", signer: .oct),
        Subject(algorithm: "HS512", signer: .oct), Subject(algorithm: "RS256", signer: .rsa2048),
        Subject(algorithm: "RS384", signer: .rsa2048), Subject(algorithm: "RS512", signer: .rsa2048),
        Subject(algorithm: "ES256", signer: .p256), Subject(algorithm: "ES384", signer: .p384),
        Subject(algorithm: "ES512", signer: .p521),
    ]

    private static let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8)

    /// Whether each of the three pieces has its one spelling, which libjwt does not ask for.
    private static func isCanonical(_ token: [UInt8]) -> Bool {
        let pieces = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Array($0) }
        var bytes: [UInt8] = []
        return pieces.count == 3 && pieces.allSatisfy { Base64URL.decode($0.span, into: &bytes) == [] }
    }

    @Test("a good token is good to both, one that was changed to neither", arguments: subjects)
    func agreement(_ subject: Subject) throws {
        var random = SeededGenerator(seed: 7)
        let document = Array(subject.signer.jwks().utf8)
        let keys = try KeySet(jwks: document.span, origin: .inline)
        let key = subject.signer.publicKeyText
        var workspace = TokenWorkspace()
        var accepted = 0
        for number in 0..<300 {
            let header = #"{"alg":"\#(subject.algorithm)","typ":"JWT"}"#
            let payload = #"{"sub":"\#(number)","n":\#(Int.random(in: 0...9999, using: &random))}"#
            var token = Array(
                subject.signer.token(header: header, payload: payload, scheme: .named(subject.algorithm)).utf8)
            // The header stays: libjwt would take another algorithm from it.
            let start = (token.firstIndex(of: UInt8(ascii: ".")) ?? 0) + 1
            switch number % 6 {
            case 0: break
            case 1:
                token[Int.random(in: start..<token.count, using: &random)] =
                    Self.characters.randomElement(using: &random) ?? 0x41
            case 2: token.removeLast(Int.random(in: 1...8, using: &random))
            case 3: token.append(Self.characters.randomElement(using: &random) ?? 0x41)
            case 4: token.remove(at: Int.random(in: start..<token.count, using: &random))
            default:
                let index = Int.random(in: start..<token.count - 1, using: &random)
                token.swapAt(index, index + 1)
            }
            let isOurs =
                verify(
                    token.span, against: TokenRequirements(issuer: "", audiences: []), keys: keys, now: 0,
                    maximumBytes: 16384, in: &workspace) == .verified
            let isTheirs = LibJWTVerifier.accepts(String(decoding: token, as: UTF8.self), key: key)
            if isOurs {
                accepted += 1
                #expect(isTheirs, "only ours: \(String(decoding: token, as: UTF8.self))")
            } else if isTheirs {
                #expect(!Self.isCanonical(token), "only theirs: \(String(decoding: token, as: UTF8.self))")
            }
        }
        #expect(accepted >= 50)
    }

    @Test("what libjwt signs for mint, libjwt verifies", arguments: [SignatureAlgorithm.hs256, .hs384, .hs512])
    func minted(_ algorithm: SignatureAlgorithm) throws {
        let key = try #require(SigningKey.generate(for: algorithm))
        let token = try MintedToken(claims: Array(#"{"sub":"alice"}"#.utf8), key: key, algorithm: algorithm).token
        #expect(LibJWTVerifier.accepts(token, key: key.secret))
        #expect(!LibJWTVerifier.accepts(token, key: key.secret.reversed() + [0]))
    }
}
