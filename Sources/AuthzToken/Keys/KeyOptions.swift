/// Which keys of a set count.
package struct KeyOptions: Sendable {
    /// Where a set comes from.
    package enum Origin: Sendable, Hashable {
        /// Written in the policy itself.
        case inline
        /// From a URI, or from one that an issuer's configuration names.
        case fetched
        /// From a file that stands for a URI.
        case file(String)
        /// Written for a URI at a place of the configuration.
        case configuration(String)
    }

    /// Whether `oct` keys of a set count that is not written in a policy. Those in a policy always do.
    package var allowsSymmetricKeys: Bool
    /// RSA keys with a shorter modulus are left out. Envoy takes 512 bits and more.
    package var minimumRSABits: Int

    package init(allowsSymmetricKeys: Bool = false, minimumRSABits: Int = 2048) {
        self.allowsSymmetricKeys = allowsSymmetricKeys
        self.minimumRSABits = minimumRSABits
    }
}
