package import AuthzCore

/// Memory for the checks of a token, used again for the next one, and what the last check read.
package struct TokenWorkspace: Sendable {
    /// The payload of the last token that was read, its claims at the root. Empty unless it was read as JSON.
    package internal(set) var claims = JSONTape()
    /// Where the payload stands in the bytes of the last token, still encoded. Empty unless the token had three pieces.
    package internal(set) var payload = 0..<0
    /// The header of the last token that was read.
    package internal(set) var header = JSONTape()

    var decoded: [UInt8] = []
    var signature: [UInt8] = []
    var signedBytes: [UInt8] = []

    package init() {}

    /// Takes the claims out and puts another tape in their place, whose memory the next token uses.
    package mutating func exchangeClaims(with other: inout JSONTape) {
        swap(&claims, &other)
    }
}
