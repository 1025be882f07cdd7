extension JSONError {
    /// What is wrong at the place, in lower case without a full stop.
    package var message: String {
        switch self {
        case .unexpectedEnd: "the text ends too early"
        case .unexpectedByte: "a character that cannot stand here"
        case .trailingBytes: "something follows the value"
        case .controlCharacter: "a control character in a string"
        case .invalidEscape: "an unknown escape"
        case .loneSurrogate: "half a surrogate pair"
        case .invalidUTF8: "bytes that are not UTF-8"
        case .numberOutOfRange: "a number out of range"
        case .duplicateMember: "a member that comes twice in the object that ends here"
        case .tooDeep: "too many levels"
        case .tooLong(let count): "\(count) bytes are more than are read"
        }
    }
}
