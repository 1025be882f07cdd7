import AuthzServer
import Testing

/// How the path of a forwarded request is read: normalized once, by the mesh's mode.
@Suite struct ForwardedPathTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var mode: String, uri: String, path: String, why: String
        var testDescription: String { "\(mode) `\(uri)`: \(why)" }
    }

    private static func mesh(_ mode: String) -> String {
        mode.isEmpty
            ? ""
            : """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data: {mesh: 'pathNormalization: {normalization: \(mode)}'}
            ---

            """
    }

    @Test(
        "SR-1 to SR-4: a path is normalized by the mode of the mesh, and its query is none of it",
        arguments: [
            Case(mode: "", uri: "/api/../admin", path: "/admin", why: "the default is not NONE"),
            Case(mode: "", uri: "/api/%2e%2e/admin", path: "/admin", why: "escaped dots"),
            Case(mode: "", uri: "/%61dmin", path: "/admin", why: "escaped letters"),
            Case(mode: "", uri: "//admin", path: "//admin", why: "SR-3: BASE merges no slashes, and nothing is a host"),
            Case(mode: "MERGE_SLASHES", uri: "//admin", path: "/admin", why: "merged"),
            Case(mode: "MERGE_SLASHES", uri: "/%2Fadmin", path: "/%2Fadmin", why: "not unescaped"),
            Case(mode: "DECODE_AND_MERGE_SLASHES", uri: "/%2Fadmin", path: "/admin", why: "unescaped"),
            Case(
                mode: "DECODE_AND_MERGE_SLASHES", uri: "//evil.example/admin", path: "/evil.example/admin",
                why: "SR-3: both segments stay"),
            Case(mode: "NONE", uri: "/api/../admin", path: "/api/../admin", why: "as it stands where that is asked"),
            Case(mode: "", uri: "/admin#/public", path: "/admin", why: "SR-2: cut at the fragment"),
            Case(mode: "NONE", uri: "/admin#/public", path: "/admin", why: "SR-2: in every mode"),
            Case(mode: "", uri: "/admin?a=/public?b", path: "/admin", why: "SR-4: the first `?` ends it"),
            Case(mode: "", uri: "/admin%3Fa", path: "/admin%3Fa", why: "SR-4: an escaped one does not"),
            Case(mode: "", uri: "/a/%252e%252e/admin", path: "/a/%252e%252e/admin", why: "one pass, not two"),
            Case(mode: "", uri: "/..;/admin", path: "/admin", why: "parameters of a dot segment"),
        ])
    func normalization(_ c: Case) throws {
        let policies = { (path: String) in
            Self.mesh(c.mode) + CheckFixture.allow("to: [{operation: {paths: ['\(path)']}}]")
        }
        let exact = try ForwardAuthFixture(policies(c.path))
        let other = try ForwardAuthFixture(policies(c.path + "x"))
        for preset in ForwardAuthPreset.allCases {
            #expect(exact.verdict(preset, Told(uri: c.uri)) == "200 allowed-by-policy", "\(preset)")
            #expect(other.verdict(preset, Told(uri: c.uri)) == "403 no-allow-policy-matched", "\(preset)")
        }
    }

    @Test("SR-4: a query changes nothing for rules on paths", arguments: ["/a", "/b", "/a/", "//a", "/a%3F"])
    func query(_ path: String) throws {
        let fixture = try ForwardAuthFixture(CheckFixture.allow("to: [{operation: {paths: [/a], notPaths: [/b]}}]"))
        for preset in ForwardAuthPreset.allCases {
            let plain = fixture.verdict(preset, Told(uri: path))
            for query in ["?", "?x", "?/a", "?x?y", "?a=/b#c"] {
                #expect(fixture.verdict(preset, Told(uri: path + query)) == plain)
            }
        }
    }

    struct URLCase: Sendable, CustomTestStringConvertible {
        var url: String, isRead: Bool, why: String
        var testDescription: String { "`\(url)`: \(why)" }
    }

    @Test(
        "X-Original-URL is taken apart strictly",
        arguments: [
            URLCase(url: "https://api.example.com/a", isRead: true, why: "as ingress-nginx puts it together"),
            URLCase(url: "http://api.example.com:8080/a?b", isRead: true, why: "with a port and a query"),
            URLCase(url: "http://[2001:db8::1]:8080/a", isRead: true, why: "an address of IPv6"),
            URLCase(url: "http://my_api/a", isRead: true, why: "a name with an underscore"),
            URLCase(url: "https://api.example.com", isRead: false, why: "no path"),
            URLCase(url: "https://api.example.com?/a", isRead: false, why: "a host with a query in it"),
            URLCase(url: "https://api.example.com#/a", isRead: false, why: "a host with a fragment in it"),
            URLCase(url: "https://user@api.example.com/a", isRead: false, why: "user information"),
            URLCase(url: "https://api.example.com\\/a", isRead: false, why: "a backslash"),
            URLCase(url: "https:///a", isRead: false, why: "no host"),
            URLCase(url: "https://:80/a", isRead: false, why: "a port alone"),
            URLCase(url: "https://api.example.com:/a", isRead: false, why: "no port behind its colon"),
            URLCase(url: "https://api.example.com:99999/a", isRead: false, why: "no port at all"),
            URLCase(url: "https://[2001:db8::1/a", isRead: false, why: "an open bracket"),
            URLCase(url: "https://[10.0.0.1]/a", isRead: false, why: "IPv4 in brackets"),
            URLCase(url: "https://a,b/a", isRead: false, why: "two hosts"),
            URLCase(url: "HTTPS://api.example.com/a", isRead: false, why: "nginx writes its scheme in lower case"),
            URLCase(url: "ftp://api.example.com/a", isRead: false, why: "another scheme"),
            URLCase(url: "//api.example.com/a", isRead: false, why: "no scheme"),
            URLCase(url: "/a", isRead: false, why: "only a path"),
            URLCase(url: "https:/api.example.com/a", isRead: false, why: "one slash"),
        ])
    func urls(_ c: URLCase) throws {
        let fixture = try ForwardAuthFixture(CheckFixture.allow("to: [{operation: {paths: [/a]}}]"))
        let reply = fixture.ask(.ingressNginx, headers: [("X-Original-Method", "GET"), ("X-Original-URL", c.url)])
        #expect(reply.headers["x-authz-reason"] == (c.isRead ? "allowed-by-policy" : "request-invalid"))
        #expect(reply.status == (c.isRead ? 200 : 403))
    }

    @Test("every beginning of a URL is read without harm")
    func prefixes() throws {
        let fixture = try ForwardAuthFixture("")
        let url = "https://[2001:db8::1]:8080/a?b"
        for length in 0...url.count {
            let reply = fixture.ask(
                .ingressNginx, headers: [("X-Original-Method", "GET"), ("X-Original-URL", String(url.prefix(length)))])
            #expect((reply.status == 200) == (length > "https://[2001:db8::1]:8080".count))
        }
    }

    struct AddressCase: Sendable, CustomTestStringConvertible {
        var trusted: Int, value: String, peer: String, client: String, why: String
        var testDescription: String { "`\(value)`, \(trusted) trusted: \(why)" }
    }

    @Test(
        "the last of X-Forwarded-For is the proxy's peer, and before it stand the proxies that the mesh trusts",
        arguments: [
            AddressCase(trusted: 0, value: "10.0.0.1", peer: "10.0.0.1", client: "10.0.0.1", why: "one"),
            AddressCase(
                trusted: 0, value: "192.0.2.1, 10.0.0.1", peer: "10.0.0.1", client: "10.0.0.1", why: "nobody is trusted"
            ),
            AddressCase(
                trusted: 1, value: "192.0.2.1, 198.51.100.1, 10.0.0.1", peer: "10.0.0.1", client: "198.51.100.1",
                why: "one is"),
            AddressCase(trusted: 2, value: "10.0.0.1", peer: "10.0.0.1", client: "10.0.0.1", why: "there are fewer"),
            AddressCase(
                trusted: 1, value: "unknown, 10.0.0.1", peer: "10.0.0.1", client: "10.0.0.1", why: "that is no address"),
            AddressCase(trusted: 0, value: "192.0.2.1, unknown", peer: "", client: "", why: "the peer is none"),
            AddressCase(trusted: 0, value: "192.0.2.1,", peer: "", client: "", why: "an empty entry"),
        ])
    func addresses(_ c: AddressCase) throws {
        let mesh = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data: {mesh: 'defaultConfig: {gatewayTopology: {numTrustedProxies: \(c.trusted)}}'}
            ---

            """
        for (field, address) in [("ipBlocks", c.peer), ("remoteIpBlocks", c.client)] {
            let block = address.isEmpty ? "0.0.0.0/0" : address
            let fixture = try ForwardAuthFixture(
                mesh + CheckFixture.allow("from: [{source: {\(field): ['\(block)']}}]"))
            let status = fixture.ask(.traefik, Told(client: c.value)).status
            #expect(status == (address.isEmpty ? 403 : 200), "\(field)")
        }
    }
}
