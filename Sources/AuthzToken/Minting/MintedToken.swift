import AuthzCore

/// A signed token for tests and the key set that verifies it.
package struct MintedToken: Sendable {
    /// What every `kid` of a minted token begins with, so that nobody takes its key for one of production.
    package static let keyIDPrefix = "authz-test-"

    /// Compact, with `alg`, `kid` and `typ` in its header.
    package let token: String
    /// `kid`, marked.
    package let keyID: String
    package let algorithm: SignatureAlgorithm
    /// A JWKS document with the one key. For HS256 and its kin that is the secret.
    package let keySet: String

    /// Signs claims.
    ///
    /// - Parameters:
    ///   - claims: The text of a JSON object. Values are kept; blanks, and with libjwt the order of members, are not.
    ///   - keyID: Marked with ``keyIDPrefix`` where it is not; `nil` for one made of the key's thumbprint (RFC 7638).
    package init(
        claims: [UInt8], key: SigningKey, algorithm: SignatureAlgorithm, keyID: String? = nil
    ) throws(MintingError) {
        guard key.fits(algorithm) else { throw .algorithmDoesNotFit }
        var tape = JSONTape()
        do throws(JSONError) { try tape.scan(claims.span) } catch { throw .claimsNotObject }
        guard tape.kind(at: tape.root) == .object else { throw .claimsNotObject }
        let members = key.members
        self.keyID = Self.marked(keyID) ?? Self.thumbprint(members)
        self.algorithm = algorithm
        var document = JSONWriter()
        document.beginObject()
        document.name("keys")
        document.beginArray()
        document.beginObject()
        for (name, value) in members + [("alg", "\(algorithm.name)"), ("kid", self.keyID), ("use", "sig")] {
            document.name("\(name)")
            document.string(value)
        }
        document.endObject()
        document.endArray()
        document.endObject()
        keySet = document.text
        var payload = JSONWriter()
        payload.value(tape, at: tape.root)
        // libjwt takes a text that ends at NUL.
        guard !self.keyID.utf8.contains(0) else { throw .refused }
        guard let token = Self.sign(payload.text, keyID: self.keyID, algorithm, key) else { throw .refused }
        self.token = token
    }

    private static func marked(_ keyID: String?) -> String? {
        guard let keyID, !keyID.isEmpty else { return nil }
        return keyID.utf8.span.hasPrefix("authz-test-") ? keyID : keyIDPrefix + keyID
    }

    private static func thumbprint(_ members: [(name: StaticString, value: String)]) -> String {
        let text = members.map { "\"\($0.name)\":\"\($0.value)\"" }.joined(separator: ",")
        return keyIDPrefix + SHA256.hexadecimalDigest(of: Array("{\(text)}".utf8).span).prefix(16)
    }

    private static func sign(
        _ payload: String, keyID: String, _ algorithm: SignatureAlgorithm, _ key: SigningKey
    ) -> String? {
        switch algorithm.family {
        case .hmac: return LibJWT.sign(claims: payload, keyID: keyID, algorithm, key: key.secret)
        case .rsaPKCS1, .ecdsa: return LibJWT.sign(claims: payload, keyID: keyID, algorithm, key: key.pem)
        case .rsaPSS, .edDSA:
            // libjwt 1.10 has neither.
            var header = JSONWriter()
            header.beginObject()
            for (name, value) in [("alg", "\(algorithm.name)"), ("kid", keyID), ("typ", "JWT")] {
                header.name(name)
                header.string(value)
            }
            header.endObject()
            let signed = Base64URL.encode(header.bytes.span) + "." + Base64URL.encode(Array(payload.utf8).span)
            return key.signature(of: Array(signed.utf8).span, algorithm).map {
                signed + "." + Base64URL.encode($0.span)
            }
        }
    }
}
