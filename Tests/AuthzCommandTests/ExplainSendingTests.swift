import AuthzCore
import Foundation
import Testing

@testable import authz

/// `authz explain --curl`: a command that can be run as it is printed, without a secret in it.
@Suite struct ExplainSendingTests {
    static let token =
        "eyJhbGciOiAiSFMyNTYiLCAia2lkIjogImsifQ.eyJpc3MiOiAiaHR0cHM6Ly9pc3MuZXhhbXBsZSIsICJzdWIiOiAiYm9iIiwgImF1ZCI6IFsiY2FydCJdfQ.P1bhfGq3ETuI_y9bg9_ujobVHhmTluc6kmBuzAus-rc"

    private static func policies(_ places: String, _ rules: String = "[{}]") -> String {
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: j, namespace: shop}
        spec:
          jwtRules:
          - issuer: https://iss.example
            jwks: '{"keys":[{"kty":"oct","alg":"HS256","kid":"k","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}]}'
            \(places)
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: a, namespace: shop}
        spec: {rules: \(rules)}

        """
    }

    private static func command(_ request: String, _ policies: String) throws -> String {
        let run = try ExplainRun(["r.yaml": request], policies: policies, format: .json, showsCurl: true)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(run.answer.utf8)) as? [String: Any])
        return try #require(object["curl"] as? String, "\(run.answer)\(run.messages)")
    }

    private static func request(_ rest: String, destination: String = "port: 8080") -> String {
        "{destination: {namespace: shop, labels: {app: cart}, \(destination)}, \(rest)}"
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var places = #"fromHeaders: [{name: x-jwt, prefix: "Tok "}, {name: x-auth-token}]"#
        var rules = "[{}]"
        var destination = "port: 8080"
        var request: String
        var command: String
        var why: String
        var testDescription: String { why }
    }

    @Test(
        "what is sent",
        arguments: [
            Case(
                request: "request: {path: /a, host: cart, headers: {x-jwt: Tok \(token)}}",
                command: #"curl -i --path-as-is http://cart/a -H "x-jwt: Tok $TOKEN""#, why: "a token in a header"),
            Case(
                places: "fromParams: [tok]",
                request: "request: {path: /a, host: cart, headers: {x-auth-token: opaque, x-api-key: k}}",
                command:
                    #"curl -i --path-as-is http://cart/a -H "x-auth-token: $X_AUTH_TOKEN" -H "x-api-key: $X_API_KEY""#,
                why: "credentials by their names"),
            Case(
                places: "fromParams: [tok]", request: "request: {path: '/a?tok=\(token)&x=1', host: cart}",
                command: #"curl -i --path-as-is -g "http://cart/a?tok=$TOKEN&x=1""#, why: "a token in the query"),
            Case(
                places: "fromParams: [tok]",
                request: "request: {path: '/$(id)?tok=\(token)', host: cart}",
                command: #"curl -i --path-as-is -g 'http://cart/$(id)?tok='"$TOKEN""#,
                why: "a token behind text that means something between double quotes"),
            Case(
                rules: "[{from: [{source: {requestPrincipals: ['*']}}]}, {}]",
                request: "request: {path: /a, host: cart, headers: {x-other: t \(token), x-e: ''}}",
                command: #"curl -i --path-as-is http://cart/a -H "x-other: t $TOKEN" -H 'x-e;'"#,
                why: "a token where nobody looks for one"),
            Case(
                rules: "[{when: [{key: 'request.headers[authorization]', values: ['Basic abc*']}]}]",
                request: "request: {path: /a, host: cart, headers: {authorization: Basic eA==}}",
                command: "curl -i --path-as-is http://cart/a -H 'authorization: Basic abcx'",
                why: "a credential that the policy names"),
            Case(
                request:
                    "request: {path: /a, host: cart}, token: {claims: {iss: 'https://iss.example', sub: bob}}",
                command: #"curl -i --path-as-is http://cart/a -H "x-auth-token: $TOKEN""#,
                why: "claims go where the workload looks for them"),
            Case(
                places: "fromParams: [tok]",
                request:
                    "request: {path: /a, host: cart}, token: {claims: {iss: 'https://iss.example', sub: bob}}",
                command: #"curl -i --path-as-is -g "http://cart/a?tok=$TOKEN""#, why: "claims in the query"),
            Case(
                places: "fromCookies: [sid]",
                request:
                    "request: {path: /a, host: cart}, token: {claims: {iss: 'https://iss.example', sub: bob}}",
                command: #"curl -i --path-as-is http://cart/a -H "cookie: sid=$TOKEN""#, why: "claims in a cookie"),
            Case(
                request: "request: {path: '/a{1,2}/b[1-3]', host: cart}",
                command: "curl -i --path-as-is -g 'http://cart/a{1,2}/b[1-3]'", why: "what curl would expand"),
            Case(
                request: "request: {path: '/a#c', host: cart}",
                command: "curl -i --path-as-is --request-target '/a#c' http://cart/",
                why: "what is no part of a URL"),
            Case(
                rules: "[{when: [{key: connection.sni, values: [a.example]}]}]",
                request: "request: {path: /a, host: cart}",
                command: "curl -i --path-as-is -H 'host: cart' https://a.example/a",
                why: "the server name is that of the URL"),
            Case(
                rules: "[{when: [{key: destination.ip, values: [10.0.0.9]}]}]",
                request: "request: {path: /a, host: cart}",
                command: "curl -i --path-as-is --connect-to ::10.0.0.9:8080 http://cart/a",
                why: "an address to connect to"),
            Case(
                request: "request: {path: /a, host: cart, headers: {x-b: \"q\\u202e\"}}",
                command: #"curl -i --path-as-is http://cart/a -H "$(printf 'x-b: q\342\200\256')""#,
                why: "a character that must not be shown"),
        ])
    func sending(_ c: Case) throws {
        let text = try Self.command(
            Self.request(c.request, destination: c.destination), Self.policies(c.places, c.rules))
        #expect(text.split(separator: "\n").last.map(String.init) == c.command, "\(text)")
        #expect(!text.contains("P1bhfGq3"))
    }

    @Test("the address of the direct peer is told as that")
    func directPeer() throws {
        let text = try Self.command(
            "{source: {ip: 203.0.113.9, remoteIp: 198.51.100.1}, destination: {namespace: shop, labels: {app: cart}}, request: {path: /a}}",
            Self.policies(""))
        #expect(
            text.contains("# from 203.0.113.9 (the direct peer)\n# from the client address 198.51.100.1\n"), "\(text)")
    }

    @Test("where no host was said, one stands in the command with which the request is still allowed")
    func host() throws {
        let policy = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: d, namespace: shop}
            spec: {action: DENY, rules: [{to: [{operation: {hosts: [c*], ports: ["8080"]}}]}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: cart, namespace: shop, labels: {app: cart}}
            """
        let said = "{destination: {workload: shop/cart, port: 8080}, request: {path: /a, host: cart.example}}"
        #expect(try Self.command(said, policy).hasSuffix("curl -i --path-as-is http://x.example/a"))
        let unsaid = "{destination: {workload: shop/cart, port: 8080}, request: {path: /a}}"
        #expect(try Self.command(unsaid, policy).hasSuffix("curl -i --path-as-is -H 'host;' http://cart.shop/a"))
    }

    @Test("curl sends what is printed")
    func echo() throws {
        let command = try Self.command(
            Self.request(
                "request: {path: '/a{1,2}?tok=\(Self.token)', host: 127.0.0.1, headers: {x-a: \"it's $HOME `id` \\\"x\\\"\"}}"
            ),
            Self.policies("fromParams: [tok]"))
        let line = try #require(command.split(separator: "\n").last).replacing("curl -i", with: "printf '%s|'")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", String(line)]
        process.environment = ["TOKEN": "t0ken", "HOME": "/", "PATH": "/usr/bin:/bin"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(output == "--path-as-is|-g|http://127.0.0.1/a{1,2}?tok=t0ken|-H|x-a: it's $HOME `id` \"x\"|")
    }
}
