/// Why a call is refused before its method sees a message.
package enum CallProblem: Sendable, Hashable {
    case request(RequestProblem)
    /// The message says it is longer than any that is read.
    case messageTooLarge
    /// No call here says `grpc-encoding`, and nothing but that would tell how to read it.
    case messageCompressed
    /// The byte in front of a message is neither of the two that there are.
    case messageUnreadable
    case messageIncomplete
    /// None, or several, where the method takes one.
    case notOneMessage

    /// What the caller of any method but a check is told (gRPC over HTTP/2, and what its libraries answer).
    var status: GRPCStatus {
        switch self {
        case .request(.bodyTooLarge), .request(.headersTooLarge), .messageTooLarge: .resourceExhausted
        case .request(.timedOut): .deadlineExceeded
        case .request(.malformed), .request(.invalidMethod), .request(.invalidTarget), .request(.invalidHeader),
            .request(.invalidHost):
            .invalidArgument
        case .messageCompressed, .notOneMessage: .unimplemented
        case .messageUnreadable, .messageIncomplete: .internalError
        }
    }

    /// What a client is told whose request a check is about.
    var httpStatus: Int {
        switch self {
        case .request(let problem): problem.status
        case .messageTooLarge: RequestProblem.bodyTooLarge.status
        case .messageCompressed, .messageUnreadable, .messageIncomplete, .notOneMessage: RequestProblem.malformed.status
        }
    }

    var text: StaticString {
        switch self {
        case .request(let problem): problem.text
        case .messageTooLarge: "message too large"
        case .messageCompressed: "compressed messages are not read"
        case .messageUnreadable: "not a message"
        case .messageIncomplete: "incomplete message"
        case .notOneMessage: "one message is expected"
        }
    }
}
