/// How a call ended, as `grpc-status` says it. Only those that are sent here.
package enum GRPCStatus: Int, Sendable {
    case ok = 0
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case resourceExhausted = 8
    case unimplemented = 12
    case internalError = 13
    case unavailable = 14

    /// The number in decimal.
    var text: StaticString {
        switch self {
        case .ok: "0"
        case .invalidArgument: "3"
        case .deadlineExceeded: "4"
        case .notFound: "5"
        case .resourceExhausted: "8"
        case .unimplemented: "12"
        case .internalError: "13"
        case .unavailable: "14"
        }
    }
}
