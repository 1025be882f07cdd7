/// Why a request is refused before anything is decided.
package enum RequestProblem: Error, Sendable, Hashable {
    /// Not HTTP, or framed in a way that two readers could read as two different requests.
    case malformed
    /// Empty, or not a token.
    case invalidMethod
    /// Empty, not beginning with `/`, or with bytes that no target may have.
    case invalidTarget
    /// A name that is not a token, or a value with a control character.
    case invalidHeader
    /// None, or several.
    case invalidHost
    case headersTooLarge
    case bodyTooLarge
    /// The request did not arrive in time.
    case timedOut

    package var status: Int {
        switch self {
        case .malformed, .invalidMethod, .invalidTarget, .invalidHeader, .invalidHost: 400
        case .timedOut: 408
        case .bodyTooLarge: 413
        case .headersTooLarge: 431
        }
    }

    /// The body of the answer.
    package var text: StaticString {
        switch self {
        case .malformed: "malformed request"
        case .invalidMethod: "invalid method"
        case .invalidTarget: "invalid request target"
        case .invalidHeader: "invalid header"
        case .invalidHost: "missing or repeated host"
        case .headersTooLarge: "headers too large"
        case .bodyTooLarge: "body too large"
        case .timedOut: "request timed out"
        }
    }
}
