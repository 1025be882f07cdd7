import AuthzCore
import AuthzEngine
import AuthzPolicy
import Testing

/// Addresses, X-Forwarded-For and SNI in policies (AuthorizationPolicy dossier 7.5).
@Suite struct AddressRuleTests {
    private static func forwarded(_ value: String, ip: String = "10.0.0.7") -> Ask {
        Ask(ip: ip, headers: [("x-forwarded-for", value)])
    }

    @Test(
        "an address is compared with a block of its family",
        arguments: [
            RuleCase.source(
                "AP 124", "ipBlocks", "10.0.0.1/8", fits: Ask(ip: "10.9.9.9"), misses: Ask(ip: "11.9.9.9"),
                why: "host bits are masked"),
            .source(
                "AP 125", "ipBlocks", "0.0.0.0/0", fits: Ask(ip: "1.2.3.4"), misses: Ask(ip: "2001:db8::1"),
                why: "IPv4 only"),
            .source("", "ipBlocks", "::/0", fits: Ask(ip: "2001:db8::1"), misses: Ask(ip: "1.2.3.4"), why: "IPv6 only"),
            .source(
                "AP 126", "ipBlocks", "1.2.3.4", fits: forwarded("9.9.9.9", ip: "1.2.3.4"),
                misses: forwarded("1.2.3.4"), why: "a client's word does not count"),
            .source(
                "AP 185", "ipBlocks", "::ffff:10.0.0.0/104", misses: Ask(ip: "10.20.0.7"),
                why: "a mapped address is IPv6"),
            .source(
                "", "ipBlocks", "10.0.0.7", fits: Ask(ip: "10.0.0.7"), misses: Ask(ip: "10.0.0.8"), why: "a single one"),
            .source(
                "", "notIpBlocks", "10.0.0.0/31", fits: Ask(ip: "10.0.0.2"), misses: Ask(ip: "10.0.0.1"),
                why: "the opposite"),
            .when(
                "", "source.ip", "10.0.0.0/30", fits: Ask(ip: "10.0.0.3"), misses: Ask(ip: "10.0.0.4"),
                why: "as a condition"),
            .when(
                "", "destination.ip", "10.0.0.9", fits: Ask(), misses: Ask(destinationIP: "10.0.0.8"),
                why: "the workload's own"),
            .when(
                "", "remote.ip", "1.2.3.4", fits: forwarded("1.2.3.4"), misses: forwarded("1.2.3.5"),
                why: "as a condition"),
        ])
    func blocks(_ row: RuleCase) throws { try row.check() }

    @Test(
        "a server name is compared in lower case",
        arguments: [
            RuleCase.when(
                "AP 40", "connection.sni", "*.Example.com", misses: Ask(sni: "a.Example.com"),
                why: "a pattern in capitals fits nothing"),
            .when(
                "AP 40", "connection.sni", "*.example.com", fits: Ask(sni: "a.Example.com"),
                misses: Ask(sni: "example.com"), why: "the name is folded"),
            .when("AP 41", "connection.sni", "*", fits: Ask(sni: "a"), misses: Ask(), why: "none is none"),
            RuleCase(
                "", "{when: [{key: connection.sni, notValues: [a]}]}", fits: Ask(), misses: Ask(sni: "A"),
                why: "and not that one"),
        ])
    func serverNames(_ row: RuleCase) throws { try row.check() }

    struct Case: Sendable, CustomTestStringConvertible {
        /// Lines of the header; none is no header.
        var lines: [String]
        /// `nil` at a sidecar.
        var proxies: Int?
        /// `nil` is the direct peer.
        var client: String?
        var why: String

        init(_ lines: String..., proxies: Int? = nil, client: String?, _ why: String) {
            self.lines = lines
            self.proxies = proxies
            self.client = client
            self.why = why
        }

        var testDescription: String { "\(proxies.map { "\($0) proxies" } ?? "sidecar"), \(lines): \(why)" }
    }

    @Test(
        "the client's address is the last forwarded one, or at a gateway that before the trusted proxies",
        arguments: [
            Case("9.9.9.9, 1.2.3.4", client: "1.2.3.4", "AP 127: the last at a sidecar"),
            Case("9.9.9.9, 1.2.3.4", proxies: 0, client: nil, "AP 128: none at a gateway that trusts nobody"),
            Case("1.1.1.1, 2.2.2.2, 3.3.3.3", proxies: 2, client: "2.2.2.2", "AP 129: the second from the right"),
            Case("3.3.3.3", proxies: 2, client: nil, "AP 130: too few"),
            Case("1.1.1.1, 3.3.3.3", proxies: 2, client: "1.1.1.1", "just enough"),
            Case("1.1.1.1", proxies: 1, client: "1.1.1.1", "one of one"),
            Case("1.1.1.1, 2.2.2.2, x", proxies: 2, client: "2.2.2.2", "the others are not looked at"),
            Case("2.2.2.2,", proxies: 2, client: "2.2.2.2", "an empty entry counts"),
            Case("2.2.2.2, x", proxies: 1, client: nil, "that entry must be an address"),
            Case("1.2.3.4:80", client: nil, "no port"),
            Case("[2001:db8::1]", client: nil, "no brackets"),
            Case("2001:db8::1", client: "2001:db8::1", "bare IPv6"),
            Case("1.2.3.4 ,  5.6.7.8  ", client: "5.6.7.8", "blanks around an entry"),
            Case("1.2.3.4,", client: nil, "an empty last entry"),
            Case("", client: nil, "an empty header"),
            Case("x, 1.2.3.4", client: "1.2.3.4", "whatever stands before"),
            Case("1.2.3.4", "5.6.7.8", client: "5.6.7.8", "lines are one list"),
            Case("1.2.3.4", "5.6.7.8", proxies: 2, client: "1.2.3.4", "also at a gateway"),
            Case("1.2.3.04", client: nil, "no zeros in front"),
            Case(client: nil, "no header"),
        ])
    func clientAddress(_ c: Case) throws {
        let mesh = MeshSettings.test(trustedProxies: c.proxies ?? 0)
        let labels = c.proxies == nil ? ["app": "web"] : ["istio": "ingressgateway"]
        let ask = Ask(ip: "10.0.0.7", headers: c.lines.map { ("x-forwarded-for", $0) })
        let client = c.client ?? "10.0.0.7"
        let only = Scene.policy("{rules: [{from: [{source: {remoteIpBlocks: ['\(client)']}}]}]}")
        let others = Scene.policy("{rules: [{from: [{source: {notRemoteIpBlocks: ['\(client)']}}]}]}")
        #expect(try Scene(only, mesh: mesh, labels: labels).allows(ask))
        #expect(try !Scene(others, mesh: mesh, labels: labels).allows(ask))
    }
}
