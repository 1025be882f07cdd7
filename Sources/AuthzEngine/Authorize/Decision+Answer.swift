package import AuthzCore
import AuthzToken

extension Decision {
    /// The body that the client gets; empty for a gRPC request, whose message it is then, and for HEAD, but
    /// not for one that the codec refuses.
    package func bodyText(for request: borrowing CheckRequest) -> StaticString {
        !isFromCodec && request.slice(request.operation.method, equals: "HEAD") || grpcStatus != nil ? "" : message
    }

    /// The body, or the `grpc-message` of a gRPC request that is refused.
    package var message: StaticString {
        switch body {
        case .none: ""
        case .accessDenied: "RBAC: access denied"
        case .token(let status): status.text
        case .reasonPhrase:
            switch status {
            case 403: "Forbidden"
            case 408: "Request Timeout"
            case 413: "Payload Too Large"
            case 431: "Request Header Fields Too Large"
            case 501: "Not Implemented"
            default: "Bad Request"
            }
        }
    }
}

extension CheckRequest {
    /// The longest path in a challenge.
    private static let maximumRealmPath = 256

    /// The value of `www-authenticate` for a bad token (request authentication dossier 2.8).
    package func writeChallenge(to output: inout [UInt8]) {
        output.append(contentsOf: "Bearer realm=\"".utf8)
        if let scheme = operation.scheme { output.append(contentsOf: storage[scheme.range]) }
        output.append(contentsOf: "://".utf8)
        output.append(contentsOf: storage[operation.host.range])
        let path = firstHeader("x-envoy-original-path")?.value ?? operation.pathBeforeTokens ?? operation.path
        output.append(contentsOf: storage[path.range].prefix(Self.maximumRealmPath))
        output.append(contentsOf: "\", error=\"invalid_token\"".utf8)
    }

    /// The same as text.
    var challenge: String {
        var output: [UInt8] = []
        writeChallenge(to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
