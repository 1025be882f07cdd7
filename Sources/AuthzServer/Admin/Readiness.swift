/// Whether the server may be sent requests.
package enum Readiness: Sendable, Equatable {
    /// Policies are in force, and each key set has been asked for once.
    case ready
    case keysNotTried
    case draining

    package init(isDraining: Bool, keysTried: Bool) {
        self = isDraining ? .draining : keysTried ? .ready : .keysNotTried
    }

    var status: Int { self == .ready ? 200 : 503 }

    var text: StaticString {
        switch self {
        case .ready: "ready\n"
        case .keysNotTried: "not ready: keys are being fetched\n"
        case .draining: "not ready: stopping\n"
        }
    }
}
