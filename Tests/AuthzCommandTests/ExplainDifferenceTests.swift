import AuthzCore
import Testing

@testable import authz

/// `authz explain --diff-request`: what is told to differ differs, and what differs is told.
@Suite struct ExplainDifferenceTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: j, namespace: shop}
        spec: {jwtRules: [{issuer: i, jwksUri: "https://keys.example/"}]}

        """

    private static func differences(_ first: String, _ second: String) throws -> [String] {
        let run = try ExplainRun(["a.yaml": first, "b.yaml": second], policies: policies, isDifference: true)
        let lines = run.answer.split(separator: "\n").map(String.init).drop { !$0.hasPrefix("  in the requests:") }
        guard !lines.isEmpty else { return [] }
        return lines.dropFirst().prefix { $0.hasPrefix("    ") }.map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
    }

    private static func request(
        _ http: String = "", destination: String = "namespace: shop", token: String? = nil, rest: String = ""
    ) -> String {
        let token = token.map { ", token: \($0)" } ?? ""
        return "{destination: {\(destination)}, request: {path: /a, host: h\(http)}\(token)\(rest)}"
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var first: String, second: String, told: [String], why: String
        var testDescription: String { why }
    }

    @Test(
        "what differs is told",
        arguments: [
            Case(
                first: request(token: "{claims: {iss: i, sub: a}}"),
                second: request(", method: PUT", token: "{claims: {iss: i, sub: a}}"),
                told: ["request.method `GET` → `PUT`"], why: "an equal token is no difference"),
            Case(
                first: request(token: "{claims: {iss: i, sub: a}}"),
                second: request(token: "{claims: {iss: i, sub: a}, signature: invalid}"),
                told: [#"token `{"iss":"i","sub":"a"}` → `{"iss":"i","sub":"a"} (its signature is invalid)`"#],
                why: "the forged one is the second"),
            Case(
                first: request(token: "{claims: {iss: i, sub: a}, signature: invalid}"),
                second: request(token: "{claims: {iss: i, sub: b}}"),
                told: [#"token `{"sub":"a"} (its signature is invalid)` → `{"sub":"b"}`"#],
                why: "the forged one is the first"),
            Case(
                first: request(", headers: {x-api-key: key-0001}"), second: request(", headers: {x-api-key: key-0002}"),
                told: ["request.headers[x-api-key] (8 bytes, hidden) → (8 bytes, hidden) (another value)"],
                why: "secrets of one length"),
            Case(
                first: request(", headers: {x-t: [a, b]}"), second: request(", headers: {x-t: 'a, b'}"),
                told: ["request.headers[x-t] `a`, `b` → `a, b`"], why: "two lines are not one"),
            Case(
                first: request(), second: request(destination: "namespace: other, labels: {a: b}, serviceAccount: x"),
                told: [
                    "destination.namespace `shop` → `other`", "destination.labels none → `a=b`",
                    "destination.serviceAccount none → `x`",
                ], why: "another workload"),
            Case(
                first: request(rest: ", now: '2026-01-01T00:00:00Z'"),
                second: request(rest: ", now: '2028-02-29T23:59:58Z'"),
                told: ["now `2026-01-01T00:00:00Z` → `2028-02-29T23:59:58Z`"], why: "another time"),
            Case(first: request(), second: request(), told: [], why: "nothing differs"),
        ])
    func telling(_ c: Case) throws {
        #expect(try Self.differences(c.first, c.second) == c.told)
    }
}
