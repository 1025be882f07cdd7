import AuthzCore

/// The members that matter here of an issuer's OpenID configuration (OpenID Connect Discovery 1.0 §3).
package struct OpenIDConfiguration: Sendable, Hashable {
    /// Why a document is not one.
    package enum ParseError: Error, Sendable, Hashable, CustomStringConvertible {
        case notJSON
        /// `issuer` is absent or no string.
        case noIssuer
        /// `issuer` is not the one that was asked, byte for byte.
        case otherIssuer(String)
        case noKeySetURL

        package var description: String {
            switch self {
            case .notJSON: "the OpenID configuration is not JSON"
            case .noIssuer: "the OpenID configuration has no `issuer`"
            case .otherIssuer(let issuer):
                "the OpenID configuration is that of another issuer, `\(RedactedURL.text(of: issuer).prefix(256))`"
            case .noKeySetURL: "the OpenID configuration has no `jwks_uri`"
            }
        }
    }

    /// `jwks_uri`. Unchecked text: the fetcher judges it like any other.
    package let jwksURL: String

    /// Reads the document and makes sure that it is of this issuer (OpenID Connect Discovery 1.0 §4.3).
    ///
    /// istiod does not compare the issuer. Where one host serves several tenants, that takes the keys of whichever tenant's
    /// document is served at the path.
    package init(parsing document: Span<UInt8>, of issuer: String) throws(ParseError) {
        var tape = JSONTape()
        do { try tape.scan(document) } catch { throw .notJSON }
        guard let index = tape.member("issuer", of: tape.root), tape.kind(at: index) == .string else { throw .noIssuer }
        guard tape.string(at: index, equals: issuer.utf8.span) else { throw .otherIssuer(tape.string(at: index)) }
        guard let index = tape.member("jwks_uri", of: tape.root), tape.kind(at: index) == .string else {
            throw .noKeySetURL
        }
        jwksURL = tape.string(at: index)
    }
}
