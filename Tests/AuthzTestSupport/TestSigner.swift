internal import COpenSSL

/// A key pair made for a test, its JWK, and tokens signed with it.
///
/// A class because it owns an OpenSSL key. Making an RSA key takes long; share one between tests.
package final class TestSigner: @unchecked Sendable {
    package enum Kind: Sendable {
        case rsa(bits: Int)
        /// `P-256`, `P-384`, `P-521`.
        case ec(curve: String)
        case ed25519
        case oct([UInt8])
    }

    package enum Hash: Sendable { case sha256, sha384, sha512 }

    /// How to sign, which need not be what the header of a token says.
    package enum Scheme: Sendable {
        case pkcs1(Hash)
        /// RSA-PSS with MGF1 of the same hash.
        case pss(Hash, saltBytes: Int)
        /// `r` and `s` as long as the curve asks.
        case ecdsa(Hash)
        /// ASN.1 as OpenSSL makes it.
        case ecdsaDER(Hash)
        case hmac(Hash)
        case ed25519

        /// The scheme of a registered `alg`; HS256 for an unknown one.
        package static func named(_ algorithm: String) -> Scheme {
            let hash: Hash = algorithm.hasSuffix("512") ? .sha512 : algorithm.hasSuffix("384") ? .sha384 : .sha256
            switch algorithm.prefix(2) {
            case "RS": return .pkcs1(hash)
            case "PS": return .pss(hash, saltBytes: hash == .sha256 ? 32 : hash == .sha384 ? 48 : 64)
            case "ES": return .ecdsa(hash)
            case "Ed": return .ed25519
            default: return .hmac(hash)
            }
        }
    }

    package let kind: Kind
    private let key: OpaquePointer?

    package static let rsa2048 = TestSigner(.rsa(bits: 2048))
    package static let otherRSA2048 = TestSigner(.rsa(bits: 2048))
    package static let p256 = TestSigner(.ec(curve: "P-256"))
    package static let p384 = TestSigner(.ec(curve: "P-384"))
    package static let p521 = TestSigner(.ec(curve: "P-521"))
    package static let ed25519 = TestSigner(.ed25519)
    package static let oct = TestSigner(.oct(Array("a symmetric key of a good length".utf8)))

    package init(_ kind: Kind) {
        self.kind = kind
        let type: String
        switch kind {
        case .rsa: type = "RSA"
        case .ec: type = "EC"
        case .ed25519: type = "ED25519"
        case .oct:
            key = nil
            return
        }
        let context = EVP_PKEY_CTX_new_from_name(nil, type, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        precondition(EVP_PKEY_keygen_init(context) == 1)
        if case .rsa(let bits) = kind { precondition(EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) == 1) }
        if case .ec(let curve) = kind { precondition(EVP_PKEY_CTX_set_group_name(context, curve) == 1) }
        precondition(EVP_PKEY_generate(context, &key) == 1)
        self.key = key
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// The `alg` that goes with the key: RS256, that of the curve, EdDSA or HS256.
    package var algorithm: String {
        switch kind {
        case .rsa: "RS256"
        case .ec(let curve): curve == "P-256" ? "ES256" : curve == "P-384" ? "ES384" : "ES512"
        case .ed25519: "EdDSA"
        case .oct: "HS256"
        }
    }

    /// The members of the public JWK (RFC 7517) with their JSON values; for `oct` the secret one. Others come on top.
    package func members(_ more: KeyValuePairs<String, String> = [:]) -> [(String, String)] {
        var members: [(String, String)]
        switch kind {
        case .rsa:
            members = [("kty", "\"RSA\""), ("n", quoted(number("n"))), ("e", quoted(number("e")))]
        case .ec(let curve):
            members = [
                ("kty", "\"EC\""), ("crv", "\"\(curve)\""), ("x", quoted(number("qx"))), ("y", quoted(number("qy"))),
            ]
        case .ed25519: members = [("kty", "\"OKP\""), ("crv", "\"Ed25519\""), ("x", quoted(rawPublicKey))]
        case .oct(let bytes): members = [("kty", "\"oct\""), ("k", quoted(bytes))]
        }
        for (name, value) in more { members.append((name, value)) }
        return members
    }

    /// The public JWK as JSON text. `more` names further members and their JSON values; a later one replaces an earlier,
    /// and an empty value removes it.
    package func jwk(_ more: KeyValuePairs<String, String> = [:]) -> String {
        var result: [(String, String)] = []
        for (name, value) in members(more) {
            result.removeAll { $0.0 == name }
            if !value.isEmpty { result.append((name, value)) }
        }
        return "{" + result.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    /// A JWKS document with this key alone.
    package func jwks(_ more: KeyValuePairs<String, String> = [:]) -> String {
        "{\"keys\":[\(jwk(more))]}"
    }

    /// A compact token of a header and a payload given as JSON text.
    ///
    /// - Parameter scheme: How it is signed; by default as the key's ``algorithm`` says.
    package func token(header: String? = nil, payload: String, scheme: Scheme? = nil) -> String {
        let header = header ?? "{\"alg\":\"\(algorithm)\"}"
        return token(header: Array(header.utf8), payload: Array(payload.utf8), scheme: scheme)
    }

    /// A compact token of the bytes of a header and a payload.
    package func token(header: [UInt8], payload: [UInt8], scheme: Scheme? = nil) -> String {
        let signed = TestBase64URL.encode(header) + "." + TestBase64URL.encode(payload)
        return signed + "." + TestBase64URL.encode(signature(of: Array(signed.utf8), scheme: scheme))
    }

    /// The signature of a message.
    package func signature(of message: [UInt8], scheme: Scheme? = nil) -> [UInt8] {
        switch scheme ?? .named(algorithm) {
        case .pkcs1(let hash): return sign(message, hash.method)
        case .pss(let hash, let salt): return sign(message, hash.method, saltBytes: salt)
        case .ecdsaDER(let hash): return sign(message, hash.method)
        case .ecdsa(let hash): return rawSignature(sign(message, hash.method))
        case .ed25519: return sign(message, nil)
        case .hmac(let hash):
            guard case .oct(let secret) = kind else { preconditionFailure("HMAC needs an oct key") }
            var code = [UInt8](repeating: 0, count: 64)
            var count: UInt32 = 0
            HMAC(hash.method, secret, Int32(secret.count), message, message.count, &code, &count)
            return Array(code.prefix(Int(count)))
        }
    }

    /// The public key as PEM; for `oct` the secret itself.
    package var publicKeyText: [UInt8] {
        if case .oct(let bytes) = kind { return bytes }
        let output = BIO_new(BIO_s_mem())
        defer { BIO_free(output) }
        precondition(PEM_write_bio_PUBKEY(output, key) == 1)
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        precondition(BIO_read(output, &bytes, Int32(bytes.count)) == bytes.count)
        return bytes
    }

    /// A context of OpenSSL that verifies with the key and SHA-256; the caller frees it.
    func verificationContext() -> OpaquePointer? {
        let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil)
        precondition(EVP_PKEY_verify_init(context) == 1)
        precondition(EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1)
        return context
    }

    private func sign(_ message: [UInt8], _ method: OpaquePointer?, saltBytes: Int? = nil) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        precondition(EVP_DigestSignInit(context, &keyContext, method, nil, key) == 1)
        if let saltBytes {
            precondition(EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1)
            precondition(EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, Int32(saltBytes)) == 1)
        }
        var count = 0
        precondition(EVP_DigestSign(context, nil, &count, message, message.count) == 1)
        var signature = [UInt8](repeating: 0, count: count)
        precondition(EVP_DigestSign(context, &signature, &count, message, message.count) == 1)
        return Array(signature.prefix(count))
    }

    private func rawSignature(_ der: [UInt8]) -> [UInt8] {
        let half = algorithm == "ES256" ? 32 : algorithm == "ES384" ? 48 : 66
        var raw = [UInt8](repeating: 0, count: 2 * half)
        der.withUnsafeBufferPointer { der in
            var start = der.baseAddress
            let parsed = d2i_ECDSA_SIG(nil, &start, der.count)
            defer { ECDSA_SIG_free(parsed) }
            raw.withUnsafeMutableBufferPointer { raw in
                BN_bn2binpad(ECDSA_SIG_get0_r(parsed), raw.baseAddress, Int32(half))
                BN_bn2binpad(ECDSA_SIG_get0_s(parsed), raw.baseAddress.map { $0 + half }, Int32(half))
            }
        }
        return raw
    }

    /// A number of the key; coordinates with their leading zeros.
    private func number(_ name: String) -> [UInt8] {
        var number: OpaquePointer?
        precondition(EVP_PKEY_get_bn_param(key, name, &number) == 1)
        defer { BN_free(number) }
        var count = (Int(BN_num_bits(number)) + 7) / 8
        if case .ec = kind { count = algorithm == "ES256" ? 32 : algorithm == "ES384" ? 48 : 66 }
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(BN_bn2binpad(number, &bytes, Int32(count)) == Int32(count))
        return bytes
    }

    private var rawPublicKey: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        precondition(EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1)
        return bytes
    }

    private func quoted(_ bytes: [UInt8]) -> String {
        "\"\(TestBase64URL.encode(bytes))\""
    }
}

extension TestSigner.Hash {
    fileprivate var method: OpaquePointer? {
        switch self {
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }
}
