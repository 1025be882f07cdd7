import AuthzCore
import AuthzServer
import Testing

@Suite struct ServerConfigurationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var listen = ListenAddress(host: "127.0.0.1", port: 0)
        var hasProxies = false, unix = false, tls: TLSFiles?
        var hasTrustedCallers: Bool, why: String
        var testDescription: String { why }
    }

    @Test(
        "whether a caller can be trusted at all",
        arguments: [
            Case(hasTrustedCallers: false, why: "nobody is named"),
            Case(hasProxies: true, hasTrustedCallers: true, why: "proxies"),
            Case(unix: true, hasTrustedCallers: false, why: "a socket that is not listened on"),
            Case(listen: .unixSocket(path: "a"), unix: true, hasTrustedCallers: true, why: "a socket"),
            Case(listen: .unixSocket(path: "a"), hasTrustedCallers: false, why: "a socket that is not named"),
            Case(
                listen: .unixSocket(path: "a"), hasProxies: true, hasTrustedCallers: false,
                why: "who calls over a socket has no address"),
            Case(
                tls: TLSFiles(certificate: "a", key: "b"), hasTrustedCallers: false,
                why: "TLS alone says nothing of callers"),
            Case(
                tls: TLSFiles(certificate: "a", key: "b", clientAuthorities: "c"), hasTrustedCallers: true,
                why: "client certificates"),
        ])
    func trustedCallers(_ c: Case) throws {
        var configuration = ServerConfiguration()
        configuration.listen = c.listen
        let block = CIDRBlock(parsing: "10.0.0.0/8".utf8.span)
        if c.hasProxies { configuration.trustedCallers.proxies = [try #require(block)] }
        configuration.trustedCallers.includesUnixSocket = c.unix
        configuration.tls = c.tls
        #expect(configuration.hasTrustedCallers == c.hasTrustedCallers)
    }
}
