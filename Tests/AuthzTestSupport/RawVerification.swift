internal import COpenSSL

/// libcrypto's verification of messages alone, with key, padding, hash and signatures prepared once. The measure for what is built
/// around it.
package final class RawVerification {
    private let context: OpaquePointer?
    private let digestContext = EVP_MD_CTX_new()
    private let subjects: [(message: [UInt8], digest: [UInt8], signature: [UInt8])]

    /// - Parameter signer: An RSA key (RS256), or one on P-256 (ES256).
    package init(_ signer: TestSigner, of messages: [[UInt8]]) {
        context = signer.verificationContext()
        precondition(EVP_DigestInit_ex2(digestContext, EVP_sha256(), nil) == 1)
        let scheme: TestSigner.Scheme = signer.algorithm == "RS256" ? .pkcs1(.sha256) : .ecdsaDER(.sha256)
        subjects = messages.map { message in
            var digest = [UInt8](repeating: 0, count: 32)
            var count: UInt32 = 0
            EVP_Digest(message, message.count, &digest, &count, EVP_sha256(), nil)
            return (message, digest, signer.signature(of: message, scheme: scheme))
        }
    }

    deinit {
        EVP_PKEY_CTX_free(context)
        EVP_MD_CTX_free(digestContext)
    }

    /// Whether the signature of a message is valid: hashes the message, and verifies.
    package func verifyMessage(_ index: Int) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { digest in
            var count: UInt32 = 0
            return EVP_DigestInit_ex2(digestContext, nil, nil) == 1
                && EVP_DigestUpdate(digestContext, subjects[index].message, subjects[index].message.count) == 1
                && EVP_DigestFinal_ex(digestContext, digest.baseAddress, &count) == 1
                && EVP_PKEY_verify(
                    context, subjects[index].signature, subjects[index].signature.count, digest.baseAddress, 32) == 1
        }
    }

    /// The same with the hash known, as `openssl speed` measures it.
    package func verifyDigest(_ index: Int) -> Bool {
        EVP_PKEY_verify(
            context, subjects[index].signature, subjects[index].signature.count, subjects[index].digest, 32) == 1
    }
}
