import AuthzCore

/// A header value as a text of proto3, which is UTF-8: an answer with anything else in it is none to its reader, and no answer may
/// let a request pass.
enum HeaderText {
    /// Replaces by `!` what is not UTF-8, as Envoy does, and the control characters that no header may have.
    static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        var index = 0
        while index < bytes.count {
            if isPrintable(bytes[index]) {
                text.append(bytes[index])
                index += 1
            } else if let length = utf8Length(bytes, at: index) {
                for place in index..<index + length { text.append(bytes[place]) }
                index += length
            } else {
                text.append(UInt8(ascii: "!"))
                index += 1
            }
        }
    }

    private static func isPrintable(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7f || byte == UInt8(ascii: "\t")
    }
}
