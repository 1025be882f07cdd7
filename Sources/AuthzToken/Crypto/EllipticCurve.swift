/// The curves of ECDSA keys (RFC 7518 §6.2.1.1).
enum EllipticCurve: UInt8, Sendable, CaseIterable {
    case p256, p384, p521

    /// The value of `crv`, and OpenSSL's name of the group.
    var name: StaticString {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        }
    }

    /// The algorithm that RFC 7518 §3.4 pairs with the curve.
    var algorithm: SignatureAlgorithm {
        switch self {
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        }
    }

    /// How many bytes a coordinate has, and each half of a signature.
    var coordinateBytes: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }
}
