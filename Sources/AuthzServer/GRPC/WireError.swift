/// Why bytes are no protobuf message of the expected kind.
enum WireError: Error, Hashable {
    /// A field reaches beyond the end of its message.
    case truncated
    /// A number of more than ten bytes.
    case varintTooLong
    /// Field number 0, a wire type that does not exist, or a tag beyond 32 bits.
    case invalidTag
    /// The end of a group that did not begin here.
    case unexpectedEndGroup
    /// Groups in groups beyond ``WireReader/maximumGroupDepth``.
    case tooDeep
    /// A text that is not UTF-8.
    case invalidUTF8
    /// More entries in a map or list than are read.
    case tooManyEntries
}
