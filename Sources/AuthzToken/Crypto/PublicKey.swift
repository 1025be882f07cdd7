internal import COpenSSL

/// A public key that OpenSSL has parsed.
///
/// A class because it owns a C handle that lives in arrays and is shared: OpenSSL counts references to an `EVP_PKEY` and
/// only reads it when it verifies, so threads may use one at the same time.
@safe final class PublicKey: @unchecked Sendable {
    private let handle: OpaquePointer
    private let verifiers = VerifierPool()

    private init(owning handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit {
        unsafe EVP_PKEY_free(handle)
    }

    /// An RSA key of a modulus and an exponent, most significant byte first.
    static func rsa(modulus: [UInt8], exponent: [UInt8]) -> PublicKey? {
        var modulus = nativeInteger(modulus)
        var exponent = nativeInteger(exponent)
        return unsafe modulus.withUnsafeMutableBufferPointer { modulus in
            unsafe exponent.withUnsafeMutableBufferPointer { exponent in
                var parameters = unsafe [
                    OSSL_PARAM_construct_BN(text("n"), modulus.baseAddress, modulus.count),
                    OSSL_PARAM_construct_BN(text("e"), exponent.baseAddress, exponent.count),
                    OSSL_PARAM_construct_end(),
                ]
                return unsafe make("RSA", &parameters)
            }
        }
    }

    /// An ECDSA key of the coordinates of its point, each as long as the curve asks.
    ///
    /// - Returns: `nil` if the point is not on the curve.
    static func ecdsa(_ curve: EllipticCurve, x: [UInt8], y: [UInt8]) -> PublicKey? {
        var point = [0x04] + x + y
        return unsafe point.withUnsafeMutableBufferPointer { point in
            // OpenSSL only reads the name.
            let group = unsafe UnsafeMutablePointer(mutating: text(curve.name))
            var parameters = unsafe [
                OSSL_PARAM_construct_utf8_string(text("group"), group, 0),
                OSSL_PARAM_construct_octet_string(text("pub"), point.baseAddress, point.count),
                OSSL_PARAM_construct_end(),
            ]
            return unsafe make("EC", &parameters)
        }
    }

    /// An Ed25519 key of its 32 bytes.
    static func ed25519(_ bytes: [UInt8]) -> PublicKey? {
        let handle = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe EVP_PKEY_new_raw_public_key_ex(nil, text("ED25519"), nil, bytes.baseAddress, bytes.count)
        }
        guard let handle = unsafe handle else {
            ERR_clear_error()
            return nil
        }
        return unsafe PublicKey(owning: handle)
    }

    /// Whether the key made the signature of the message. An ECDSA signature is `r` and `s` of equal length (RFC 7518 §3.4),
    /// and for RSA-PSS the salt is as long as the hash (RFC 7518 §3.5).
    ///
    /// The caller has seen to it that the algorithm is one for this key.
    func isValid(_ signature: Span<UInt8>, of message: Span<UInt8>, algorithm: SignatureAlgorithm) -> Bool {
        if algorithm == .edDSA { return verifyEdDSA(signature, message) }
        guard let verifier = unsafe verifiers.take(algorithm) ?? PreparedVerifier(handle, algorithm) else {
            ERR_clear_error()
            return false
        }
        let isValid =
            algorithm.family == .ecdsa
            ? ECDSASignature.withDER(of: signature) { verifier.isValid($0, of: message) }
            : verifier.isValid(signature, of: message)
        if !isValid { ERR_clear_error() }
        verifiers.giveBack(verifier)
        return isValid
    }

    private func verifyEdDSA(_ signature: Span<UInt8>, _ message: Span<UInt8>) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer {
            unsafe EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, handle) == 1 else { return false }
        return unsafe signature.withUnsafeBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe EVP_DigestVerify(
                    context, signature.baseAddress, signature.count, message.baseAddress, message.count) == 1
            }
        }
    }

    /// Builds a key of its parts; OpenSSL copies them.
    private static func make(_ type: StaticString, _ parameters: inout [OSSL_PARAM]) -> PublicKey? {
        defer { ERR_clear_error() }
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, text(type), nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        let selection = OSSL_KEYMGMT_SELECT_PUBLIC_KEY | OSSL_KEYMGMT_SELECT_ALL_PARAMETERS
        guard unsafe EVP_PKEY_fromdata_init(context) == 1,
            unsafe EVP_PKEY_fromdata(context, &key, selection, &parameters) == 1,
            let key = unsafe key
        else { return nil }
        return unsafe PublicKey(owning: key)
    }

    /// The bytes of a big integer in the order of this machine.
    private static func nativeInteger(_ bytes: [UInt8]) -> [UInt8] {
        #if _endian(little)
            return bytes.reversed()
        #else
            return bytes
        #endif
    }

    /// A name that OpenSSL may keep: a static string ends with NUL and lives as long as the process.
    private static func text(_ name: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
