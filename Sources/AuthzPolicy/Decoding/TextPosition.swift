/// Counts lines and columns of UTF-8 text as the YAML reader does.
enum TextPosition {
    /// The position behind the last of these bytes.
    static func end(of bytes: some Sequence<UInt8>) -> YAMLEvent.Mark {
        var mark = YAMLEvent.Mark(line: 1, column: 1)
        var followsReturn = false
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"):
                if !followsReturn { mark.line += 1 }
                mark.column = 1
            case UInt8(ascii: "\r"):
                mark.line += 1
                mark.column = 1
            case 0x80...0xbf: break  // the rest of a character
            default: mark.column += 1
            }
            followsReturn = byte == UInt8(ascii: "\r")
        }
        return mark
    }

    /// How many leading bytes are valid UTF-8; all of them for text.
    static func validPrefixCount(_ bytes: [UInt8]) -> Int {
        let isValid = bytes.withUnsafeBufferPointer { buffer in
            String(validating: buffer, as: UTF8.self) != nil
        }
        if isValid { return bytes.count }
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var count = 0
        while case .valid(let scalar) = decoder.parseScalar(from: &iterator) { count += scalar.count }
        return count
    }
}
