import AuthzServer
import AuthzTestSupport
import Foundation
import NIOCore
import SwiftProtobuf
import Testing

/// Checks over gRPC, from the bytes of the call to those of the answer.
@Suite struct GRPCCheckTests {
    private static let path = "/envoy.service.auth.v3.Authorization/Check"

    private static func check(_ make: (inout Authz_Oracle_Attributes) -> Void) throws -> [UInt8] {
        var attributes = Authz_Oracle_Attributes()
        attributes.contextExtensions = [
            .with {
                $0.key = "workload"
                $0.value = "prod/api"
            }
        ]
        make(&attributes)
        return try Authz_Oracle_Check.with { $0.attributes = attributes }.serializedBytes()
    }

    private static func http(_ method: String, _ path: String, _ headers: [String: String] = [:]) throws -> [UInt8] {
        try check { attributes in
            attributes.request.http.method = method
            attributes.request.http.path = path
            attributes.request.http.host = "api.example"
            for (name, value) in headers {
                attributes.request.http.headers.append(
                    .with {
                        $0.key = name
                        $0.value = value
                    })
            }
        }
    }

    private static func ask(_ fixture: CheckFixture, _ message: [UInt8]) throws -> Authz_Oracle_Reply {
        let reply = try HTTP2Client(fixture.responder).call(path, message)
        #expect(reply.status == "200" && reply.grpcStatus == "0", "SR-40: never a broken call")
        #expect(reply.head["content-type"] == "application/grpc")
        return try Authz_Oracle_Reply(serializedBytes: try #require(reply.messages.first))
    }

    private static let getOnly = CheckFixture.allow("to: [{operation: {methods: [GET]}}]")

    @Test("an allow is an OK response and nothing else")
    func allowed() throws {
        let reply = try Self.ask(try CheckFixture(Self.getOnly), Self.http("GET", "/a"))
        #expect(
            reply
                == .with {
                    $0.status = .init()
                    $0.okResponse = .init()
                })
    }

