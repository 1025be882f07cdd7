import AuthzCore

/// How a gRPC request is told from others.
enum GRPC {
    /// Whether the content type is `application/grpc` or begins with `application/grpc+`.
    static func isRequest(_ request: borrowing CheckRequest) -> Bool {
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
