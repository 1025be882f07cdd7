import AuthzCore

extension TokenWorkspace {
    /// Tries the keys that fit `kid` and `alg` of the header in their order until one verifies.
    mutating func checkSignature(
        _ token: Span<UInt8>, _ compact: CompactToken, algorithm: SignatureAlgorithm, keys: KeySet
    ) -> TokenStatus {
        guard !keys.keys.isEmpty else { return .signatureInvalid }
        guard compact.hasEmptyPieces else {
            let signed = token.extracting(compact.header.lowerBound..<compact.payload.upperBound)
            return tryKeys(keys, signed, algorithm)
        }
        // Envoy puts header and payload together again without what stood between them.
        signedBytes.removeAll(keepingCapacity: true)
        for index in compact.header { signedBytes.append(token[index]) }
        signedBytes.append(UInt8(ascii: "."))
        for index in compact.payload { signedBytes.append(token[index]) }
        return tryKeys(keys, signedBytes.span, algorithm)
    }

    private func tryKeys(_ keys: KeySet, _ signed: Span<UInt8>, _ algorithm: SignatureAlgorithm) -> TokenStatus {
        let kid = header.member("kid", of: header.root)
        var verdict = TokenStatus.keyUnknown
        for index in keys.keys.indices where isCandidate(keys.keys[index], kid: kid, algorithm) {
            // Envoy gives up at an Ed25519 key that meets a signature of another length, whatever keys follow.
            if keys.keys[index].isEd25519, signature.count != 64 { return .ed25519SignatureLength }
            if keys.keys[index].isValid(signature.span, of: signed, algorithm: algorithm) { return .verified }
            verdict = .signatureInvalid
        }
        return verdict
    }

    /// Whether neither `kid` nor `alg` of the key speaks against it. An absent or empty one does not.
    private func isCandidate(
        _ key: VerificationKey, kid: Int?, _ algorithm: SignatureAlgorithm
    ) -> Bool {
        if let kid, !key.keyIDBytes.isEmpty, !header.nodes[kid].text.isEmpty {
            guard header.text.span.extracting(header.nodes[kid].text.range).hasSameBytes(as: key.keyIDBytes) else {
                return false
            }
        }
        return key.use == .any || key.use == .algorithm(algorithm)
    }
}
