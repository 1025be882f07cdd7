import ArgumentParser
import AuthzServer
import Testing

@testable import authz

@Suite struct TLSOptionsTests {
    private static func resolve(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> ServerConfiguration {
        try ServeOptions.parse(arguments).resolve(Environment(values: environment), policies: PolicySettings()).server
    }

    private static let pair = ["--tls-cert", "a.crt", "--tls-key", "a.key"]

    @Test("files are taken from options, and before that from the environment")
    func files() throws {
        #expect(try Self.resolve([]).tls == nil)
        #expect(try Self.resolve(Self.pair).tls == TLSFiles(certificate: "a.crt", key: "a.key"))
        let variables = ["AUTHZ_TLS_CERT": "b.crt", "AUTHZ_TLS_KEY": "b.key", "AUTHZ_TLS_CLIENT_CA": "ca.crt"]
        #expect(
            try Self.resolve([], variables).tls
                == TLSFiles(certificate: "b.crt", key: "b.key", clientAuthorities: "ca.crt"))
        #expect(
            try Self.resolve(Self.pair + ["--tls-client-ca", "x.crt"], variables).tls
                == TLSFiles(certificate: "a.crt", key: "a.key", clientAuthorities: "x.crt"))
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var arguments: [String], message: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(
        "what does not go together is refused, with what to do",
        arguments: [
            Refused(
                arguments: ["--tls-cert", "a"],
                message: "--tls-cert asks for --tls-key, the private key of the certificate"),
            Refused(
                arguments: ["--tls-key", "a"], message: "--tls-key asks for --tls-cert, the certificate of the key"),
            Refused(
                arguments: ["--tls-client-ca", "a"],
                message: "--tls-client-ca asks for --tls-cert and --tls-key: without TLS there are no certificates"),
            Refused(
                arguments: pair + ["--trusted-client", "a"],
                message: "--trusted-client asks for --tls-client-ca, which verifies client certificates"),
            Refused(
                arguments: pair + ["--tls-client-ca", "a", "--trusted-client", "*.example"],
                message: "`*.example` is not a name; expected a SPIFFE ID or a DNS name, which is compared as a whole"),
            Refused(
                arguments: pair + ["--tls-client-ca", "a", "--trusted-client", "a,"],
                message: "`` is not a name; expected a SPIFFE ID or a DNS name, which is compared as a whole"),
            Refused(
                arguments: ["--trusted-proxies", "unix"],
                message: "`--trusted-proxies unix` asks for `--listen unix:PATH`"),
            Refused(
                arguments: ["--listen", "unix:a", "--trusted-proxies", "127.0.0.1/32"],
                message: "who calls over a Unix socket has no address; write `--trusted-proxies unix`"),
            Refused(
                arguments: ["--trusted-proxies", "unix:a"],
                message:
                    "`unix:a` is not a CIDR block, nor `unix`; expected an address, or a block such as `10.0.0.0/8`"),
            Refused(
                arguments: ["--listen", "unix:"],
                message: "`unix:` is not an address; expected `HOST:PORT`, or `unix:PATH` of at most 107 bytes"),
        ])
    func refused(_ c: Refused) throws {
        let error = #expect(throws: ValidationError.self) { try Self.resolve(c.arguments) }
        #expect(error?.message == c.message)
    }

    @Test("trusted clients are named by SPIFFE ID, with its scheme or without, or by DNS name")
    func names() throws {
        let clients = [
            "--tls-client-ca", "ca.crt", "--trusted-client", "spiffe://td/ns/a/sa/b", "td/ns/a/sa/c,Envoy.example",
        ]
        let callers = try Self.resolve(Self.pair + clients).trustedCallers
        #expect(callers.certificateNames == ["spiffe://td/ns/a/sa/b", "spiffe://td/ns/a/sa/c", "envoy.example"])
        let variables = ["AUTHZ_TLS_CLIENT_CA": "ca.crt", "AUTHZ_TRUSTED_CLIENT": "a"]
        #expect(try Self.resolve(Self.pair, variables).trustedCallers.certificateNames == ["a"])
        #expect(try Self.resolve(Self.pair).trustedCallers.certificateNames.isEmpty)
    }

    @Test("a Unix socket is trusted where it is said")
    func unixSocket() throws {
        let plain = try Self.resolve(["--listen", "unix:/run/a.sock"])
        #expect(plain.listen == .unixSocket(path: "/run/a.sock"))
        #expect(!plain.hasTrustedCallers)
        #expect(try Self.resolve(["--listen", "unix:a", "--trusted-proxies", "unix"]).hasTrustedCallers)
    }

    @Test("the first command to try fits the listener")
    func tryCommand() {
        let text = { (address: ListenAddress, tls: TLSFiles?) in "\(TryCommand(for: "/check/", at: address, tls: tls))"
        }
        #expect(text(ListenAddress(host: "0.0.0.0", port: 1), nil) == "curl -i http://127.0.0.1:1/check/")
        #expect(text(ListenAddress(host: "::", port: 1), nil) == "curl -i http://[::1]:1/check/")
        #expect(
            text(.unixSocket(path: "/a"), nil) == "curl -i --unix-socket /a http://localhost/check/")
        #expect(
            text(ListenAddress(host: "a", port: 1), TLSFiles(certificate: "b", key: "c"))
                == "curl -i --cacert CA.crt https://a:1/check/")
        #expect(
            text(ListenAddress(host: "a", port: 1), TLSFiles(certificate: "b", key: "c", clientAuthorities: "d"))
                == "curl -i --cacert CA.crt --cert CLIENT.crt --key CLIENT.key https://a:1/check/")
    }
}
