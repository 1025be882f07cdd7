/// How to serve.
package struct ServerConfiguration: Sendable {
    package var listen = ListenAddress(host: "127.0.0.1", port: 9191)
    package var adminListen = ListenAddress(host: "127.0.0.1", port: 9192)
    /// The callers whose identity headers count.
    package var trustedCallers = TrustedCallers()
    /// The files of the check listener's TLS; `nil`: it has none. The admin listener never does.
    package var tls: TLSFiles?
    package var checks = CheckSettings()
    package var limits = RequestLimits()
    package var drainTimeout: Duration = .seconds(10)
    /// How much of that passes before the check listener closes: until then it is not ready, and accepts.
    package var drainDelay: Duration = .zero

    package init() {}

    /// Whether there can be a caller whose identity headers count.
    package var hasTrustedCallers: Bool {
        if tls?.clientAuthorities != nil { return true }
        return listen.isUnixSocket ? trustedCallers.includesUnixSocket : !trustedCallers.proxies.isEmpty
    }
}
