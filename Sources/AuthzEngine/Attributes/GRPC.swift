import AuthzCore

/// How a gRPC request is told from others.
enum GRPC {
    /// The `grpc-status` for an HTTP status that the proxy answers with.
    static func status(for status: Int) -> Int {
        switch status {
        case 400: 13
        case 401: 16
        case 403: 7
        case 404: 12
        case 429, 502, 503, 504: 14
        default: 2
        }
    }

    /// Whether the content type is `application/grpc` or begins with `application/grpc+`.
    static func isRequest(_ request: borrowing CheckRequest) -> Bool {
        guard !request.operation.path.isEmpty else { return false }
        for field in request.operation.headers where request.slice(field.name, equals: "content-type") {
            let length = ("application/grpc" as StaticString).utf8CodeUnitCount
            guard Int(field.value.count) >= length,
                request.slice(field.value.prefix(length), equals: "application/grpc")
            else { return false }
            return Int(field.value.count) == length
                || request.storage[Int(field.value.offset) + length] == UInt8(ascii: "+")
        }
        return false
    }
}
