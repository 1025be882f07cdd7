internal import COpenSSL

/// A check of signatures that is set up but for message and signature: key and padding.
///
/// Setting up costs a tenth of an RSA verification, so a verifier is used again. A class because it owns a C handle and passes
/// from thread to thread; one at a time uses it.
@safe final class PreparedVerifier: @unchecked Sendable {
    let algorithm: SignatureAlgorithm
    private let digest: Digest
    private let keyContext: OpaquePointer

    /// - Returns: `nil` for EdDSA, which has no hash of its own to prepare, and where OpenSSL fails.
    @unsafe init?(_ key: OpaquePointer, _ algorithm: SignatureAlgorithm) {
        guard let digest = algorithm.digest, let keyContext = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            return nil
        }
        self.algorithm = algorithm
        self.digest = digest
        unsafe self.keyContext = keyContext
        var isReady =
            unsafe EVP_PKEY_verify_init(keyContext) == 1
            && EVP_PKEY_CTX_set_signature_md(keyContext, digest.method) == 1
        if isReady, algorithm.family == .rsaPSS {
            isReady =
                unsafe EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) == 1
        }
        guard isReady else { return nil }
    }

    deinit {
        unsafe EVP_PKEY_CTX_free(keyContext)
    }

    /// Whether the key made the signature, which for ECDSA is in DER.
    func isValid(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { hash in
            guard unsafe digest.hash(message, into: hash) else { return false }
            return unsafe signature.withUnsafeBufferPointer { signature in
                unsafe EVP_PKEY_verify(
                    keyContext, signature.baseAddress, signature.count, hash.baseAddress, digest.byteCount) == 1
            }
        }
    }
}
