import AuthzCore

/// Where a key set is fetched from.
package enum KeyLocation: Sendable, Hashable {
    /// A `jwksUri`.
    case url(String)
    /// The OpenID configuration of an issuer, whose `jwks_uri` is then fetched.
    case discovery(issuer: String)

    /// The first URL to ask. For discovery, the issuer without one trailing slash and `/.well-known/openid-configuration`
    /// (OpenID Connect Discovery 1.0 §4).
    package var firstURL: String {
        switch self {
        case .url(let url): url
        case .discovery(let issuer):
            (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
        }
    }
}

extension KeyLocation: CustomStringConvertible {
    /// The first URL without what may be secret in it.
    package var description: String { RedactedURL.text(of: firstURL) }
}
