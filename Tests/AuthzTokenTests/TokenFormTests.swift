import AuthzCore
import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct TokenFormTests {
    static let signer = TestSigner.rsa2048
    static let good = signer.token(payload: payload())
    static let pieces = good.split(separator: ".").map(String.init)

    struct Case: Sendable, CustomTestStringConvertible {
        var token: String, status: TokenStatus, why: String
        var testDescription: String { why }
    }

    @Test(
        "a token has three pieces of base64url",
        arguments: [
            Case(token: good, status: .verified, why: "the good token"),
            Case(token: "", status: .notThreePieces, why: "empty"),
            Case(token: "..", status: .notThreePieces, why: "three empty pieces"),
            Case(token: "\(pieces[0]).\(pieces[1])", status: .notThreePieces, why: "no signature piece"),
            Case(token: "\(pieces[0]).\(pieces[1]).", status: .notThreePieces, why: "an empty signature"),
            Case(token: good + ".x", status: .notThreePieces, why: "four pieces"),
            Case(token: "a.b.c.d.e", status: .notThreePieces, why: "five pieces, as a JWE has"),
            Case(token: "." + good, status: .notThreePieces, why: "an empty piece in front"),
            Case(token: good + ".", status: .notThreePieces, why: "an empty piece behind"),
            Case(
                token: "\(pieces[0])..\(pieces[1]).\(pieces[2])", status: .notThreePieces,
                why: "an empty piece between, and the signature is right without it"),
            Case(
                token: "\(pieces[0])..\(pieces[1]).AAAA", status: .signatureInvalid,
                why: "an empty piece between, and a wrong signature: Envoy's answer comes first"),
            Case(
                token: "!\(pieces[0]).\(pieces[1]).\(pieces[2])", status: .headerNotBase64URL,
                why: "a foreign character in the header"),
            Case(
                token: "\(pieces[0]).+\(pieces[1]).\(pieces[2])", status: .payloadNotBase64URL,
                why: "standard base64 in the payload"),
            Case(token: good + "/", status: .signatureNotBase64URL, why: "standard base64 in the signature"),
            Case(token: good + "==", status: .signatureNotBase64URL, why: "complete padding"),
            Case(token: good + "=", status: .signatureNotBase64URL, why: "incomplete padding"),
            Case(token: good + " ", status: .signatureNotBase64URL, why: "a blank behind the signature"),
            Case(
                token: "\(pieces[0]).\(pieces[1]).\(pieces[2].dropLast())", status: .signatureNotBase64URL,
                why: "a length of 1 modulo 4"),
            Case(
                token: "\(pieces[0]).\(pieces[1]) .\(pieces[2])", status: .signatureInvalid,
                why: "a blank that is signed over: Envoy's answer comes first"),
            Case(token: "A.B.C", status: .headerNotBase64URL, why: "pieces of one character"),
        ])
    func form(_ c: Case) throws {
        #expect(try Check().status(of: c.token) == c.status)
    }

    @Test("bits that belong to no byte must be zero")
    func unusedBits() throws {
        // A signature of 256 bytes ends in a character of which two bits count.
        let last = try #require(Self.good.utf8.last)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let value = try #require(alphabet.firstIndex(of: last))
        #expect(value & 0x0f == 0)
        let other = Self.good.dropLast() + String(decoding: [alphabet[value | 1]], as: UTF8.self)
        #expect(try Check().status(of: String(other)) == .signatureNotBase64URL)
    }

    @Test("a token beyond the limit is refused unread")
    func length() throws {
        var check = Check()
        check.maximumBytes = Self.good.utf8.count
        #expect(try check.status(of: Self.good) == .verified)
        check.maximumBytes -= 1
        #expect(try check.status(of: Self.good) == .tooLong)
        #expect(try check.status(of: String(repeating: ".", count: 2000)) == .tooLong)
    }

    @Test("no prefix of a token verifies, and none stops the process")
    func truncation() throws {
        var workspace = TokenWorkspace()
        let bytes = Array(Self.good.utf8)
        let keys = try KeySet(jwks: Array(Self.signer.jwks().utf8).span, origin: .inline)
        let requirements = TokenRequirements(issuer: "https://a.example", audiences: [])
        for count in 0...bytes.count {
            let status = verify(
                bytes.span.extracting(0..<count), against: requirements, keys: keys, now: Check.now,
                maximumBytes: 16384, in: &workspace)
            #expect((status == .verified) == (count == bytes.count))
        }
    }

    @Test("the workspace holds the claims and names the payload as it stood")
    func workspace() throws {
        var workspace = TokenWorkspace()
        let token = Array(Self.signer.token(payload: payload(#""sub":"u1""#)).utf8)
        #expect(try Check().status(of: token, in: &workspace) == .verified)
        let sub = try #require(workspace.claims.member("sub", of: workspace.claims.root))
        #expect(workspace.claims.string(at: sub) == "u1")
        #expect(token[workspace.payload].elementsEqual(token.split(separator: UInt8(ascii: "."))[1]))
        #expect(try Check().status(of: Array("x".utf8), in: &workspace) == .notThreePieces)
        #expect(workspace.claims.isEmpty, "nothing is left of the token before")
        #expect(workspace.payload.isEmpty)
    }
}
