/// Why a text is not JSON, and the index of the byte at which that became clear.
package enum JSONError: Error, Sendable, Hashable {
    /// The text ends inside a value, or holds none.
    case unexpectedEnd(offset: Int)
    /// A byte that cannot stand here; trailing commas, comments and a byte order mark among them.
    case unexpectedByte(offset: Int)
    /// Something follows the value.
    case trailingBytes(offset: Int)
    /// A raw control character in a string.
    case controlCharacter(offset: Int)
    /// A backslash that begins none of the escapes of RFC 8259 §7.
    case invalidEscape(offset: Int)
    /// A `\u` escape of half a surrogate pair.
    case loneSurrogate(offset: Int)
    /// Bytes of a string that RFC 3629 does not allow: overlong, surrogates, above U+10FFFF or cut off.
    case invalidUTF8(offset: Int)
    /// A number that no finite double is near to.
    case numberOutOfRange(offset: Int)
    /// Two members of one object with the same name after unescaping. The offset is that of the object's end.
    case duplicateMember(offset: Int)
    /// More levels of objects and arrays than allowed.
    case tooDeep(offset: Int)
    /// More bytes than a tape can name.
    case tooLong(count: Int)
}

extension JSONError {
    /// The index of the byte at which it became clear; 0 for a text that is not looked at.
    package var offset: Int {
        switch self {
        case .unexpectedEnd(let offset), .unexpectedByte(let offset), .trailingBytes(let offset),
            .controlCharacter(let offset), .invalidEscape(let offset), .loneSurrogate(let offset),
            .invalidUTF8(let offset), .numberOutOfRange(let offset), .duplicateMember(let offset), .tooDeep(let offset):
            offset
        case .tooLong: 0
        }
    }
}
