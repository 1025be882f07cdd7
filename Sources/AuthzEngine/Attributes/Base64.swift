/// Base64 of RFC 4648 §4 and §5.
enum Base64 {
    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The standard alphabet, padded.
    static func encode(_ bytes: [UInt8], to output: inout [UInt8]) {
        encode(bytes, standard, to: &output)
        while output.count % 4 != 0 { output.append(UInt8(ascii: "=")) }
    }

    /// The alphabet for URLs, without padding.
    static func urlEncoded(_ text: String) -> String {
        var output: [UInt8] = []
        encode(Array(text.utf8), url, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func encode(_ bytes: [UInt8], _ alphabet: [UInt8], to output: inout [UInt8]) {
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0...group.count { output.append(alphabet[bits >> (18 - 6 * place) & 63]) }
        }
    }
}
