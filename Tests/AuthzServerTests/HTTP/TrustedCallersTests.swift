import AuthzCore
import AuthzServer
import Testing

@Suite struct TrustedCallersTests {
    private static let certificate = ClientCertificate(uris: ["spiffe://a/b"], dnsNames: ["envoy.example"])

    struct Case: Sendable, CustomTestStringConvertible {
        var proxies = "10.0.0.0/8", unix = false, names: Set<String> = ["spiffe://a/b"]
        var address: String?, isUnixSocket = false, hasCertificate = false
        var isTrusted: Bool, why: String
        var testDescription: String { why }
    }

    @Test(
        "who is trusted",
        arguments: [
            Case(address: "10.1.2.3", isTrusted: true, why: "an address of a proxy"),
            Case(address: "11.1.2.3", isTrusted: false, why: "another address"),
            Case(isTrusted: false, why: "an address that is not known"),
            Case(isUnixSocket: true, isTrusted: false, why: "a Unix socket, by default"),
            Case(unix: true, isUnixSocket: true, isTrusted: true, why: "a Unix socket, where it is named"),
            Case(unix: true, address: "11.1.2.3", isTrusted: false, why: "an address, where a socket is named"),
            Case(unix: true, isTrusted: false, why: "an address that is not known, where a socket is named"),
            Case(address: "11.1.2.3", hasCertificate: true, isTrusted: true, why: "a certificate with a name"),
            Case(isUnixSocket: true, hasCertificate: true, isTrusted: true, why: "a certificate over a Unix socket"),
            Case(names: [], address: "11.1.2.3", hasCertificate: true, isTrusted: true, why: "any certificate"),
            Case(
                names: ["spiffe://a/c"], address: "11.1.2.3", hasCertificate: true, isTrusted: false,
                why: "a certificate with another name"),
            Case(
                names: ["spiffe://a/c"], address: "10.1.2.3", hasCertificate: true, isTrusted: true,
                why: "a certificate with another name from the address of a proxy"),
        ])
    func trust(_ c: Case) throws {
        var callers = TrustedCallers()
        let block = CIDRBlock(parsing: c.proxies.utf8.span)
        callers.proxies = [try #require(block)]
        callers.includesUnixSocket = c.unix
        callers.certificateNames = c.names
        let address = c.address.flatMap { IPAddress(parsing: $0.utf8.span) }
        #expect((address == nil) == (c.address == nil))
        #expect(
            callers.include(
                address: address, isUnixSocket: c.isUnixSocket,
                certificate: c.hasCertificate ? Self.certificate : nil) == c.isTrusted)
    }

    @Test(
        "SR-19: a name counts only as what it is",
        arguments: [
            (["spiffe://a/b"], [], "spiffe://a/b", true), ([], ["spiffe://a/b"], "spiffe://a/b", false),
            ([], ["envoy.example"], "envoy.example", true), (["envoy.example"], [], "envoy.example", false),
            (["urn:a"], [], "urn:a", true), ([], ["urn:a"], "urn:a", false),
        ] as [([String], [String], String, Bool)])
    func kinds(_ uris: [String], _ dnsNames: [String], _ name: String, _ isTrusted: Bool) {
        #expect(ClientCertificate(uris: uris, dnsNames: dnsNames).hasName(among: [name]) == isTrusted)
    }

    @Test("nobody is trusted by default")
    func nobody() {
        #expect(!TrustedCallers().include(address: IPAddress(v4: 0x7f00_0001), isUnixSocket: false, certificate: nil))
        #expect(!TrustedCallers().include(address: nil, isUnixSocket: true, certificate: nil))
    }
}
