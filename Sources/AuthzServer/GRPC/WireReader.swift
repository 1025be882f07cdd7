import AuthzCore

/// Walks the fields of one protobuf message in its bytes. It neither copies nor allocates.
///
/// Holds a place and not the bytes themselves, so that what is found may be stored while reading goes on; the same bytes must be
/// passed to each call.
struct WireReader {
    /// One field as it stands on the wire.
    struct Field {
        var number: UInt32
        var value: Value
    }

    enum Value {
        case varint(UInt64)
        /// Length-delimited: a text, bytes, a message, or packed numbers.
        case bytes(ByteSlice)
        /// A number of eight bytes; no field that is read here has one.
        case fixed64
        /// A number of four bytes, or a group; likewise.
        case other
    }

    /// As deep as protobuf libraries go.
    static let maximumGroupDepth = 100

    private var index: Int
    private let end: Int

    /// The whole of some bytes.
    init(_ bytes: Span<UInt8>) {
        index = 0
        end = bytes.count
    }

    /// The message in a field. Only slices that ``next(in:)`` returned are safe to pass.
    init(_ slice: ByteSlice) {
        index = slice.range.lowerBound
        end = slice.range.upperBound
    }

    /// The next field; `nil` at the end of the message.
    @inline(__always)
    mutating func next(in bytes: Span<UInt8>) throws(WireError) -> Field? {
        guard index < end else { return nil }
        let (number, type) = try tag(in: bytes)
        switch type {
        case 0: return Field(number: number, value: .varint(try varint(in: bytes)))
        case 2:
            let count = try varint(in: bytes)
            guard count <= UInt64(end - index) else { throw .truncated }
            let slice = ByteSlice(offset: index, count: Int(count))
            index += Int(count)
            return Field(number: number, value: .bytes(slice))
        default:
            try skip(number, type: type, depth: 0, in: bytes)
            return Field(number: number, value: type == 1 ? .fixed64 : .other)
        }
    }

    @inline(__always)
    private mutating func tag(in bytes: Span<UInt8>) throws(WireError) -> (number: UInt32, type: UInt32) {
        let value = try varint(in: bytes)
        guard value < UInt64(UInt32.max) else { throw .invalidTag }
        let tag = UInt32(truncatingIfNeeded: value)
        guard tag >> 3 > 0, tag & 7 <= 5 else { throw .invalidTag }
        return (tag >> 3, tag & 7)
    }

    /// Most numbers are lengths and tags of one byte.
    @inline(__always)
    private mutating func varint(in bytes: Span<UInt8>) throws(WireError) -> UInt64 {
        guard index < end, index < bytes.count else { throw .truncated }
        let byte = bytes[unchecked: index]
        guard byte >= 0x80 else {
            index += 1
            return UInt64(byte)
        }
        return try longVarint(in: bytes)
    }

    /// Bits beyond the 64th are dropped, as protobuf libraries do.
    private mutating func longVarint(in bytes: Span<UInt8>) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard index < end else { throw .truncated }
            let byte = bytes[index]
            index += 1
            value |= UInt64(byte & 0x7f) &<< shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 70 else { throw .varintTooLong }
        }
    }

    private mutating func skip(
        _ number: UInt32, type: UInt32, depth: Int, in bytes: Span<UInt8>
    ) throws(WireError) {
        switch type {
        case 0: _ = try varint(in: bytes)
        case 1: try skip(8)
        case 2:
            let count = try varint(in: bytes)
            guard count <= UInt64(end - index) else { throw .truncated }
            index += Int(count)
        case 3:
            guard depth < Self.maximumGroupDepth else { throw .tooDeep }
            while true {
                guard index < end else { throw .truncated }
                let inner = try tag(in: bytes)
                if inner.type == 4 {
                    guard inner.number == number else { throw .unexpectedEndGroup }
                    return
                }
                try skip(inner.number, type: inner.type, depth: depth + 1, in: bytes)
            }
        case 4: throw .unexpectedEndGroup
        default: try skip(4)
        }
    }

    private mutating func skip(_ count: Int) throws(WireError) {
        guard end - index >= count else { throw .truncated }
        index += count
    }

    /// Refuses a text that is not UTF-8, as proto3 does.
    @inline(__always)
    static func checkText(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        if ByteClass.isPrintableASCII(bytes, slice) { return }
        try checkUnusualText(slice, in: bytes)
    }

    private static func checkUnusualText(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        var index = slice.range.lowerBound
        let end = slice.range.upperBound
        while index < end {
            if bytes[index] < 0x80 {
                index += 1
            } else {
                guard let length = utf8Length(bytes, at: index), length <= end - index else { throw .invalidUTF8 }
                index += length
            }
        }
    }
}