    @Test("a denial is the proxy's own")
    func denied() throws {
        let reply = try Self.ask(try CheckFixture(Self.getOnly), Self.http("POST", "/a"))
        #expect(reply.status.code == 7)
        #expect(
            reply.deniedResponse
                == .with {
                    $0.status.code = 403
                    $0.body = "RBAC: access denied"
                })
    }

    @Test("a gRPC client's denial has the status and text from which Envoy makes the sidecar's answer")
    func deniedCall() throws {
        let message = try Self.http("POST", "/a", ["content-type": "application/grpc"])
        let reply = try Self.ask(try CheckFixture(Self.getOnly), message)
        #expect(reply.deniedResponse.status.code == 403 && reply.deniedResponse.body == "RBAC: access denied")
    }

    @Test("a connection is denied by its status alone")
    func deniedConnection() throws {
        let fixture = try CheckFixture(CheckFixture.allow("to: [{operation: {ports: ['8080']}}]"))
        let connection = { (port: UInt32) in
            try Self.check {
                $0.destination.address.socketAddress.address = "10.0.0.9"
                $0.destination.address.socketAddress.portValue = port
            }
        }
        #expect(try Self.ask(fixture, connection(8080)).status.code == 0)
        #expect(try Self.ask(fixture, connection(8081)) == .with { $0.status.code = 7 })
    }

    @Test("a token that is none is denied with a challenge")
    func challenge() throws {
        let fixture = try CheckFixture(
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: prod}
            spec: {jwtRules: [{issuer: a, jwksUri: "https://a.example/jwks"}]}
            """)
        let reply = try Self.ask(fixture, Self.http("GET", "/a", ["authorization": "Bearer x"]))
        #expect(reply.status.code == 16)
        #expect(reply.deniedResponse.status.code == 401)
        #expect(
            reply.deniedResponse.body
                == "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections")
        let header = try #require(reply.deniedResponse.headers.first)
        #expect(header.header.key == "www-authenticate" && header.appendAction == 2)
        #expect(header.header.value == #"Bearer realm="http://api.example/a", error="invalid_token""#)
        #expect(try Self.ask(fixture, Self.http("GET", "/a")).status.code == 0, "its neighbor has none")
    }

    @Test("SR-16: a claim's header that no token sets is removed")
    func claimHeaders() throws {
        let fixture = try CheckFixture(
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: prod}
            spec:
              jwtRules:
              - issuer: a
                jwksUri: "https://a.example/jwks"
                outputClaimToHeaders: [{header: x-sub, claim: sub}]
            """)
        let reply = try Self.ask(fixture, Self.http("GET", "/a", ["x-sub": "admin"]))
        #expect(reply.okResponse.headersToRemove == ["x-sub"])
        #expect(reply.okResponse.headers.isEmpty)
    }

    @Test(
        "SR-40: a message that cannot be read is denied",
        arguments: [
            [0xff], [0x0a, 0x05], [0x0a, 0x04, 0x22, 0x02, 0x12, 0x05], [0x0a, 0x05, 0x0a, 0x03, 0x22, 0x01, 0xff],
        ]
            as [[UInt8]])
    func unreadable(_ message: [UInt8]) throws {
        for failsOpen in [false, true] {
            let reply = try Self.ask(try CheckFixture("", defaultWorkload: "prod/api", failsOpen: failsOpen), message)
            #expect(reply.status.code == 7 && reply.deniedResponse.status.code == 400)
        }
    }

    struct BrokenCase: Sendable, CustomTestStringConvertible {
        var body: [UInt8]
        var headers: [(String, String)] = []
        var ends = true
        var status: Int32
        var why: String
        var testDescription: String { why }
    }

    @Test(
        "SR-40: a check that is none is denied, and no error of the call",
        arguments: [
            BrokenCase(body: [], status: 400, why: "no message"),
            BrokenCase(body: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], status: 400, why: "two messages"),
            BrokenCase(body: [1, 0, 0, 0, 0], status: 400, why: "a compressed message"),
            BrokenCase(body: [2, 0, 0, 0, 0], status: 400, why: "a flag that nobody knows"),
            BrokenCase(body: [0, 0, 0, 0, 2, 0x0a], status: 400, why: "part of a message"),
            BrokenCase(body: [0, 0, 0x10, 0, 0], status: 413, why: "a message that says it is too large"),
            BrokenCase(body: [0, 0, 0x10, 0, 0], ends: false, status: 413, why: "before it has come"),
            BrokenCase(body: [0, 0], ends: false, status: 408, why: "a message that takes too long"),
            BrokenCase(
                body: [0, 0, 0, 0, 0], headers: (0..<201).map { ("x-\($0)", "") }, status: 431, why: "many headers"),
            BrokenCase(body: [0, 0, 0, 0, 0], headers: [("x", "a\u{1}")], status: 400, why: "a header that is none"),
        ])
    func broken(_ c: BrokenCase) throws {
        let recorder = LineRecorder()
        let queue = LineQueue { recorder.add($0) }
        try queue.start()
        let log = DecisionLog(to: queue, clock: { 1 })
        let client = try HTTP2Client(try CheckFixture("", defaultWorkload: "prod/api", log: log).responder)
        client.send(.call(1, Self.path, headers: c.headers), .data(1, c.body, ends: c.ends))
        if !c.ends { client.advance(by: .seconds(13)) }
        #expect(client.reply(1).status == "200" && client.reply(1).grpcStatus == "0")
        let reply = try Authz_Oracle_Reply(serializedBytes: try #require(client.reply(1).messages.first))
        #expect(reply.status.code == 7)
        #expect(reply.deniedResponse.status.code == c.status)
        #expect(recorder.lines(of: queue).count == 1, "and it is logged")
        client.send(.call(3, Self.path), .data(3, HTTP2Client.framed(try Self.http("GET", "/a"))))
        #expect(client.reply(3).grpcStatus == "0", "the connection goes on")
    }

    @Test(
        "SR-15: a path or host with a blank or control character is a bad request",
        arguments: ["\n", "\u{0}", " ", "\t", "\u{7f}", "\u{1f}"])
    func controlCharactersOfTheRequestLine(_ character: String) throws {
        let fixture = try CheckFixture("")
        let status = { (path: String, host: String) in
            try Self.ask(
                fixture,
                Self.check { attributes in
                    attributes.request.http.method = "GET"
                    attributes.request.http.path = path
                    attributes.request.http.host = host
                }
            ).deniedResponse.status.code
        }
        #expect(try status("/a?\(character)", "a") == 400)
        #expect(try status("/\(character)", "a") == 400)
        #expect(try status("/a", "a\(character)b") == 400)
        #expect(try status("/a?\u{e9}", "a") == 0)
    }

    @Test("a header that an HTTP check cannot carry is known")
    func allHeaders() throws {
        let fixture = try CheckFixture(
            CheckFixture.allow("when: [{key: 'request.headers[content-length]', values: ['7']}]"))
        #expect(try Self.ask(fixture, Self.http("POST", "/a", ["content-length": "7"])).status.code == 0)
        #expect(try Self.ask(fixture, Self.http("POST", "/a", ["content-length": "8"])).status.code == 7)
        let target = "/workload/prod/api/check/a"
        #expect(fixture.ask("POST", target, headers: [("content-length", "7")]).status == 403, "its neighbor over HTTP")
    }

    @Test("SR-10: a value that may have been two lines is allowed only if it is either way")
    func mergedHeaders() throws {
        let fixture = try CheckFixture(
            CheckFixture.allow("when: [{key: 'request.headers[x-role]', notValues: [admin]}]"))
        #expect(try Self.ask(fixture, Self.http("GET", "/a", ["x-role": "user"])).status.code == 0)
        #expect(try Self.ask(fixture, Self.http("GET", "/a", ["x-role": "user,admin"])).status.code == 7)
    }

    @Test("SR-9: a method that no codec of HTTP/1.1 takes is one over HTTP/2")
    func methods() throws {
        let fixture = try CheckFixture(CheckFixture.allow("to: [{operation: {methods: [FOO]}}]"))
        let status = { (method: String, version: String) in
            try Self.ask(
                fixture,
                Self.check { attributes in
                    attributes.request.http.method = method
                    attributes.request.http.path = "/a"
                    attributes.request.http.host = "a"
                    attributes.request.http.protocol = version
                }
            ).deniedResponse.status.code
        }
        #expect(try status("FOO", "HTTP/2") == 0)
        #expect(try status("FOO", "HTTP/3") == 0)
        #expect(try status("foo", "HTTP/2") == 403)
        #expect(try status("FOO", "HTTP/1.1") == 400)
        #expect(try status("FOO", "") == 400)
        #expect(try status("", "HTTP/2") == 400)
        #expect(try status("a b", "HTTP/2") == 400)
    }

    @Test("SR-10: a cookie of a second line, which Envoy joins with a comma, is looked at")
    func cookieLines() throws {
        let fixture = try CheckFixture(
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: prod}
            spec: {jwtRules: [{issuer: a, jwks: '\(TestSigner.p256.jwks())', fromCookies: [t]}]}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: allow, namespace: prod}
            spec:
              rules:
              - to: [{operation: {paths: [/open]}}]
              - from: [{source: {requestPrincipals: ["*"]}}]
            """)
        let good = TestSigner.p256.token(payload: #"{"iss":"a","sub":"alice"}"#)
        let bad = good.dropLast(8) + "AAAAAAAA"
        let statuses = { (cookie: String) in
            try ["/secret", "/open"].map { path in
                try Self.ask(fixture, Self.http("GET", path, ["cookie": cookie])).deniedResponse.status.code
            }
        }
        #expect(try statuses("a=b") == [403, 0])
        #expect(try statuses("a=b; t=\(good)") == [0, 0])
        #expect(try statuses("a=b,t=\(good)") == [0, 0])
        #expect(try statuses("a=b,t=\(bad)") == [401, 401])
        #expect(try statuses("a=b,t=\(good); t=\(bad)") == [401, 401], "either reading has to verify")
        #expect(try statuses("a=b,t=\(bad); t=\(good)") == [401, 401])
    }

    @Test("SR-15: a control character anywhere in a header is a bad request, but for a tab")
    func controlCharacters() throws {
        let fixture = try CheckFixture("")
        let status = { (value: String) in
            try Self.ask(fixture, Self.http("GET", "/a", ["x-header": value])).deniedResponse.status.code
        }
        for length in 1...20 {
            for place in 0..<length {
                var text = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                for (byte, expected) in [(0, 400), (0x1f, 400), (0x7f, 400), (0x20, 0), (0x7e, 0), (9, 0)]
                    as [(UInt8, Int32)]
                {
                    text[place] = byte
                    #expect(
                        try status(String(decoding: text, as: UTF8.self)) == expected,
                        "\(byte) at \(place) of \(length)")
                }
            }
        }
        #expect(try status("é☃😀é☃😀") == 0)
        #expect(try status("é☃😀\u{7f}é☃😀") == 400)
        for name in ["x header", "x:y", "", "é", "x\u{7f}"] {
            #expect(try Self.ask(fixture, Self.http("GET", "/a", [name: ""])).deniedResponse.status.code == 400)
        }
        #expect(try Self.ask(fixture, Self.http("GET", "/a", ["!#$%&'*+-.09AZ^_`az|~": ""])).status.code == 0)
    }

    @Test("a claim that cannot be a header denies, or passes without it where the operator has said so")
    func failOpen() throws {
        let policy = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: prod}
            spec:
              jwtRules:
              - issuer: a
                jwks: '\(TestSigner.p256.jwks())'
                outputClaimToHeaders: [{header: x-name, claim: name}]
            """
        let message = { (name: String) in
            let token = TestSigner.p256.token(payload: #"{"iss":"a","name":"\#(name)"}"#)
            return try Self.http("GET", "/a", ["authorization": "Bearer \(token)"])
        }
        let closed = try CheckFixture(policy)
        let written = try Self.ask(closed, message("Alice"))
        #expect(written.okResponse.headers.map(\.header.key) == ["x-name"])
        #expect(written.okResponse.headers.map(\.header.value) == ["Alice"])
        #expect(written.okResponse.headers.map(\.appendAction) == [2])
        #expect(written.okResponse.headersToRemove == ["authorization"])
        #expect(try Self.ask(closed, message(#"a\r\nx-admin: 1"#)).deniedResponse.status.code == 403)

        let open = try Self.ask(try CheckFixture(policy, failsOpen: true), message(#"a\r\nx-admin: 1"#))
        #expect(open.status.code == 0 && open.okResponse.headers.isEmpty)
        #expect(open.okResponse.headersToRemove == ["authorization", "x-name"])
    }

    // MARK: Workload

    struct WorkloadCase: Sendable, CustomTestStringConvertible {
        var extensions: [String: String] = [:]
        var labels: [String: String] = [:]
        var principal = ""
        var address = ""
        var expected: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "the workload is the first that something names, and an unknown one is denied",
        arguments: [
            WorkloadCase(extensions: ["workload": "prod/api"], expected: "api", why: "its name"),
            WorkloadCase(extensions: ["workload": "prod/none"], expected: "none", why: "the name of none"),
            WorkloadCase(
                extensions: ["workload": "prod/none", "namespace": "prod", "labels": "app=api"], expected: "none",
                why: "a name goes before labels"),
            WorkloadCase(
                extensions: ["namespace": "prod", "labels": "app=api,x=y"], expected: "api", why: "namespace and labels"
            ),
            WorkloadCase(extensions: ["namespace": "prod"], expected: "other", why: "a namespace alone"),
            WorkloadCase(
                extensions: ["namespace": "prod", "labels": "app"], expected: "none", why: "labels that are none"),
            WorkloadCase(extensions: ["namespace": ""], expected: "none", why: "an empty namespace"),
            WorkloadCase(
                labels: ["app": "api"], principal: "spiffe://td/ns/prod/sa/any", expected: "api",
                why: "labels in the namespace of the principal"),
            WorkloadCase(
                labels: ["app": "x"], principal: "spiffe://td/ns/prod/sa/api", expected: "other",
                why: "labels go before the service account"),
            WorkloadCase(labels: ["app": "api"], expected: "default", why: "labels without a namespace"),
            WorkloadCase(principal: "spiffe://td/ns/prod/sa/api", expected: "api", why: "the service account"),
            WorkloadCase(
                principal: "spiffe://td/ns/prod/sa/none", expected: "default", why: "an account of no workload"),
            WorkloadCase(principal: "td/ns/prod/sa/api", expected: "default", why: "SR-19: no SPIFFE ID"),
            WorkloadCase(principal: "spiffe://td/ns/prod/sa/api/x", expected: "default", why: "another form"),
            WorkloadCase(address: "10.96.0.1", expected: "api", why: "the address of a Service"),
            WorkloadCase(address: "10.96.0.2", expected: "default", why: "that of a Service of several workloads"),
            WorkloadCase(expected: "default", why: "nothing but the listener's"),
        ])
    func workload(_ c: WorkloadCase) throws {
        // Each workload allows the path of its name.
        let policies = """
            apiVersion: v1
            kind: Pod
            metadata: {name: api-pod, namespace: prod, labels: {app: api, unique: "1"}}
            spec: {serviceAccountName: api}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: default, namespace: other}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: prod}
            spec: {clusterIP: 10.96.0.1, selector: {unique: "1"}, ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: both, namespace: prod}
            spec: {clusterIP: 10.96.0.2, selector: {app: api}, ports: [{port: 80}]}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: api, namespace: prod}
            spec: {selector: {matchLabels: {app: api}}, rules: [{to: [{operation: {paths: [/api]}}]}]}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-other, namespace: prod}
            spec: {action: DENY, rules: [{to: [{operation: {paths: [/default]}}]}]}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: default, namespace: other}
            spec: {rules: [{to: [{operation: {paths: [/default]}}]}]}
            """
        let fixture = try CheckFixture(policies, defaultWorkload: "other/default")
        // `other` is a workload of `prod` that no ALLOW policy reaches.
        let allowed = try ["/api", "/default", "/x"].filter { path in
            let message = try Self.check { attributes in
                attributes.contextExtensions = Self.entries(c.extensions)
                attributes.destination.labels = Self.entries(c.labels)
                attributes.destination.principal = c.principal
                if !c.address.isEmpty { attributes.destination.address.socketAddress.address = c.address }
                attributes.request.http.method = "GET"
                attributes.request.http.path = path
            }
            return try Self.ask(fixture, message).status.code == 0
        }
        let expected = ["api": ["/api"], "default": ["/default"], "other": ["/api", "/x"], "none": []]
        #expect(allowed == expected[c.expected])
    }

    private static func entries(_ map: [String: String]) -> [Authz_Oracle_Entry] {
        map.map { key, value in
            .with {
                $0.key = key
                $0.value = value
            }
        }
    }
}
