package import AuthzCore

/// How to serve.
package struct ServerConfiguration: Sendable {
    package var listen = ListenAddress(host: "127.0.0.1", port: 9191)
    package var adminListen = ListenAddress(host: "127.0.0.1", port: 9192)
    /// The peers whose identity headers count.
    package var trustedProxies: [CIDRBlock] = []
    package var checks = CheckSettings()
    package var limits = RequestLimits()
    package var drainTimeout: Duration = .seconds(10)

    package init() {}
}
