import AuthzCore

/// One value of a policy, compiled. Its texts lie in the arena of the ``Program``.
struct Pattern: Sendable {
    /// How the value is compared (AuthorizationPolicy dossier: string matching primitives, peer identity, path tests).
    enum Form: UInt8, Sendable {
        /// At least one byte and no line feed: the regular expression `.+`.
        case nonEmpty
        /// The header is there, even if empty.
        case present
        case exact
        case prefix
        case suffix
        case exactIgnoringCase
        case prefixIgnoringCase
        case suffixIgnoringCase
        /// `spiffe://`, anything, then the text.
        case spiffeSuffix
        /// `/ns/`, the pieces with anything between them, `/`, somewhere in the identity.
        case namespace
        /// The account `second` in the namespace `text`.
        case serviceAccount
        /// A trust domain that begins with `text` and ends with `second`.
        case trustDomain
        /// A URI template; `second` are its pieces.
        case template
        /// `second.offset` is the index of a CIDR block.
        case cidr
        /// `second.offset` is the port.
        case port
        /// `text.offset` and `second.offset` are the indices of the patterns for `iss` and `sub`.
        case requestPrincipal
    }

    /// What ``second`` is in a pattern for the texts of a list in dynamic metadata.
    static let ofList = ByteSlice(offset: 1, count: 0)

    var form: Form
    var text: ByteSlice
    var second: ByteSlice

    init(_ form: Form, text: ByteSlice = .empty, second: ByteSlice = .empty) {
        self.form = form
        self.text = text
        self.second = second
    }
}

/// A piece of a URI template.
struct TemplatePiece: Sendable {
    enum Kind: UInt8, Sendable { case literal, oneSegment, anySegments }

    var kind: Kind
    /// The literal, slashes included.
    var text: ByteSlice
}
