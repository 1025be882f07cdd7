package import AuthzCore

/// Why a document could not be fetched.
package enum FetchError: Error, Sendable, Hashable {
    /// The text is not a URL that the client can read.
    case invalidURL
    /// Neither `https` nor, where permitted, `http`; in the URL or in a redirect.
    case schemeNotAllowed(allowsHTTP: Bool)
    /// The host, or one that a redirect named, resolves to an address that the guard refuses.
    case addressNotAllowed(IPAddress)
    case tooManyRedirects(limit: Int)
    case tooLarge(maximumBytes: Int)
    case timedOut
    /// The answer's status was not one of success (2xx, as istiod asks for).
    case status(Int)
    /// The name did not resolve, the connection or its TLS failed, or the answer ended early: in the client's words.
    case transport(String)
    /// The server is stopping.
    case cancelled
}

extension FetchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidURL: "not a URL"
        case .schemeNotAllowed(allowsHTTP: false): "only https is fetched; `--allow-http-jwks` permits http"
        case .schemeNotAllowed(allowsHTTP: true): "only https and http are fetched"
        case .addressNotAllowed(let address): "connections to \(address) are not permitted"
        case .tooManyRedirects(let limit): "more than \(limit) redirects"
        case .tooLarge(let maximumBytes): "the answer is larger than \(maximumBytes) bytes"
        case .timedOut: "timed out"
        case .status(let status): "the answer has status \(status)"
        case .transport(let message): message
        case .cancelled: "cancelled"
        }
    }
}
