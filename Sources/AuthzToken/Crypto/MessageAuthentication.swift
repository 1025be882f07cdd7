internal import COpenSSL

/// HMAC (RFC 7518 §3.2).
enum MessageAuthentication {
    /// Whether `code` is the HMAC of the message. Takes as long for a wrong code as for the right one.
    static func isValid(_ code: Span<UInt8>, of message: Span<UInt8>, key: Span<UInt8>, digest: Digest) -> Bool {
        guard code.count == digest.byteCount, key.count <= Int(Int32.max) else { return false }
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { expected in
            var count: UInt32 = 0
            let result = unsafe key.withUnsafeBufferPointer { key in
                unsafe message.withUnsafeBufferPointer { message in
                    unsafe HMAC(
                        digest.method, key.baseAddress, Int32(key.count), message.baseAddress, message.count,
                        expected.baseAddress, &count)
                }
            }
            guard unsafe result != nil, Int(count) == code.count else {
                ERR_clear_error()
                return false
            }
            return unsafe code.withUnsafeBufferPointer { code in
                unsafe CRYPTO_memcmp(code.baseAddress, expected.baseAddress, code.count) == 0
            }
        }
    }
}
