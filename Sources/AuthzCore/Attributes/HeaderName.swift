/// The syntax of header names. Inlined, since codecs ask it about each byte.
@usableFromInline
package enum HeaderName {
    /// Whether the text is a `token` (RFC 9110 §5.6.2).
    package static func isValid(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
    }

    /// Whether a `token` may hold the byte; methods are tokens, too.
    @inlinable
    package static func isTokenByte(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 0x40 ? lowTokenBytes >> byte : highTokenBytes >> (byte - 0x40)) & 1 == 1
    }

    /// A bit for each byte below 0x40, and from there to 0x80. Numbers, since a stored table is asked for with a lock.
    @usableFromInline static var lowTokenBytes: UInt64 { 0x3ff_6cfa_0000_0000 }
    @usableFromInline static var highTokenBytes: UInt64 { 0x57ff_ffff_c7ff_fffe }
}
