/// Which keys of a set count.
package struct KeyOptions: Sendable {
    /// Where a set comes from.
    package enum Origin: Sendable {
        /// Written in the policy itself.
        case inline
        /// From a URI, a file or a discovery document.
        case fetched
    }

    /// Whether `oct` keys of a fetched set count. Those in a policy always do.
    package var allowsSymmetricKeys: Bool
    /// RSA keys with a shorter modulus are left out. Envoy takes 512 bits and more.
    package var minimumRSABits: Int

    package init(allowsSymmetricKeys: Bool = false, minimumRSABits: Int = 2048) {
        self.allowsSymmetricKeys = allowsSymmetricKeys
        self.minimumRSABits = minimumRSABits
    }
}
