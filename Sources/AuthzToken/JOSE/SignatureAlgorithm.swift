/// The algorithms that a token may name, those of Envoy. `none` is not among them.
package enum SignatureAlgorithm: UInt8, Sendable, CaseIterable {
    case es256, es384, es512
    case hs256, hs384, hs512
    case rs256, rs384, rs512
    case ps256, ps384, ps512
    case edDSA

    enum Family: Sendable { case rsaPKCS1, rsaPSS, ecdsa, hmac, edDSA }

    /// The value of `alg` (RFC 7518 §3.1, RFC 8037 §3.1).
    package var name: StaticString {
        switch self {
        case .es256: "ES256"
        case .es384: "ES384"
        case .es512: "ES512"
        case .hs256: "HS256"
        case .hs384: "HS384"
        case .hs512: "HS512"
        case .rs256: "RS256"
        case .rs384: "RS384"
        case .rs512: "RS512"
        case .ps256: "PS256"
        case .ps384: "PS384"
        case .ps512: "PS512"
        case .edDSA: "EdDSA"
        }
    }

    /// That of a family and a hash; EdDSA has none.
    init(_ family: Family, _ digest: Digest) {
        let algorithm = Self.allCases.first { $0.family == family && $0.digest == digest }
        self = algorithm ?? .edDSA
    }

    var family: Family {
        switch self {
        case .es256, .es384, .es512: .ecdsa
        case .hs256, .hs384, .hs512: .hmac
        case .rs256, .rs384, .rs512: .rsaPKCS1
        case .ps256, .ps384, .ps512: .rsaPSS
        case .edDSA: .edDSA
        }
    }

    /// The hash of the signature. EdDSA has its own and takes the message whole.
    var digest: Digest? {
        switch self {
        case .es256, .hs256, .rs256, .ps256: .sha256
        case .es384, .hs384, .rs384, .ps384: .sha384
        case .es512, .hs512, .rs512, .ps512: .sha512
        case .edDSA: nil
        }
    }
}
