package import AuthzCore

/// The request headers that a proxy treats in a way of their own before policies see them. Names are told apart by their
/// length first, so that most headers cost one comparison of integers.
package enum KnownHeaders {
    /// How many headers are joined.
    static let joinedCount = 44

    /// What ``kind(of:in:)`` says of a header that is neither joined nor removed.
    private static let otherKind: UInt8 = 0x7f
    private static let removedBit: UInt8 = 0x80

    /// Both answers about a name in lower case, as one number that is never 0, for whoever reads names that come again and again. They
    /// depend on the bytes of the name alone.
    package static func kind(of name: ByteSlice, in bytes: Span<UInt8>) -> UInt8 {
        let kind = joinedIndex(name, in: bytes).map { UInt8($0) + 1 } ?? otherKind
        return isRemoved(name, in: bytes) ? kind | removedBit : kind
    }

    /// The same, of a line that may have been looked at.
    @inline(__always)
    static func kind(of field: HeaderField, in bytes: Span<UInt8>) -> UInt8 {
        field.kind != 0 ? field.kind : kind(of: field.name, in: bytes)
    }

    /// The number of a joined header by its kind.
    @inline(__always)
    static func joinedIndex(ofKind kind: UInt8) -> Int? {
        let number = kind & ~removedBit
        return number == otherKind ? nil : Int(number) - 1
    }

    static func isRemoved(kind: UInt8) -> Bool { kind & removedBit != 0 }

    /// The number of a header that Envoy keeps in a slot of its own; `nil` for others. Repeated lines of such a header are
    /// joined with `,` when a request is read, so they always look like one line (AuthorizationPolicy dossier 7.4).
    static func joinedIndex(_ name: ByteSlice, in bytes: Span<UInt8>) -> Int? {
        switch name.count {
        case 2: name.equals("te", in: bytes) ? 0 : nil
        case 3: name.equals("via", in: bytes) ? 1 : nil
        case 6:
            if name.equals("accept", in: bytes) {
                2
            } else if name.equals("expect", in: bytes) {
                3
            } else if name.equals("origin", in: bytes) {
                4
            } else if name.equals("pragma", in: bytes) {
                5
            } else {
                nil
            }
        case 7:
            if name.equals("referer", in: bytes) {
                6
            } else if name.equals("upgrade", in: bytes) {
                7
            } else {
                nil
            }
        case 8:
            if name.equals("if-match", in: bytes) {
                8
            } else if name.equals("if-range", in: bytes) {
                9
            } else {
                nil
            }
        case 10:
            if name.equals("connection", in: bytes) {
                10
            } else if name.equals("keep-alive", in: bytes) {
                11
            } else if name.equals("user-agent", in: bytes) {
                12
            } else {
                nil
            }
        case 12:
            if name.equals("content-type", in: bytes) {
                13
            } else if name.equals("grpc-timeout", in: bytes) {
                14
            } else if name.equals("proxy-status", in: bytes) {
                15
            } else if name.equals("x-request-id", in: bytes) {
                16
            } else {
                nil
            }
        case 13:
            if name.equals("authorization", in: bytes) {
                17
            } else if name.equals("cache-control", in: bytes) {
                18
            } else if name.equals("if-none-match", in: bytes) {
                19
            } else {
                nil
            }
        case 14: name.equals("content-length", in: bytes) ? 20 : nil
        case 15:
            if name.equals("accept-encoding", in: bytes) {
                21
            } else if name.equals("x-forwarded-for", in: bytes) {
                22
            } else {
                nil
            }
        case 16:
            if name.equals("content-encoding", in: bytes) {
                23
            } else if name.equals("proxy-connection", in: bytes) {
                24
            } else if name.equals("x-forwarded-host", in: bytes) {
                25
            } else if name.equals("x-forwarded-port", in: bytes) {
                26
            } else {
                nil
            }
        case 17:
            if name.equals("if-modified-since", in: bytes) {
                27
            } else if name.equals("transfer-encoding", in: bytes) {
                28
            } else if name.equals("x-client-trace-id", in: bytes) {
                29
            } else if name.equals("x-forwarded-proto", in: bytes) {
                30
            } else {
                nil
            }
        case 19: name.equals("if-unmodified-since", in: bytes) ? 31 : nil
        case 20: name.equals("grpc-accept-encoding", in: bytes) ? 32 : nil
        case 21:
            if name.equals("x-envoy-attempt-count", in: bytes) {
                33
            } else if name.equals("x-envoy-original-host", in: bytes) {
                34
            } else if name.equals("x-envoy-original-path", in: bytes) {
                35
            } else {
                nil
            }
        case 23: name.equals("x-forwarded-client-cert", in: bytes) ? 36 : nil
        case 24:
            if name.equals("x-envoy-external-address", in: bytes) {
                37
            } else if name.equals("x-envoy-is-timeout-retry", in: bytes) {
                38
            } else {
                nil
            }
        case 27: name.equals("x-envoy-decorator-operation", in: bytes) ? 39 : nil
        case 29: name.equals("access-control-request-method", in: bytes) ? 40 : nil
        case 30: name.equals("access-control-request-headers", in: bytes) ? 41 : nil
        case 31: name.equals("x-envoy-downstream-service-node", in: bytes) ? 42 : nil
        case 34: name.equals("x-envoy-downstream-service-cluster", in: bytes) ? 43 : nil
        default: nil
        }
    }

    /// Whether the connection manager takes the header away, so that policies never see it (the same section).
    static func isRemoved(_ name: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        switch name.count {
        case 10:
            name.equals("keep-alive", in: bytes)
        case 15:
            name.equals("x-envoy-ip-tags", in: bytes)
        case 16:
            name.equals("proxy-connection", in: bytes) || name.equals("x-envoy-internal", in: bytes)
                || name.equals("x-envoy-retry-on", in: bytes)
        case 17:
            name.equals("transfer-encoding", in: bytes)
        case 19:
            name.equals("x-envoy-force-trace", in: bytes) || name.equals("x-envoy-max-retries", in: bytes)
        case 20:
            name.equals("x-envoy-original-url", in: bytes)
        case 21:
            name.equals("x-envoy-retry-grpc-on", in: bytes)
        case 30:
            name.equals("x-envoy-expected-rq-timeout-ms", in: bytes)
                || name.equals("x-envoy-retriable-header-names", in: bytes)
                || name.equals("x-envoy-retriable-status-codes", in: bytes)
                || name.equals("x-envoy-upstream-alt-stat-name", in: bytes)
                || name.equals("x-envoy-upstream-rq-timeout-ms", in: bytes)
        case 32:
            name.equals("x-envoy-hedge-on-per-try-timeout", in: bytes)
        case 35:
            name.equals("x-envoy-upstream-stream-duration-ms", in: bytes)
        case 38:
            name.equals("x-envoy-upstream-rq-per-try-timeout-ms", in: bytes)
        case 40:
            name.equals("x-envoy-upstream-rq-timeout-alt-response", in: bytes)
        default: false
        }
    }

    /// Whether a gateway takes a client's header away besides those, since it sets them itself or trusts no client with them.
    static func isRemovedAtEdge(_ name: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        switch name.count {
        case 21:
            name.equals("x-envoy-original-host", in: bytes) || name.equals("x-envoy-original-path", in: bytes)
        case 24:
            name.equals("x-envoy-external-address", in: bytes)
        case 27:
            name.equals("x-envoy-decorator-operation", in: bytes)
        case 31:
            name.equals("x-envoy-downstream-service-node", in: bytes)
        case 34:
            name.equals("x-envoy-downstream-service-cluster", in: bytes)
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
