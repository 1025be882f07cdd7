/// Appends the fields of a protobuf message to its bytes.
enum WireWriter {
    /// A field of type `int32`, `enum` or `bool`, not negative.
    static func append(_ number: UInt32, _ value: UInt64, to bytes: inout [UInt8]) {
        appendVarint(UInt64(number) << 3, to: &bytes)
        appendVarint(value, to: &bytes)
    }

    /// A field of type `string` or `bytes`.
    static func append(_ number: UInt32, _ value: some Collection<UInt8>, to bytes: inout [UInt8]) {
        appendVarint(UInt64(number) << 3 | 2, to: &bytes)
        appendVarint(UInt64(value.count), to: &bytes)
        bytes.append(contentsOf: value)
    }

    static func append(_ number: UInt32, _ value: StaticString, to bytes: inout [UInt8]) {
        value.withUTF8Buffer { append(number, $0, to: &bytes) }
    }

    /// A field that is a message; what it holds is moved once its length is known, so keep it small.
    static func appendMessage(_ number: UInt32, to bytes: inout [UInt8], _ fill: (inout [UInt8]) -> Void) {
        appendVarint(UInt64(number) << 3 | 2, to: &bytes)
        let start = bytes.count
        bytes.append(0)
        fill(&bytes)
        var count = UInt64(bytes.count - start - 1)
        var place = start
        while count >= 0x80 {
            bytes.insert(UInt8(truncatingIfNeeded: count) | 0x80, at: place)
            place += 1
            count >>= 7
        }
        bytes[place] = UInt8(truncatingIfNeeded: count)
    }

    private static func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
