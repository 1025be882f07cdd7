import AuthzCore

extension TokenWorkspace {
    /// Tries the keys that fit `kid` and `alg` of the header in their order until one verifies.
    mutating func checkSignature(
        _ token: Span<UInt8>, _ compact: CompactToken, algorithm: SignatureAlgorithm, keys: KeySet
    ) -> TokenStatus {
        withSignedBytes(of: token, compact) { workspace, signed in
            let verdict = workspace.tryKeys(keys, signed, algorithm)
            // A set without keys is one whose keys we leave out.
            return keys.keys.isEmpty ? .signatureInvalid : verdict
        }
    }

    /// Whether one of the keys made the signature of a token whose JSON is none to us. Envoy reads JSON leniently, so that it may take
    /// such a token.
    ///
    /// - Parameter algorithms: Those that its header may name.
    mutating func isSigned(
        _ token: Span<UInt8>, _ compact: CompactToken, _ algorithms: [SignatureAlgorithm], keys: KeySet
    ) -> Bool {
        guard Base64URL.decode(token.extracting(compact.signature), into: &signature) != nil else { return false }
        return withSignedBytes(of: token, compact) { workspace, signed in
            let signature = workspace.signature
            return algorithms.contains { algorithm in
                keys.candidates.contains { key in
                    key.isValid(signature.span, of: signed, algorithm: algorithm)
                        || key.isValidToEnvoy(signature.span, of: signed, algorithm: algorithm)
                }
            }
        }
    }

    private mutating func withSignedBytes<Result>(
        of token: Span<UInt8>, _ compact: CompactToken, _ body: (inout TokenWorkspace, Span<UInt8>) -> Result
    ) -> Result {
        guard compact.hasEmptyPieces else {
            return body(&self, token.extracting(compact.header.lowerBound..<compact.payload.upperBound))
        }
        // Envoy puts header and payload together again without what stood between them.
        var bytes: [UInt8] = []
        for index in compact.header { bytes.append(token[index]) }
        bytes.append(UInt8(ascii: "."))
        for index in compact.payload { bytes.append(token[index]) }
        return body(&self, bytes.span)
    }

    private mutating func tryKeys(
        _ keys: KeySet, _ signed: Span<UInt8>, _ algorithm: SignatureAlgorithm
    ) -> TokenStatus {
        let kid = header.member("kid", of: header.root)
        var verdict = TokenStatus.keyUnknown
        for index in keys.candidates.indices where isCandidate(keys.candidates[index], kid: kid, algorithm) {
            // Envoy gives up at an Ed25519 key that meets a signature of another length, whatever keys follow.
            if keys.candidates[index].isEd25519, signature.count != 64 { return .ed25519SignatureLength }
            if keys.candidates[index].isValid(signature.span, of: signed, algorithm: algorithm) {
                envoyMayTakeIt = false
                return .verified
            }
            if keys.candidates[index].isValidToEnvoy(signature.span, of: signed, algorithm: algorithm) {
                envoyMayTakeIt = true
            }
            verdict = .signatureInvalid
        }
        return verdict
    }

    /// Whether neither `kid` nor `alg` of the key speaks against it. An absent or empty one does not.
    private func isCandidate(
        _ key: VerificationKey, kid: Int?, _ algorithm: SignatureAlgorithm
    ) -> Bool {
        if let kid, !key.keyIDBytes.isEmpty, !header.nodes[kid].text.isEmpty {
            guard header.text.span.extracting(header.nodes[kid].text.range).isEqual(to: key.keyIDBytes) else {
                return false
            }
        }
        return key.use == .any || key.use == .algorithm(algorithm)
    }
}
