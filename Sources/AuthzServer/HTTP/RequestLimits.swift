/// What one connection, and one request on it, may use.
package struct RequestLimits: Sendable, Hashable {
    /// Bytes of method, target, header names and values together. Envoy's own limit is 60 KiB; a prefix and its headers
    /// come on top.
    package var maximumHeaderBytes = 64 << 10
    package var maximumHeaderCount = 200
    package var maximumBodyBytes = 1 << 20
    /// From a request's first byte to its last.
    package var requestTimeout: Duration = .seconds(10)
    /// Between two requests. Above Envoy's hour for its side: whoever closes first must not be us, or a check that was just
    /// sent would meet a closed connection.
    package var idleTimeout: Duration = .seconds(3900)
    package var maximumConnections = 10_000
    /// How long a connection has to have sent nothing before it may be closed to make room for others.
    package var minimumIdleTime: Duration = .seconds(1)
    /// How long such a connection may take to close, or to send something, before it is closed outright.
    package var closingTime: Duration = .seconds(5)
    package var http2 = HTTP2Limits()

    package init() {}
}
