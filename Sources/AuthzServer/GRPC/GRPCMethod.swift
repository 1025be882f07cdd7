import AuthzCore

/// The methods of the check listener, by the path of their calls.
package enum GRPCMethod: Sendable, CaseIterable {
    case check
    case healthCheck
    case healthWatch
    case reflection
    /// The same protocol under its older name, which most clients still ask for first.
    case reflectionAlpha

    package init?(path: Span<UInt8>) {
        // The one that counts, without making a list of all.
        if path.isEqual(to: Self.check.path) {
            self = .check
            return
        }
        for method in Self.allCases where path.isEqual(to: method.path) {
            self = method
            return
        }
        return nil
    }

    package var path: StaticString {
        switch self {
        case .check: "/envoy.service.auth.v3.Authorization/Check"
        case .healthCheck: "/grpc.health.v1.Health/Check"
        case .healthWatch: "/grpc.health.v1.Health/Watch"
        case .reflection: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
        case .reflectionAlpha: "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
        }
    }

    /// Whether the caller may send any number of messages; otherwise it sends one.
    var takesManyMessages: Bool {
        switch self {
        case .reflection, .reflectionAlpha: true
        case .check, .healthCheck, .healthWatch: false
        }
    }

    /// How long a message may be, if the body may be as long: a check holds a request, the others hold a name.
    var maximumMessageBytes: Int { self == .check ? .max : 1 << 10 }

    /// Whether the call stays open for news after the caller has said everything.
    var staysOpen: Bool { self == .healthWatch }
}
