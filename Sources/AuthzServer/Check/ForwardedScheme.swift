import AuthzCore

/// The header by which a proxy tells what its client speaks.
enum ForwardedScheme {
    /// Whether `x-forwarded-proto` is there and says `http` or `https`.
    static func isTold(by request: borrowing CheckRequest) -> Bool {
        for field in request.operation.headers where request.slice(field.name, equals: "x-forwarded-proto") {
            return request.slice(field.value, equals: "http") || request.slice(field.value, equals: "https")
        }
        return false
    }
}
