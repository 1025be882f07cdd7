/// One key of a set, parsed. A class so that trying the keys of a set copies no more than a reference: it never changes.
package final class VerificationKey: Sendable {
    enum Material: Sendable {
        case rsa(PublicKey, bits: Int)
        case ecdsa(PublicKey, EllipticCurve)
        case ed25519(PublicKey)
        case symmetric([UInt8])
    }

    /// The place in `keys`, from 0.
    package let index: Int
    /// `kid`; `nil` where it is absent, empty or no string.
    package let keyID: String?
    /// `alg` as it is written; `nil` where it is absent, empty or no string.
    package let algorithmName: String?
    let material: Material
    /// `kid` in bytes, empty where there is none, and what is made of `alg`: for comparisons with tokens.
    let keyIDBytes: [UInt8]
    let use: Use

    /// Which algorithm a key is for.
    enum Use: Sendable, Equatable {
        /// Whichever fits.
        case any
        case algorithm(SignatureAlgorithm)
        /// One that no token has.
        case none
    }

    init(index: Int, keyID: String?, algorithmName: String?, material: Material) {
        self.index = index
        self.keyID = keyID
        self.algorithmName = algorithmName
        self.material = material
        keyIDBytes = Array((keyID ?? "").utf8)
        if let algorithmName {
            let bytes = algorithmName.utf8.span
            let algorithm = SignatureAlgorithm.allCases.first { bytes.isEqual(to: $0.name) }
            use = algorithm.map { .algorithm($0) } ?? .none
        } else {
            use = .any
        }
    }

    /// `kty`.
    package var type: String {
        switch material {
        case .rsa: "RSA"
        case .ecdsa: "EC"
        case .ed25519: "OKP"
        case .symmetric: "oct"
        }
    }

    /// What the key is, for messages: type with size or curve, `kid` and `alg`. No key material.
    package var description: String {
        var text =
            switch material {
            case .rsa(_, let bits): "RSA \(bits)"
            case .ecdsa(_, let curve): "EC \(curve.name)"
            case .ed25519: "OKP Ed25519"
            case .symmetric: "oct"
            }
        if let keyID { text += " kid `\(keyID)`" }
        if let algorithmName { text += " alg `\(algorithmName)`" }
        return text
    }

    var isEd25519: Bool {
        if case .ed25519 = material { true } else { false }
    }

    /// Whether the key may have made a signature of this algorithm: of the key's type and, for ECDSA, its curve.
    func fits(_ algorithm: SignatureAlgorithm) -> Bool {
        switch material {
        case .rsa: algorithm.family == .rsaPKCS1 || algorithm.family == .rsaPSS
        case .ecdsa(_, let curve): algorithm == curve.algorithm
        case .ed25519: algorithm.family == .edDSA
        case .symmetric: algorithm.family == .hmac
        }
    }

    /// Whether the key made the signature of the message, with an algorithm that fits it.
    func isValid(_ signature: Span<UInt8>, of message: Span<UInt8>, algorithm: SignatureAlgorithm) -> Bool {
        guard fits(algorithm) else { return false }
        switch material {
        case .rsa(let key, _), .ed25519(let key):
            return key.isValid(signature, of: message, algorithm: algorithm)
        case .ecdsa(let key, let curve):
            guard signature.count == 2 * curve.coordinateBytes else { return false }
            return key.isValid(signature, of: message, algorithm: algorithm)
        case .symmetric(let key):
            guard let digest = algorithm.digest else { return false }
            return MessageAuthentication.isValid(signature, of: message, key: key.span, digest: digest)
        }
    }
}
