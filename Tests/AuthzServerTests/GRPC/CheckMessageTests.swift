import AuthzCore
import Foundation
import SwiftProtobuf
import Testing

@testable import AuthzServer

@Suite struct CheckMessageTests {
    private static func request(
        _ make: (inout Authz_Oracle_Attributes) -> Void
    ) throws -> CheckRequest {
        var attributes = Authz_Oracle_Attributes()
        make(&attributes)
        let bytes: [UInt8] = try Authz_Oracle_Check.with { $0.attributes = attributes }.serializedBytes()
        var message = CheckMessage()
        try message.read(bytes.span)
        var request = CheckRequest()
        try message.fill(&request, from: bytes.span, normalizesPath: false)
        message.applyPrincipal(to: &request, for: nil)
        return request
    }

    private static func http(_ make: (inout Authz_Oracle_HttpRequest) -> Void) throws -> CheckRequest {
        try request { attributes in make(&attributes.request.http) }
    }

    private static func lines(_ request: CheckRequest) -> [String] {
        request.operation.headers.map { "\(request.text($0.name)): \(request.text($0.value))" }.sorted()
    }

    @Test("the request line comes from its fields")
    func requestLine() throws {
        let request = try Self.http { http in
            http.method = "GET"
            http.path = "/a?b=c"
            http.query = "not=read"
            http.host = "api.example"
            http.scheme = "https"
            http.headers = [":path", ":method", ":authority", ":scheme"].map { name in
                .with {
                    $0.key = name
                    $0.value = "other"
                }
            }
        }
        #expect(request.transport == .http)
        #expect(request.text(request.operation.method) == "GET")
        #expect(request.text(request.operation.path) == "/a?b=c", "SR-4")
        #expect(request.text(request.operation.host) == "api.example")
        #expect(request.operation.scheme.map(request.text) == "https")
        #expect(request.operation.headers.isEmpty, "pseudo headers are none")
        #expect(!request.needsNormalization)
        #expect(request.hasMergedHeaders, "SR-10")
    }

    @Test("where a field is empty, the pseudo header counts")
    func pseudoHeaders() throws {
        let request = try Self.http { http in
            for (name, value) in [(":path", "/a"), (":method", "PUT"), (":authority", "h"), (":scheme", "http")] {
                http.headers.append(
                    .with {
                        $0.key = name
                        $0.value = value
                    })
            }
        }
        #expect(request.text(request.operation.path) == "/a")
        #expect(request.text(request.operation.method) == "PUT")
        #expect(request.text(request.operation.host) == "h")
        #expect(request.operation.scheme.map(request.text) == "http")
    }

    @Test("header names are folded, values lose their blanks, and what Envoy adds is left out")
    func headers() throws {
        let request = try Self.http { http in
            for (name, value) in [
                ("X-Tenant", " acme\t"), ("Host", "other"), ("X-Envoy-Auth-Partial-Body", "true"),
                ("content-length", "7"), ("x-authz-source-ip", "10.0.0.1"),
            ] {
                http.headers.append(
                    .with {
                        $0.key = name
                        $0.value = value
                    })
            }
        }
        #expect(Self.lines(request) == ["content-length: 7", "x-authz-source-ip: 10.0.0.1", "x-tenant: acme"])
        #expect(request.source.ip == .unknown, "a client's header is no identity")
        #expect(request.text(request.operation.host) == "other")
    }

    @Test("lines that are kept apart go before those that are merged")
    func rawHeaders() throws {
        let request = try Self.http { http in
            http.headers = [
                .with {
                    $0.key = "x-role"
                    $0.value = "merged"
                }
            ]
            http.headerMap.headers = ["user", "admin"].map { value in
                .with {
                    $0.key = "x-role"
                    $0.rawValue = .init(value.utf8)
                }
            }
        }
        #expect(Self.lines(request) == ["x-role: admin", "x-role: user"])
        #expect(!request.hasMergedHeaders, "SR-10")
    }

    @Test("a list of kept lines without one leaves the merged ones")
    func emptyRawHeaders() throws {
        let request = try Self.http { http in
            http.headers = [.with { $0.key = "x-role" }]
            http.headerMap = .init()
        }
        #expect(Self.lines(request) == ["x-role: "])
        #expect(request.hasMergedHeaders)
    }

    struct AddressCase: Sendable, CustomTestStringConvertible {
        var address: Authz_Oracle_Address?
        var ip: String, port: String, why: String
        var testDescription: String { why }

