import AuthzCore

/// The request headers that a proxy treats in a way of their own before policies see them. Names are told apart by their
/// length first, so that most headers cost one comparison of integers.
enum KnownHeaders {
    /// How many headers are joined.
    static let joinedCount = 23

    /// The number of a header that Envoy keeps in a slot of its own; `nil` for others. Repeated lines of such a header are
    /// joined with `,` when a request is read, so they always look like one line (AuthorizationPolicy dossier 7.4).
    static func joinedIndex(_ name: ByteSlice, in request: borrowing CheckRequest) -> Int? {
        switch name.count {
        case 3: request.slice(name, equals: "via") ? 0 : nil
        case 6:
            if request.slice(name, equals: "accept") {
                1
            } else if request.slice(name, equals: "expect") {
                2
            } else if request.slice(name, equals: "origin") {
                3
            } else if request.slice(name, equals: "pragma") {
                4
            } else {
                nil
            }
        case 7: request.slice(name, equals: "referer") ? 5 : nil
        case 8: request.slice(name, equals: "if-match") ? 6 : nil
        case 10: request.slice(name, equals: "user-agent") ? 7 : nil
        case 12:
            if request.slice(name, equals: "content-type") {
                8
            } else if request.slice(name, equals: "grpc-timeout") {
                9
            } else if request.slice(name, equals: "x-request-id") {
                10
            } else {
                nil
            }
        case 13:
            if request.slice(name, equals: "authorization") {
                11
            } else if request.slice(name, equals: "cache-control") {
                12
            } else if request.slice(name, equals: "if-none-match") {
                13
            } else {
                nil
            }
        case 15:
            if request.slice(name, equals: "accept-encoding") {
                14
            } else if request.slice(name, equals: "x-forwarded-for") {
                15
            } else {
                nil
            }
        case 16: request.slice(name, equals: "x-forwarded-host") ? 16 : nil
        case 17:
            if request.slice(name, equals: "x-forwarded-proto") {
                17
            } else if request.slice(name, equals: "x-client-trace-id") {
                18
            } else {
                nil
            }
        case 21: request.slice(name, equals: "x-envoy-original-path") ? 19 : nil
        case 24: request.slice(name, equals: "x-envoy-external-address") ? 20 : nil
        case 29: request.slice(name, equals: "access-control-request-method") ? 21 : nil
        case 30: request.slice(name, equals: "access-control-request-headers") ? 22 : nil
        default: nil
        }
    }

    /// Whether the connection manager takes the header away, so that policies never see it (the same section).
    static func isRemoved(_ field: HeaderField, in request: borrowing CheckRequest) -> Bool {
        let name = field.name
        return switch name.count {
        // Of `te` only `trailers` is passed on.
        case 2: request.slice(name, equals: "te") && !request.slice(field.value, equals: "trailers")
        case 7: request.slice(name, equals: "upgrade")
        case 10: request.slice(name, equals: "connection") || request.slice(name, equals: "keep-alive")
        case 16:
            request.slice(name, equals: "proxy-connection") || request.slice(name, equals: "x-envoy-internal")
                || request.slice(name, equals: "x-envoy-retry-on")
        case 19: request.slice(name, equals: "x-envoy-max-retries")
        default: false
        }
    }
}
