import AuthzCore

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
    /// Whether Envoy takes the key and we do not: it verifies nothing, and says what Envoy would have made of a token.
    let isLeftOut: Bool
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

    init(index: Int, keyID: String?, algorithmName: String?, material: Material, isLeftOut: Bool) {
        self.index = index
        self.keyID = keyID
        self.algorithmName = algorithmName
        self.material = material
        self.isLeftOut = isLeftOut
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

    /// Whether an ECDSA signature has the length of its curve; those of others are OpenSSL's to judge.
    private func hasUsualLength(_ signature: Span<UInt8>) -> Bool {
        if case .ecdsa(_, let curve) = material { signature.count == 2 * curve.coordinateBytes } else { true }
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
        guard !isLeftOut, fits(algorithm) else { return false }
        guard hasUsualLength(signature) else { return false }
        return material.isValid(signature, of: message, algorithm: algorithm)
    }

    /// Whether Envoy would take a signature that ``isValid(_:of:algorithm:)`` refuses: it reads the way to verify off the key alone, and
    /// of `alg` only the hash; it halves an ECDSA signature of any length (request authentication dossier 4.4).
    func isValidToEnvoy(
        _ signature: Span<UInt8>, of message: Span<UInt8>, algorithm: SignatureAlgorithm
    ) -> Bool {
        // Otherwise the answer is known.
        guard isLeftOut || !fits(algorithm) || !hasUsualLength(signature) else { return false }
        let digest = algorithm.digest ?? .sha256
        switch material {
        case .rsa:
            let family = algorithm.family == .rsaPSS ? SignatureAlgorithm.Family.rsaPSS : .rsaPKCS1
            return material.isValid(signature, of: message, algorithm: SignatureAlgorithm(family, digest))
        case .ecdsa:
            let halves = signature.extracting(0..<signature.count / 2 * 2)
            return material.isValid(halves, of: message, algorithm: SignatureAlgorithm(.ecdsa, digest))
        case .ed25519: return material.isValid(signature, of: message, algorithm: .edDSA)
        case .symmetric:
            return material.isValid(signature, of: message, algorithm: SignatureAlgorithm(.hmac, digest))
        }
    }
}

extension VerificationKey.Material {
    /// Whether the key made the signature of the message; the algorithm is one of its type.
    fileprivate func isValid(
        _ signature: Span<UInt8>, of message: Span<UInt8>, algorithm: SignatureAlgorithm
    ) -> Bool {
        switch self {
        case .rsa(let key, _), .ecdsa(let key, _), .ed25519(let key):
            return key.isValid(signature, of: message, algorithm: algorithm)
        case .symmetric(let key):
            guard let digest = algorithm.digest else { return false }
            return MessageAuthentication.isValid(signature, of: message, key: key.span, digest: digest)
        }
    }
}
