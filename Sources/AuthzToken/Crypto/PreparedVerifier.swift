internal import COpenSSL

/// A check of signatures that is set up but for message and signature: key, padding and hash.
///
/// Setting up costs a tenth of an RSA verification, so a verifier is used again. One thread at a time uses it; ``PublicKey``
/// hands it out and takes it back.
@safe struct PreparedVerifier: @unchecked Sendable {
    let algorithm: SignatureAlgorithm
    private let keyContext: OpaquePointer
    private let digestContext: OpaquePointer

    /// - Returns: `nil` for EdDSA, which has no hash of its own to prepare, and where OpenSSL fails.
    @unsafe init?(_ key: OpaquePointer, _ algorithm: SignatureAlgorithm) {
        guard let digest = algorithm.digest, let keyContext = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            return nil
        }
        guard let digestContext = unsafe EVP_MD_CTX_new() else {
            unsafe EVP_PKEY_CTX_free(keyContext)
            return nil
        }
        self.algorithm = algorithm
        unsafe self.keyContext = keyContext
        unsafe self.digestContext = digestContext
        var isReady =
            unsafe EVP_DigestInit_ex2(digestContext, digest.method, nil) == 1
            && EVP_PKEY_verify_init(keyContext) == 1
            && EVP_PKEY_CTX_set_signature_md(keyContext, digest.method) == 1
        if isReady, algorithm.family == .rsaPSS {
            isReady =
                unsafe EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) == 1
        }
        guard isReady else {
            free()
            return nil
        }
    }

    func free() {
        unsafe EVP_PKEY_CTX_free(keyContext)
        unsafe EVP_MD_CTX_free(digestContext)
    }

    /// Whether the key made the signature, which for ECDSA is in DER.
    func isValid(_ signature: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { digest in
            var count: UInt32 = 0
            let isHashed = unsafe message.withUnsafeBufferPointer { message in
                unsafe EVP_DigestInit_ex2(digestContext, nil, nil) == 1
                    && EVP_DigestUpdate(digestContext, message.baseAddress, message.count) == 1
                    && EVP_DigestFinal_ex(digestContext, digest.baseAddress, &count) == 1
            }
            guard isHashed else { return false }
            return unsafe signature.withUnsafeBufferPointer { signature in
                unsafe EVP_PKEY_verify(
                    keyContext, signature.baseAddress, signature.count, digest.baseAddress, Int(count)) == 1
            }
        }
    }
}