        static func socket(_ host: String, _ port: UInt32?, ip: String, port known: String, why: String) -> AddressCase
        {
            let address = Authz_Oracle_Address.with { address in
                address.socketAddress.address = host
                if let port { address.socketAddress.portValue = port }
            }
            return AddressCase(address: address, ip: ip, port: known, why: why)
        }
    }

    @Test(
        "an address is known, absent or unknown",
        arguments: [
            .socket("10.0.0.9", 8080, ip: "10.0.0.9", port: "8080", why: "a socket's"),
            .socket("2001:db8::1", 65535, ip: "2001:db8::1", port: "65535", why: "IPv6"),
            .socket("10.0.0.9", nil, ip: "10.0.0.9", port: "unknown", why: "no port"),
            .socket("10.0.0.9", 0, ip: "10.0.0.9", port: "unknown", why: "port 0 is none"),
            .socket("10.0.0.9", 65536, ip: "10.0.0.9", port: "unknown", why: "a port beyond all"),
            .socket("example.com", 80, ip: "unknown", port: "80", why: "a name is no IP address"),
            .socket("", 80, ip: "unknown", port: "80", why: "no address"),
            AddressCase(address: .with { $0.pipe = .init() }, ip: "absent", port: "absent", why: "a pipe"),
            AddressCase(address: .init(), ip: "unknown", port: "unknown", why: "an address without a form"),
            AddressCase(address: nil, ip: "unknown", port: "unknown", why: "nothing said"),
        ] as [AddressCase])
    func addresses(_ c: AddressCase) throws {
        let request = try Self.request { attributes in
            if let address = c.address {
                attributes.source.address = address
                attributes.destination.address = address
            }
        }
        #expect(Self.text(request.source.ip) == c.ip)
        #expect(Self.text(request.destination.ip) == c.ip)
        #expect(Self.text(request.destination.port) == c.port)
    }

    private static func text(_ attribute: Attribute<some CustomStringConvertible & Sendable>) -> String {
        switch attribute {
        case .unknown: "unknown"
        case .absent: "absent"
        case .known(let value): value.description
        }
    }

    @Test(
        "SR-19: the principal is taken as it stands, and an empty one is none",
        arguments: ["", "spiffe://td/ns/a/sa/b", "CN=frontend", "dns.example"])
    func principal(_ text: String) throws {
        let request = try Self.request { $0.source.principal = text }
        #expect(request.source.principal.value.map(request.text) == (text.isEmpty ? nil : text))
        #expect(!request.source.principal.isUnknown)
    }

    @Test("the server name is unknown over HTTP without a TLS session")
    func serverName() throws {
        let plain = try Self.request { $0.request.http = .init() }
        #expect(plain.destination.sni == .unknown)
        let empty = try Self.request {
            $0.request.http = .init()
            $0.tlsSession = .init()
        }
        #expect(empty.destination.sni == .absent)
        let named = try Self.request {
            $0.request.http = .init()
            $0.tlsSession.sni = "API.example"
        }
        #expect(named.destination.sni.value.map(named.text) == "api.example")
    }

    @Test("without an HTTP request it is a connection, whose service is the server name")
    func connection() throws {
        let named = try Self.request {
            $0.destination.service = "API.example"
            $0.request = .init()
        }
        #expect(named.transport == .tcp)
        #expect(named.destination.sni.value.map(named.text) == "api.example")
        #expect(try Self.request { _ in }.destination.sni == .absent)
    }

    @Test("a map has no more entries than are read, and a key repeats only so often")
    func entries() throws {
        let repeated = { (count: Int) in
            try Self.http { http in
                http.headers = (0..<count).map { number in
                    .with {
                        $0.key = "k\(number % 256)"
                        $0.value = "\(number)"
                    }
                }
            }
        }
        #expect(try repeated(1024).operation.headers.count == 256)
        #expect(throws: WireError.tooManyEntries) { try repeated(1025) }
        #expect(throws: WireError.tooManyEntries) {
            try Self.http { http in http.headers = (0..<257).map { number in .with { $0.key = "k\(number)" } } }
        }
    }

    @Test("what is used again keeps nothing of the last message")
    func reuse() throws {
        let first: [UInt8] = try Authz_Oracle_Check.with {
            $0.attributes.source.principal = "p"
            $0.attributes.request.http.method = "GET"
            $0.attributes.tlsSession.sni = "s"
            $0.attributes.contextExtensions = [.with { $0.key = "workload" }]
        }.serializedBytes()
        var message = CheckMessage()
        try message.read(first.span)
        try message.read([UInt8]().span)
        #expect(message.source.principal.isEmpty)
        #expect(!message.hasHTTP && !message.hasTLSSession && message.contextExtensions.isEmpty)
    }
}
