extension JSONTape {
    /// Reads the string whose opening quote is at `index` and appends its bytes, unescaped, to the text.
    mutating func scanString(_ bytes: Span<UInt8>, at index: inout Int) throws(JSONError) -> ByteSlice {
        let start = text.count
        index += 1
        var run = index
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                appendText(bytes, run..<index)
                index += 1
                return ByteSlice(offset: start, count: text.count - start)
            } else if byte == UInt8(ascii: "\\") {
                appendText(bytes, run..<index)
                try scanEscape(bytes, at: &index)
                run = index
            } else if byte < 0x20 {
                throw .controlCharacter(offset: index)
            } else if byte < 0x80 {
                index += 1
            } else {
                guard let length = utf8Length(bytes, at: index) else { throw .invalidUTF8(offset: index) }
                index += length
            }
        }
        throw .unexpectedEnd(offset: index)
    }

    private mutating func appendText(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        unsafe bytes.extracting(range).withUnsafeBufferPointer { run in
            unsafe text.append(contentsOf: run)
        }
    }

    private mutating func scanEscape(_ bytes: Span<UInt8>, at index: inout Int) throws(JSONError) {
        let start = index
        guard index + 1 < bytes.count else { throw .unexpectedEnd(offset: bytes.count) }
        let byte = bytes[index + 1]
        index += 2
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try scanHexadecimal(bytes, at: &index)
            if scalar & 0xfc00 == 0xd800 {
                guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
                    bytes[index + 1] == UInt8(ascii: "u")
                else { throw .loneSurrogate(offset: start) }
                index += 2
                let low = try scanHexadecimal(bytes, at: &index)
                guard low & 0xfc00 == 0xdc00 else { throw .loneSurrogate(offset: start) }
                scalar = 0x10000 + (scalar & 0x3ff) << 10 + low & 0x3ff
            }
            guard let encoded = Unicode.Scalar(scalar).flatMap(UTF8.encode) else {
                throw .loneSurrogate(offset: start)
            }
            text.append(contentsOf: encoded)
        default:
            throw .invalidEscape(offset: start)
        }
    }

    private func scanHexadecimal(_ bytes: Span<UInt8>, at index: inout Int) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard index < bytes.count else { throw .unexpectedEnd(offset: index) }
            guard let digit = hexadecimalValue(bytes[index]) else { throw .invalidEscape(offset: index) }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    /// Reads a number and appends it as it is written.
    mutating func scanNumber(_ bytes: Span<UInt8>, at index: inout Int) throws(JSONError) -> ByteSlice {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let isZero = index < bytes.count && bytes[index] == UInt8(ascii: "0")
        let integerStart = index
        if isZero { index += 1 } else { try scanDigits(bytes, at: &index) }
        var mayOverflow = index - integerStart > 300
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            try scanDigits(bytes, at: &index)
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            mayOverflow = true
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            try scanDigits(bytes, at: &index)
        }
        let slice = ByteSlice(offset: text.count, count: index - start)
        appendText(bytes, start..<index)
        if mayOverflow, !Self.double(text[slice.range]).isFinite { throw .numberOutOfRange(offset: start) }
        return slice
    }

    /// Skips one or more digits.
    private func scanDigits(_ bytes: Span<UInt8>, at index: inout Int) throws(JSONError) {
        let start = index
        while index < bytes.count, bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") { index += 1 }
        guard index > start else {
            throw index < bytes.count ? .unexpectedByte(offset: index) : .unexpectedEnd(offset: index)
        }
    }
}
