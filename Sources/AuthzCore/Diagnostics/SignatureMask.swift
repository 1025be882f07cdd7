/// Takes the signatures of tokens out of text that nobody reads for a token: messages, explanations, logs. A decision in JSON keeps
/// them, as it is word for word what a client gets, and its `www-authenticate` repeats the URL.
package enum SignatureMask {
    /// The text with `…` for the signature of each compact token, and for what follows it up to the token's end. Linear in its length.
    package static func hidingSignatures(in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard TokenRun.isMember(bytes[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, TokenRun.isMember(bytes[index]) { index += 1 }
            guard let signature = TokenRun.signature(in: bytes[start..<index]) else { continue }
            result += bytes[copied..<signature]
            result += "…".utf8
            copied = index
        }
        return copied == 0 ? bytes : result + bytes[copied...]
    }

    package static func hidingSignatures(in text: String) -> String {
        String(decoding: hidingSignatures(in: Array(text.utf8)), as: UTF8.self)
    }
}
