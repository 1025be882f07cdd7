import AuthzCore
import AuthzServer
import Testing

@Suite struct PeerIdentityTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var headers: [[String]], attribute: String, expected: String, why: String
        var testDescription: String { why }

        init(_ name: String, _ value: String, _ attribute: String, _ expected: String, why: String) {
            headers = [[name, value]]
            self.attribute = attribute
            self.expected = expected
            self.why = why
        }
    }

    private static func describe<Value>(_ attribute: Attribute<Value>, _ text: (Value) -> String) -> String {
        switch attribute {
        case .unknown: "unknown"
        case .absent: "absent"
        case .known(let value): text(value)
        }
    }

    /// Reads the headers of a trusted peer and says what became of each attribute.
    private func attributes(_ headers: [[String]]) -> [String: String] {
        var intake = RequestIntake(limits: RequestLimits())
        intake.begin(peer: Peer(address: nil, isTrusted: true))
        for header in headers { intake.addHeader(name: header[0].utf8.span, value: header[1].utf8.span) }
        let hasForwardedFor = intake.hasForwardedFor
        let identity = intake.identity
        PeerIdentity.apply(identity, hasForwardedFor: hasForwardedFor, to: &intake.request)
        let request = intake.request
        return [
            "principal": Self.describe(request.source.principal) { request.text($0) },
            "further": request.furtherPrincipals.map { request.text($0) }.joined(separator: " | "),
            "ip": Self.describe(request.source.ip) { "\($0)" },
            "remote": request.source.remoteIP.map { Self.describe($0) { "\($0)" } } ?? "derived",
            "destination": Self.describe(request.destination.ip) { "\($0)" },
            "port": Self.describe(request.destination.port) { "\($0)" },
            "sni": Self.describe(request.destination.sni) { request.text($0) },
        ]
    }

    @Test("what a trusted proxy does not say is unknown, not absent")
    func nothing() {
        var all = attributes([])
        #expect(all.removeValue(forKey: "further") == "")
        #expect(Set(all.values) == ["unknown"])
    }

    @Test("an untrusted caller says nothing")
    func untrusted() {
        var request = CheckRequest()
        PeerIdentity.clear(&request)
        #expect(request.source.principal.isUnknown && request.destination.sni.isUnknown)
        #expect(request.source.remoteIP == .unknown, "not derived from headers that anybody can send")
    }

    private static let peer = "spiffe://td/ns/a/sa/b"

    @Test(
        "identity headers are read, and what cannot be read is unknown",
        arguments: [
            Case("x-authz-source-principal", peer, "principal", peer, why: "an identity"),
            Case("x-authz-source-principal", "", "principal", "absent", why: "an empty value is plaintext"),
            Case("x-authz-source-principal", "-", "principal", "absent", why: "so is Envoy's dash"),
            Case("x-authz-source-principal", "\(peer),spiffe://td/x", "principal", "unknown", why: "SR-19: several"),
            Case("x-authz-source-ip", "10.0.0.7", "ip", "10.0.0.7", why: "an address"),
            Case("x-authz-source-ip", "10.0.0.7:4711", "ip", "10.0.0.7", why: "with a port"),
            Case("x-authz-source-ip", "2001:db8::1", "ip", "2001:db8::1", why: "IPv6"),
            Case("x-authz-source-ip", "[2001:db8::1]:4711", "ip", "2001:db8::1", why: "IPv6 with a port"),
            Case("x-authz-source-ip", "10.0.0.7 ", "ip", "10.0.0.7", why: "blanks around a value are not part of it"),
            Case("x-authz-source-ip", "10.0.0.7,10.0.0.8", "ip", "unknown", why: "two addresses are none"),
            Case("x-authz-source-ip", "010.0.0.7", "ip", "unknown", why: "a leading zero"),
            Case("x-authz-source-ip", "/run/socket", "ip", "unknown", why: "a Unix socket"),
            Case("x-authz-source-ip", "[10.0.0.7]:1", "ip", "unknown", why: "IPv4 has no brackets"),
            Case("x-authz-remote-ip", "203.0.113.9", "remote", "203.0.113.9", why: "the client's address"),
            Case("x-authz-remote-ip", "-", "remote", "absent", why: "none, said so"),
            Case(
                "x-forwarded-for", "203.0.113.9", "remote", "derived", why: "without it the forwarded addresses count"),
            Case("x-authz-destination-ip", "10.0.0.9:8080", "destination", "10.0.0.9", why: "the local address"),
            Case("x-authz-destination-ip", "10.0.0.9:8080", "port", "8080", why: "and its port"),
            Case("x-authz-destination-ip", "10.0.0.9", "port", "unknown", why: "or not"),
            Case("x-authz-destination-port", "8080", "port", "8080", why: "a port"),
            Case("x-authz-destination-port", "0", "port", "unknown", why: "no port"),
            Case("x-authz-destination-port", "65536", "port", "unknown", why: "above the last"),
            Case("x-authz-destination-port", "99999999999999999999", "port", "unknown", why: "far above"),
            Case("x-authz-destination-port", "+80", "port", "unknown", why: "a sign"),
            Case("x-authz-sni", "API.example.com", "sni", "api.example.com", why: "in lower case, as Envoy keeps it"),
            Case("x-authz-sni", "-", "sni", "absent", why: "none"),
        ])
    func headers(_ c: Case) {
        #expect(attributes(c.headers)[c.attribute] == c.expected)
    }

    @Test(
        "x-forwarded-client-cert names the direct peer in its last element",
        arguments: [
            Case("x-forwarded-client-cert", "By=spiffe://x;Hash=ab;URI=\(peer)", "principal", peer, why: "one element"),
            Case(
                "x-forwarded-client-cert", "URI=spiffe://old,Hash=ab;URI=\(peer)", "principal", peer,
                why: "the last of two"),
            Case(
                "x-forwarded-client-cert", "URI=\(peer),Hash=ab", "principal", "unknown",
                why: "a last one without a name"),
            Case(
                "x-forwarded-client-cert", "URI=\(peer);URI=spiffe://other", "principal", peer,
                why: "SR-19: the first of several names of one certificate"),
            Case(
                "x-forwarded-client-cert", "URI=\(peer);Hash=ab;URI=spiffe://other;URI=spiffe://third", "further",
                "spiffe://other | spiffe://third", why: "SR-19: and the others"),
            Case(
                "x-forwarded-client-cert", "Subject=\"CN=a\";URI=\(peer);URI=x;DNS=a.example;DNS=b.example", "further",
                "x | a.example | b.example | CN=a", why: "Envoy tries URIs, then DNS names, then the subject"),
            Case(
                "x-forwarded-client-cert", "URI=a;URI=b,Hash=ab;URI=\(peer)", "further", "",
                why: "one name in the last element"
            ),
            Case(
                "x-forwarded-client-cert", "URI=a;URI=b,Hash=ab;URI=\(peer)", "principal", peer,
                why: "which is that of the direct peer"),
            Case(
                "x-forwarded-client-cert",
                "By=spiffe://x;Hash=ab;Cert=\"-----BEGIN%20CERTIFICATE-----\";Chain=\"-----BEGIN%20\";URI=\(peer)",
                "further",
                "", why: "digests and certificates name nobody"),
            Case(
                "x-forwarded-client-cert", "By=spiffe://cluster.local/ns/a/sa/b", "principal", "unknown",
                why: "By is who was called"),
            Case(
                "x-forwarded-client-cert", "URI=\(peer)" + String(repeating: ";DNS=a", count: 15), "principal", peer,
                why: "as many names as are read"),
            Case(
                "x-forwarded-client-cert", "URI=\(peer)" + String(repeating: ";DNS=a", count: 16), "principal",
                "unknown",
                why: "one more"),
            Case(
                "x-forwarded-client-cert", String(repeating: "DNS=a;", count: 40) + "DNS=b,By=x;URI=\(peer)",
                "principal",
                peer,
                why: "but for those of another element"),
            Case("x-forwarded-client-cert", "uri=\(peer)", "principal", peer, why: "keys without case"),
            Case(
                "x-forwarded-client-cert", "Subject=\"CN=a,O=b;URI=spiffe://fake\";URI=\(peer)", "principal", peer,
                why: "quotes hide dividers"),
            Case(
                "x-forwarded-client-cert", "Subject=\"CN=a\";DNS=a.example", "principal", "a.example",
                why: "DNS where there is no URI"),
            Case("x-forwarded-client-cert", "Subject=\"CN=a\"", "principal", "CN=a", why: "then the subject"),
            Case("x-forwarded-client-cert", "URI=", "principal", "unknown", why: "an empty name"),
            Case("x-forwarded-client-cert", "URI=;DNS=a", "principal", "a", why: "beside another one"),
            Case(
                "x-forwarded-client-cert", "URI=\"spiffe://td/ns/a;b/sa/c\"", "principal", "spiffe://td/ns/a;b/sa/c",
                why: "a quoted URI"),
            Case(
                "x-forwarded-client-cert", #"Subject="CN=\"a\",O=b";URI=spiffe://x"#, "further", #"CN="a",O=b"#,
                why: "escaped quotes"),
            Case(
                "x-forwarded-client-cert", #"Subject="CN=a\,b\;c""#, "principal", #"CN=a\,b\;c"#,
                why: "other backslashes are the name's own"),
            Case(
                "x-forwarded-client-cert", #"Subject="a\\";URI=spiffe://x"#, "principal", "unknown",
                why: "two backslashes before a quote: which is escaped?"),
            Case(
                "x-forwarded-client-cert", #"Subject="a\";URI=spiffe://fake;X="",URI=spiffe://x"#, "principal",
                "unknown",
                why: "a name that ends with a backslash"),
            Case(
                "x-forwarded-client-cert", #"Subject=",By=spiffe://x;Subject="CN=a";URI=spiffe://x"#, "principal",
                "unknown",
                why: "a peer before that left a quote open"),
            Case(
                "x-forwarded-client-cert", #"a"b=c;URI=spiffe://x"#, "principal", "unknown", why: "a quote in a key"),
            Case(
                "x-forwarded-client-cert", #"URI=spiffe://a"b"#, "principal", "unknown",
                why: "a quote in an unquoted value"),
            Case(
                "x-forwarded-client-cert", #"URI="spiffe://a"b"#, "principal", "unknown",
                why: "text behind a quoted value"),
            Case("x-forwarded-client-cert", "", "principal", "absent", why: "no certificate"),
            Case(
                "x-forwarded-client-cert", "Subject=\"a\\\",URI=\(peer)", "principal", "unknown",
                why: "an escaped quote that leaves its value open"),
            Case("x-forwarded-client-cert", "Subject=\"a", "principal", "unknown", why: "an open quote"),
            Case("x-forwarded-client-cert", "URI=\(peer),", "principal", "unknown", why: "an empty last element"),
            Case("x-forwarded-client-cert", "nonsense", "principal", "unknown", why: "no pairs"),
            Case(
                "x-forwarded-client-cert", "Hash=ab;URI=spiffe://td/ns/evil/sa/x,URI=\(peer)", "principal", "unknown",
                why: "a URI with a comma, behind which Envoy would begin with By or Hash"),
            Case(
                "x-forwarded-client-cert", "Hash=ab;URI=spiffe://td/ns/evil/sa/x,By=y;URI=\(peer)", "principal", peer,
                why: "as here"),
            Case(
                "x-forwarded-client-cert", "Hash=ab;DNS=x.example,URI=\(peer)", "principal", "unknown",
                why: "a DNS name with a comma"),
            Case(
                "x-forwarded-client-cert", "Hash=ab;DNS=x.example;URI=\(peer)", "principal", "unknown",
                why: "a DNS name with a semicolon: Envoy writes URIs first"),
            Case(
                "x-forwarded-client-cert", "Hash=ab;URI=\(peer);DNS=x.example", "principal", peer, why: "as here"),
            Case(
                "x-forwarded-client-cert", "Hash=ab;URI=\(peer);Hash=cd", "principal", "unknown", why: "two digests"),
        ])
    func clientCertificate(_ c: Case) {
        #expect(attributes(c.headers)[c.attribute] == c.expected)
    }

    @Test("the principal that is named goes before the certificate")
    func precedence() {
        let both = [["x-forwarded-client-cert", "URI=spiffe://b"], ["x-authz-source-principal", "-"]]
        #expect(attributes(both)["principal"] == "absent")
    }

    @Test("every prefix of a certificate header is read without harm")
    func prefixes() {
        let value =
            #"By=spiffe://x;Subject="CN=\"a\",O=b";URI=spiffe://td/1,Hash=ab;DNS=a;Subject="CN=\,";URI=\#(Self.peer);URI=x"#
        let plain = value.replacing(#"\""#, with: "\"")
        for length in 0...value.count {
            let prefix = String(value.prefix(length))
            let principal = attributes([["x-forwarded-client-cert", prefix]])["principal"] ?? ""
            // What is cut off never names somebody whom the text does not name.
            #expect(["unknown", "absent"].contains(principal) || plain.contains(principal), "\(prefix)")
        }
    }
}
