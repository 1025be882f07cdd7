internal import COpenSSL

/// A private or symmetric key that signs tokens for tests.
///
/// A class because it owns a C handle; it never changes, and OpenSSL only reads the key when it signs.
@safe package final class SigningKey: @unchecked Sendable {
    /// What a key is, and so what it can sign with.
    enum Kind: Sendable, Hashable {
        case rsa
        case ecdsa(EllipticCurve)
        case ed25519
        case symmetric
    }

    let kind: Kind
    /// `nil` for a symmetric key.
    private let handle: OpaquePointer?
    /// The key itself where it is symmetric; else empty.
    let secret: [UInt8]

    /// - Parameter handle: Freed with this value.
    init(owning handle: OpaquePointer, _ kind: Kind) {
        self.kind = kind
        unsafe self.handle = handle
        secret = []
    }

    init(secret: [UInt8]) {
        kind = .symmetric
        unsafe handle = nil
        self.secret = secret
    }

    deinit {
        unsafe EVP_PKEY_free(handle)
    }

    /// A new key for an algorithm: RSA of 2048 bits, the curve of the algorithm, or as many random bytes as the hash has.
    ///
    /// - Returns: `nil` where OpenSSL cannot make one.
    package static func generate(for algorithm: SignatureAlgorithm) -> SigningKey? {
        defer { ERR_clear_error() }
        switch algorithm.family {
        case .rsaPKCS1, .rsaPSS:
            return unsafe generate(.rsa, "RSA") { context in unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) }
        case .ecdsa:
            guard let curve = EllipticCurve.allCases.first(where: { $0.algorithm == algorithm }) else { return nil }
            return unsafe generate(.ecdsa(curve), "EC") { context in
                unsafe EVP_PKEY_CTX_set_group_name(context, curve.name.cText)
            }
        case .edDSA: return unsafe generate(.ed25519, "ED25519") { _ in 1 }
        case .hmac:
            var secret = [UInt8](repeating: 0, count: algorithm.digest?.byteCount ?? 32)
            let count = Int32(secret.count)
            let result = unsafe secret.withUnsafeMutableBufferPointer { unsafe RAND_bytes($0.baseAddress, count) }
            return result == 1 ? SigningKey(secret: secret) : nil
        }
    }

    private static func generate(
        _ kind: Kind, _ type: StaticString, _ configure: (OpaquePointer) -> Int32
    ) -> SigningKey? {
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, type.cText, nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1, unsafe configure(context) == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1, let key = unsafe key
        else { return nil }
        return unsafe SigningKey(owning: key, kind)
    }

    /// Whether the key can sign with an algorithm.
    package func fits(_ algorithm: SignatureAlgorithm) -> Bool {
        switch kind {
        case .rsa: algorithm.family == .rsaPKCS1 || algorithm.family == .rsaPSS
        case .ecdsa(let curve): algorithm == curve.algorithm
        case .ed25519: algorithm == .edDSA
        case .symmetric: algorithm.family == .hmac
        }
    }

    /// The algorithm that goes with the key where none is named: RS256, that of the curve, EdDSA or HS256.
    package var usualAlgorithm: SignatureAlgorithm {
        switch kind {
        case .rsa: .rs256
        case .ecdsa(let curve): curve.algorithm
        case .ed25519: .edDSA
        case .symmetric: .hs256
        }
    }

    /// Whether who verifies with the key can sign with it, too.
    package var isSymmetric: Bool { kind == .symmetric }

    /// How many bits the modulus or the secret has; `nil` for a curve.
    var bits: Int? {
        switch kind {
        case .rsa: unsafe Int(EVP_PKEY_get_bits(handle))
        case .symmetric: secret.count * 8
        case .ecdsa, .ed25519: nil
        }
    }

    /// Signs a message with RSA-PSS, the salt as long as the hash, or Ed25519. `nil` for other algorithms, and where OpenSSL
    /// fails.
    func signature(of message: Span<UInt8>, _ algorithm: SignatureAlgorithm) -> [UInt8]? {
        guard algorithm.family == .rsaPSS || algorithm.family == .edDSA, fits(algorithm) else { return nil }
        defer { ERR_clear_error() }
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        defer { unsafe EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        guard unsafe EVP_DigestSignInit(context, &keyContext, algorithm.digest?.method, nil, handle) == 1 else {
            return nil
        }
        if algorithm.family == .rsaPSS {
            guard unsafe EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1,
                unsafe EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) == 1
            else { return nil }
        }
        var signature = unsafe [UInt8](repeating: 0, count: max(0, Int(EVP_PKEY_get_size(handle))))
        var count = signature.count
        let result = unsafe message.withUnsafeBufferPointer { message in
            unsafe signature.withUnsafeMutableBufferPointer { signature in
                unsafe EVP_DigestSign(context, signature.baseAddress, &count, message.baseAddress, message.count)
            }
        }
        return result == 1 ? Array(signature.prefix(count)) : nil
    }

    /// The private key as PEM (PKCS #8). Empty for a symmetric key, and where OpenSSL fails.
    package var pem: [UInt8] {
        defer { ERR_clear_error() }
        guard let handle = unsafe handle, let output = unsafe BIO_new(BIO_s_mem()) else { return [] }
        defer { unsafe BIO_free(output) }
        guard unsafe PEM_write_bio_PrivateKey(output, handle, nil, nil, 0, nil, nil) == 1 else { return [] }
        var bytes = unsafe [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        let capacity = Int32(bytes.count)
        let count = unsafe bytes.withUnsafeMutableBufferPointer { unsafe BIO_read(output, $0.baseAddress, capacity) }
        return Array(bytes.prefix(max(0, Int(count))))
    }

    /// The members of the JWK that verifies, but for `kid`, `alg` and `use`, in the order of RFC 7638 §3.2: by name. The value of
    /// each is text or base64url of bytes. For a symmetric key that is the secret itself.
    var members: [(name: StaticString, value: String)] {
        switch kind {
        case .rsa: [("e", number(OSSL_PKEY_PARAM_RSA_E)), ("kty", "RSA"), ("n", number(OSSL_PKEY_PARAM_RSA_N))]
        case .ecdsa(let curve):
            [
                ("crv", "\(curve.name)"), ("kty", "EC"),
                ("x", number(OSSL_PKEY_PARAM_EC_PUB_X, byteCount: curve.coordinateBytes)),
                ("y", number(OSSL_PKEY_PARAM_EC_PUB_Y, byteCount: curve.coordinateBytes)),
            ]
        case .ed25519: [("crv", "Ed25519"), ("kty", "OKP"), ("x", rawPublicKey)]
        case .symmetric: [("k", encodedSecret), ("kty", "oct")]
        }
    }

    private var encodedSecret: String {
        let bytes = secret
        return Base64URL.encode(bytes.span)
    }

    /// A number of the key, with leading zeros up to a length.
    private func number(_ name: String, byteCount: Int = 1) -> String {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(handle, name, &number) == 1 else { return "" }
        defer { unsafe BN_free(number) }
        let count = max(byteCount, unsafe (Int(BN_num_bits(number)) + 7) / 8)
        var bytes = [UInt8](repeating: 0, count: count)
        _ = unsafe bytes.withUnsafeMutableBufferPointer { unsafe BN_bn2binpad(number, $0.baseAddress, Int32(count)) }
        return Base64URL.encode(bytes.span)
    }

    private var rawPublicKey: String {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        _ = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe EVP_PKEY_get_raw_public_key(handle, $0.baseAddress, &count)
        }
        return Base64URL.encode(bytes.span)
    }
}
