import AuthzCore

/// The one member that matters here of an issuer's OpenID configuration (OpenID Connect Discovery 1.0 §3).
package struct OpenIDConfiguration: Sendable, Hashable {
    /// Why a document is not one.
    package enum ParseError: Error, Sendable, Hashable, CustomStringConvertible {
        case notJSON
        case noKeySetURL

        package var description: String {
            switch self {
            case .notJSON: "the OpenID configuration is not JSON"
            case .noKeySetURL: "the OpenID configuration has no `jwks_uri`"
            }
        }
    }

    /// `jwks_uri`. Unchecked text: the fetcher judges it like any other.
    package let jwksURL: String

    /// Reads the document. Its `issuer` is not compared with the rule's, though OpenID Connect Discovery 1.0 §4.3 asks for it: istiod
    /// takes the keys all the same (RequestAuthentication dossier 4.6), so tokens that pass there would not here.
    package init(parsing document: Span<UInt8>) throws(ParseError) {
        var tape = JSONTape()
        do { try tape.scan(document) } catch { throw .notJSON }
        guard let index = tape.member("jwks_uri", of: tape.root), tape.kind(at: index) == .string else {
            throw .noKeySetURL
        }
        jwksURL = tape.string(at: index)
    }
}
