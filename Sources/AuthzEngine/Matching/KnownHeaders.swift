import AuthzCore

/// The request headers that a proxy treats in a way of their own before policies see them. Names are told apart by their
/// length first, so that most headers cost one comparison of integers.
enum KnownHeaders {
    /// How many headers are joined.
    static let joinedCount = 44

    /// The number of a header that Envoy keeps in a slot of its own; `nil` for others. Repeated lines of such a header are
    /// joined with `,` when a request is read, so they always look like one line (AuthorizationPolicy dossier 7.4).
    static func joinedIndex(_ name: ByteSlice, in request: borrowing CheckRequest) -> Int? {
        switch name.count {
        case 2: request.slice(name, equals: "te") ? 0 : nil
        case 3: request.slice(name, equals: "via") ? 1 : nil
        case 6:
            if request.slice(name, equals: "accept") {
                2
            } else if request.slice(name, equals: "expect") {
                3
            } else if request.slice(name, equals: "origin") {
                4
            } else if request.slice(name, equals: "pragma") {
                5
            } else {
                nil
            }
        case 7:
            if request.slice(name, equals: "referer") {
                6
            } else if request.slice(name, equals: "upgrade") {
                7
            } else {
                nil
            }
        case 8:
            if request.slice(name, equals: "if-match") {
                8
            } else if request.slice(name, equals: "if-range") {
                9
            } else {
                nil
            }
        case 10:
            if request.slice(name, equals: "connection") {
                10
            } else if request.slice(name, equals: "keep-alive") {
                11
            } else if request.slice(name, equals: "user-agent") {
                12
            } else {
                nil
            }
        case 12:
            if request.slice(name, equals: "content-type") {
                13
            } else if request.slice(name, equals: "grpc-timeout") {
                14
            } else if request.slice(name, equals: "proxy-status") {
                15
            } else if request.slice(name, equals: "x-request-id") {
                16
            } else {
                nil
            }
        case 13:
            if request.slice(name, equals: "authorization") {
                17
            } else if request.slice(name, equals: "cache-control") {
                18
            } else if request.slice(name, equals: "if-none-match") {
                19
            } else {
                nil
            }
        case 14: request.slice(name, equals: "content-length") ? 20 : nil
        case 15:
            if request.slice(name, equals: "accept-encoding") {
                21
            } else if request.slice(name, equals: "x-forwarded-for") {
                22
            } else {
                nil
            }
        case 16:
            if request.slice(name, equals: "content-encoding") {
                23
            } else if request.slice(name, equals: "proxy-connection") {
                24
            } else if request.slice(name, equals: "x-forwarded-host") {
                25
            } else if request.slice(name, equals: "x-forwarded-port") {
                26
            } else {
                nil
            }
        case 17:
            if request.slice(name, equals: "if-modified-since") {
                27
            } else if request.slice(name, equals: "transfer-encoding") {
                28
            } else if request.slice(name, equals: "x-client-trace-id") {
                29
            } else if request.slice(name, equals: "x-forwarded-proto") {
                30
            } else {
                nil
            }
        case 19: request.slice(name, equals: "if-unmodified-since") ? 31 : nil
        case 20: request.slice(name, equals: "grpc-accept-encoding") ? 32 : nil
        case 21:
            if request.slice(name, equals: "x-envoy-attempt-count") {
                33
            } else if request.slice(name, equals: "x-envoy-original-host") {
                34
            } else if request.slice(name, equals: "x-envoy-original-path") {
                35
            } else {
                nil
            }
        case 23: request.slice(name, equals: "x-forwarded-client-cert") ? 36 : nil
        case 24:
            if request.slice(name, equals: "x-envoy-external-address") {
                37
            } else if request.slice(name, equals: "x-envoy-is-timeout-retry") {
                38
            } else {
                nil
            }
        case 27: request.slice(name, equals: "x-envoy-decorator-operation") ? 39 : nil
        case 29: request.slice(name, equals: "access-control-request-method") ? 40 : nil
        case 30: request.slice(name, equals: "access-control-request-headers") ? 41 : nil
        case 31: request.slice(name, equals: "x-envoy-downstream-service-node") ? 42 : nil
        case 34: request.slice(name, equals: "x-envoy-downstream-service-cluster") ? 43 : nil
        default: nil
        }
    }

    /// Whether the connection manager takes the header away, so that policies never see it (the same section).
    static func isRemoved(_ name: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        switch name.count {
        case 10:
            request.slice(name, equals: "keep-alive")
        case 15:
            request.slice(name, equals: "x-envoy-ip-tags")
        case 16:
            request.slice(name, equals: "proxy-connection") || request.slice(name, equals: "x-envoy-internal")
                || request.slice(name, equals: "x-envoy-retry-on")
        case 17:
            request.slice(name, equals: "transfer-encoding")
        case 19:
            request.slice(name, equals: "x-envoy-force-trace") || request.slice(name, equals: "x-envoy-max-retries")
        case 20:
            request.slice(name, equals: "x-envoy-original-url")
        case 21:
            request.slice(name, equals: "x-envoy-retry-grpc-on")
        case 30:
            request.slice(name, equals: "x-envoy-expected-rq-timeout-ms")
                || request.slice(name, equals: "x-envoy-retriable-header-names")
                || request.slice(name, equals: "x-envoy-retriable-status-codes")
                || request.slice(name, equals: "x-envoy-upstream-alt-stat-name")
                || request.slice(name, equals: "x-envoy-upstream-rq-timeout-ms")
        case 32:
            request.slice(name, equals: "x-envoy-hedge-on-per-try-timeout")
        case 35:
            request.slice(name, equals: "x-envoy-upstream-stream-duration-ms")
        case 38:
            request.slice(name, equals: "x-envoy-upstream-rq-per-try-timeout-ms")
        case 40:
            request.slice(name, equals: "x-envoy-upstream-rq-timeout-alt-response")
        default: false
        }
    }

    /// Whether a gateway takes a client's header away besides those, since it sets them itself or trusts no client with them.
    static func isRemovedAtEdge(_ name: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        switch name.count {
        case 21:
            request.slice(name, equals: "x-envoy-original-host") || request.slice(name, equals: "x-envoy-original-path")
        case 24:
            request.slice(name, equals: "x-envoy-external-address")
        case 27:
            request.slice(name, equals: "x-envoy-decorator-operation")
        case 31:
            request.slice(name, equals: "x-envoy-downstream-service-node")
        case 34:
            request.slice(name, equals: "x-envoy-downstream-service-cluster")
        default: false
        }
    }

    /// Whether a check over HTTP cannot tell what the client sent under this name, in lower case: the proxy's client frames the
    /// check by itself, and identity headers are between the proxy and this service.
    static func isHiddenFromChecks(_ name: [UInt8]) -> Bool {
        hiddenFromChecks.contains(String(decoding: name, as: UTF8.self))
    }

    private static let hiddenFromChecks = Set(IdentityHeaderName.all.map(\.description))
        .union(["content-length", "transfer-encoding", "x-envoy-auth-partial-body"])
}
