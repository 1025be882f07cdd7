import AuthzTestSupport
import Foundation
import Testing

/// `authz serve` with TLS, and curl as its client.
@Suite struct TLSTests {
    @Test(
        "whatever the protocol, a verified caller names the source, and only it decides",
        arguments: [
            ["--http1.1"], ["--http2"], ["--http2", "--tls-max", "1.2"], ["--http1.1", "--no-alpn"],
            ["--http2-prior-knowledge", "--no-alpn"],
        ])
    func protocols(_ arguments: [String]) throws {
        let running = try RunningTLSServer()
        let check = { (principal: String?) in
            try running.check(naming: principal, with: running.frontend, arguments).status
        }
        #expect(try check(Example.frontend) == 200)
        #expect(try check(Example.stranger) == 403)
        #expect(try check(nil) == 403, "the caller's own certificate is no source")
        #expect(try running.server.child.errors.contains(#""caller":"\#(Example.frontend)""#))
    }

    @Test("without client certificates TLS makes nobody trusted")
    func serverOnly() throws {
        let running = try RunningTLSServer(verifiesClients: false)
        #expect(try running.check(naming: Example.frontend).status == 403)
        #expect(try running.check(naming: Example.frontend, with: running.frontend).status == 403)
        #expect(try running.check("/account", token: Example.alice).status == 200)
    }

    @Test("of verified callers only those that are named are trusted; the others are answered all the same")
    func trustedClients() throws {
        let running = try RunningTLSServer(["--trusted-client", "cluster.local/ns/production/sa/frontend"])
        let other = try running.authority.issue("other", for: ["URI:\(Example.frontend)-2"])
        #expect(try running.check(naming: Example.frontend, with: running.frontend).status == 200)
        #expect(try running.check(naming: Example.frontend, with: other).status == 403)
        #expect(try running.check("/account", with: other, token: Example.alice).status == 200)
    }

    @Test("who has no certificate that holds is refused, and others go on")
    func refused() throws {
        let running = try RunningTLSServer()
        let stranger = try TestAuthority("another")
        let names = ["URI:\(Example.frontend)"]
        let certificates = [
            nil, try stranger.issue("client", for: names),
            try running.authority.issue("expired", for: names, days: -1),
            try running.authority.issue("server", for: names, usage: "serverAuth"),
        ]
        for certificate in certificates {
            let response = try running.check(naming: Example.frontend, with: certificate, token: Example.alice)
            #expect(response.status == 0)
            #expect(!response.errors.isEmpty)
            #expect(try running.check(naming: Example.frontend, with: running.frontend).status == 200)
        }
        #expect(
            try running.check(naming: Example.frontend, with: running.frontend, ["--tls-max", "1.1"]).status == 0,
            "TLS 1.2 at least")
    }

    @Test(
        "what is not TLS gets nothing, and others go on",
        arguments: [
            "GET /workload/production/api/check/account HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\u{0}\u{4}\u{1}\u{0}\u{0}\u{0}",
            "\u{0}\u{0}\u{0}\u{0}\u{0}",
        ])
    func notTLS(_ text: String) throws {
        let running = try RunningTLSServer()
        do {
            let answer = try HTTP.exchange(text, with: running.server.checks)
            #expect(!answer.contains("HTTP/"))
        } catch let error as HTTP.SocketError {
            #expect(error.code == ECONNRESET)
        }
        #expect(try running.check(naming: Example.frontend, with: running.frontend).status == 200)
    }

    @Test("a stopping server ends its connections and exits with 0")
    func drain() throws {
        let running = try RunningTLSServer()
        #expect(try running.check(naming: Example.frontend, with: running.frontend).status == 200)
        running.server.child.stop()
        #expect(try running.server.child.exitStatus() == 0)
    }

    @Test("the admin listener has no TLS, and measures that of the other")
    func admin() throws {
        let running = try RunningTLSServer()
        #expect(try HTTP.send("GET", "/readyz", to: running.server.admin).status == 200)
        let metrics = try HTTP.send("GET", "/metrics", to: running.server.admin).body
        #expect(metrics.contains("\nauthz_tls_certificate_expiry_timestamp_seconds "))
        let reader = try Child(URL(filePath: "/usr/bin/env"), ["promtool", "check", "metrics"], input: metrics)
        #expect(try reader.exitStatus() == 0)
        #expect(try reader.output + reader.errors == "")
    }

    @Test("files that cannot be used are named, with exit 2")
    func badFiles() throws {
        let authority = try TestAuthority()
        let one = try authority.issue("one", for: [])
        let two = try authority.issue("two", for: [])
        let start = { (certificate: String, key: String) in
            try authz(
                "serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--tls-cert", certificate,
                "--tls-key", key)
        }
        let mismatch = try start(one.certificate, two.key)
        #expect(mismatch.status == 2)
        #expect(
            mismatch.errors.hasSuffix(
                "authz: error: the key `\(two.key)` is not that of the first certificate in `\(one.certificate)`; "
                    + "the server's own certificate comes first, its authorities behind it\n"))
        let missing = try start(one.certificate, "no.key")
        #expect(missing.status == 2)
        #expect(missing.errors.hasSuffix("authz: error: `no.key` cannot be read: there is no such file\n"))
        let device = try start("/dev/zero", one.key)
        #expect(device.status == 2)
        #expect(device.errors.hasSuffix("authz: error: `/dev/zero` is not a regular file\n"))
    }

    @Test("options that do not go together are refused, with exit 64")
    func usage() throws {
        let result = try authz("serve", "--tls-cert", "a.crt")
        #expect(result.status == 64)
        #expect(result.errors.contains("--tls-cert asks for --tls-key, the private key of the certificate"))
    }
}
