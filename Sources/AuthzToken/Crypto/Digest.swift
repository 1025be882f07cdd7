internal import COpenSSL

/// The hashes of signatures.
enum Digest: UInt8, Sendable {
    case sha256, sha384, sha512

    /// How many bytes the hash has.
    var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// OpenSSL's constant; nobody frees it.
    @unsafe var method: OpaquePointer? {
        switch self {
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }

    /// Writes the hash of a message over the first ``byteCount`` bytes of `output`, which must have as many.
    @unsafe func hash(_ message: Span<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        precondition(output.count >= byteCount, "no room for a hash")
        return unsafe message.withUnsafeBufferPointer { message in
            switch self {
            case .sha256: unsafe authz_sha256(message.baseAddress, message.count, output.baseAddress) == 1
            case .sha384: unsafe authz_sha384(message.baseAddress, message.count, output.baseAddress) == 1
            case .sha512: unsafe authz_sha512(message.baseAddress, message.count, output.baseAddress) == 1
            }
        }
    }
}
