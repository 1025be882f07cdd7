import AuthzCore

/// What a rule asks of its tokens, but for the signature.
package struct TokenRequirements: Sendable {
    /// Tells these requirements from all that were made apart from them.
    let identity = UniqueNumber()
    /// Empty: any `iss`, or none.
    let issuer: [UInt8]
    /// Normalized. Empty: no audience is asked for.
    let audiences: [[UInt8]]

    /// - Parameters:
    ///   - issuer: What `iss` must be, byte for byte; any if empty.
    ///   - audiences: One of them must be in `aud`; none is asked for if empty.
    package init(issuer: String, audiences: [String]) {
        self.issuer = Array(issuer.utf8)
        self.audiences = audiences.map { audience in
            let bytes = Array(audience.utf8)
            return Array(bytes[Self.normalizedRange(of: bytes.span)])
        }
    }

    /// Whether an audience of a token is one of those asked for.
    package func accepts(audience: Span<UInt8>) -> Bool {
        let audience = audience.extracting(Self.normalizedRange(of: audience))
        for wanted in audiences where wanted.span.isEqual(to: audience) { return true }
        return false
    }

    /// An audience without one leading `http://` or `https://` and one trailing `/`, as Envoy compares them.
    private static func normalizedRange(of audience: Span<UInt8>) -> Range<Int> {
        let start =
            if audience.hasPrefix("http://") { 7 } else if audience.hasPrefix("https://") { 8 } else { 0 }
        let end = audience.count
        return end > start && audience[end - 1] == UInt8(ascii: "/") ? start..<end - 1 : start..<end
    }
}
