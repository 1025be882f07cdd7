import AuthzCore
import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct VerifySignatureTests {
    private static let signer = TestSigner.p256

    private func status(_ token: String, keys: String? = signer.jwks()) throws -> TokenStatus {
        var workspace = TokenWorkspace()
        let keySet = try keys.map { try KeySet(jwks: Array($0.utf8).span, origin: .fetched) }
        return verifySignature(of: Array(token.utf8).span, keys: keySet, maximumBytes: 16384, in: &workspace)
    }

    private static func token(_ payload: [UInt8], header: String = #"{"alg":"ES256"}"#) -> String {
        signer.token(header: Array(header.utf8), payload: payload)
    }

    @Test("the payload may be any bytes, or none")
    func anyPayload() throws {
        for payload: [UInt8] in [[], [0xff, 0x00], Array("[1]".utf8), Array(#"{"exp":1,"iss":5}"#.utf8)] {
            #expect(try status(Self.token(payload)) == .verified)
            #expect(try status(Self.token(payload) + "A") != .verified)
        }
    }

    @Test("the rest is judged as ever")
    func judged() throws {
        let good = Self.token(Array("x".utf8))
        let pieces = good.split(separator: ".").map(String.init)
        let rows: [(token: String, status: TokenStatus, why: String)] = [
            ("", .notThreePieces, "nothing"), (pieces[0] + "." + pieces[1] + ".", .notThreePieces, "no signature"),
            ("." + pieces[1] + "." + pieces[2], .notThreePieces, "no header"),
            (pieces[0] + ".." + pieces[2], .signatureInvalid, "the payload taken away"),
            (pieces[0] + "." + pieces[1] + ".." + pieces[2], .notThreePieces, "an empty piece, which Envoy drops"),
            (pieces[0] + "." + pieces[1] + "=." + pieces[2], .payloadNotBase64URL, "padding that completes nothing"),
            (good + "==", .signatureNotBase64URL, "padding"),
            (Self.token([1], header: #"{"alg":"none"}"#), .algorithmNotSupported, "no algorithm"),
            (Self.token([1], header: #"{"alg":"ES256","crit":["b64"],"b64":false}"#), .criticalHeader, "critical"),
            (Self.token([1], header: #"{"alg":"ES384"}"#), .signatureInvalid, "the algorithm of another curve"),
            (String(repeating: "A", count: 16385), .tooLong, "too long"),
        ]
        for row in rows { #expect(try status(row.token) == row.status, "\(row.why)") }
        #expect(try status(good, keys: nil) == .keysUnavailable)
        #expect(try status(good, keys: TestSigner.p384.jwks()) == .signatureInvalid)
    }

    @Test("what a token says of itself is read though nothing is verified")
    func unverified() {
        var workspace = TokenWorkspace()
        func read(_ token: String) -> TokenStatus? {
            readUnverified(Array(token.utf8).span, maximumBytes: 16384, in: &workspace)
        }
        let forged = Self.signer.token(header: #"{"alg":"none","kid":"k"}"#, payload: #"{"exp":1}"#)
        #expect(read(forged) == .algorithmNotSupported)
        #expect(workspace.header.member("kid", of: 0) != nil)
        #expect(workspace.claims.member("exp", of: 0) != nil)
        #expect(read(Self.signer.token(payload: #"{"exp":1}"#)) == nil, "expired is no matter of form")
        #expect(read(forged.split(separator: ".").prefix(2).joined(separator: ".")) == .notThreePieces)
        #expect(workspace.header.member("kid", of: 0) != nil, "the header of an encrypted token is shown")
        #expect(read("") == .notThreePieces)
        #expect(workspace.header.isEmpty)
    }
}
