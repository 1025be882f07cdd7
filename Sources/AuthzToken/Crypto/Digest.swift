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
}
