import NIOSSL

/// What went wrong in TLS, in the few words that BoringSSL has for it.
struct TLSErrorText: CustomStringConvertible {
    let description: String

    init(_ error: any Error) {
        let text = "\(error)"
        // Its errors end in `...:OPENSSL_internal:REASON at FILE:LINE`.
        guard let start = text.firstRange(of: "OPENSSL_internal:")?.upperBound else {
            description = text
            return
        }
        let reason = text[start...].prefix { $0 == "_" || $0.isLetter || $0.isNumber }
        description = reason.replacing("_", with: " ").lowercased()
    }
}
