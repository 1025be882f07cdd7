package import AuthzCore

/// Memory for the checks of a token, used again for the next one, and what the last check read.
package struct TokenWorkspace: Sendable {
    /// The payload of the last token that was read, its claims at the root. Empty unless it was read as JSON.
    package internal(set) var claims = JSONTape()
    /// Where the payload stands in the bytes of the last token, still encoded. Empty unless the token had three pieces.
    package internal(set) var payload = 0..<0
    /// Whether the last token was refused only by a check that Envoy does not make. Then no other rule may let the request pass that
    /// Envoy would not even have asked.
    package internal(set) var envoyMayTakeIt = false
    /// Whether header or payload of the last token was no JSON to us, and may be to a lenient reader.
    var jsonIsLenient = false
    /// The header of the last token that was read.
    package internal(set) var header = JSONTape()

    /// The header that was read last, which most tokens of an issuer share.
    var knownHeader: KnownHeader?
    /// Whether ``header`` is that one.
    var headerIsKnown = false
    /// Of the last payload that was read as JSON.
    var registered = RegisteredClaims()
    var times = TokenTimes(notBefore: 0, expiration: 0)
    var decoded: [UInt8] = []
    var signature: [UInt8] = []

    /// Tokens that were verified; `nil` where none is remembered.
    var cache: TokenCache?

    /// - Parameter cachedTokens: How many verified tokens are remembered; 0 for none.
    package init(cachedTokens: Int = 0) {
        cache = cachedTokens > 0 ? TokenCache(capacity: cachedTokens) : nil
    }

    /// How many tokens were found among the remembered ones, since the beginning.
    package var cacheHits: Int { cache?.hits ?? 0 }

    /// Takes the claims out and puts another tape in their place, whose memory the next token uses.
    package mutating func exchangeClaims(with other: inout JSONTape) {
        swap(&claims, &other)
    }

    /// A header in which nothing was wrong. A class so that looking at it copies one reference.
    final class KnownHeader: Sendable {
        /// Still encoded.
        let piece: [UInt8]
        let tape: JSONTape
        let algorithm: SignatureAlgorithm

        init(piece: [UInt8], tape: JSONTape, algorithm: SignatureAlgorithm) {
            self.piece = piece
            self.tape = tape
            self.algorithm = algorithm
        }
    }
}
