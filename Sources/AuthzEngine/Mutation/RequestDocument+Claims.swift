package import AuthzPolicy

extension RequestDocument {
    /// The document with the claims of its token in the place of the token, said to be signed and said not to be; none where it has no
    /// token that can be read, or claims already.
    package func withClaims(at policySet: PolicySet) -> [RequestDocument] {
        if case .claims = token { return [] }
        let workload = policySet.workload(for: self).workload
        let places = workload.map { TokenPlaces(of: $0, in: policySet) } ?? TokenPlaces()
        guard let claims = places.claims(in: self) else { return [] }
        var document = self
        places.removeTokens(from: &document)
        return [true, false].map { isSigned in
            document.token = .claims(json: claims, hasValidSignature: isSigned, location: location)
            return document
        }
    }
}
