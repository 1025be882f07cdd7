import AuthzCore

/// Where the claims of RFC 7519 §4.1 stand among those of a token, found in one pass.
struct RegisteredClaims: Sendable {
    private(set) var issuer: Int?
    private(set) var subject: Int?
    private(set) var audience: Int?
    private(set) var expiration: Int?
    private(set) var notBefore: Int?
    private(set) var issuedAt: Int?
    private(set) var tokenID: Int?

    init() {}

    init(of claims: borrowing JSONTape) {
        let text = claims.text.span
        var key = claims.root + 1
        for _ in 0..<claims.nodes[claims.root].count {
            let name = claims.nodes[key].text
            if name.count == 3 {
                let start = Int(name.offset)
                let letters = UInt32(text[start]) << 16 | UInt32(text[start + 1]) << 8 | UInt32(text[start + 2])
                note(letters, at: key + 1)
            }
            key = Int(claims.nodes[key + 1].end)
        }
    }

    private mutating func note(_ letters: UInt32, at node: Int) {
        switch letters {
        case 0x697373: issuer = node  // iss
        case 0x737562: subject = node  // sub
        case 0x617564: audience = node  // aud
        case 0x657870: expiration = node  // exp
        case 0x6e6266: notBefore = node  // nbf
        case 0x696174: issuedAt = node  // iat
        case 0x6a7469: tokenID = node  // jti
        default: break
        }
    }
}
