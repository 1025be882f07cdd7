import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// Headers that Envoy joins are one value to policies, whatever stands between their lines (AuthorizationPolicy dossier 7.4).
@Suite struct RepeatedHeaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// Name and value of each line.
        var lines: [(String, String)]
        var header: String
        /// What policies read; `nil` where there is no such header.
        var seen: String?
        var why: String

        var testDescription: String { why }
    }

    @Test(
        "lines of a joined header are one value",
        arguments: [
            Case(lines: [("accept", "a")], header: "accept", seen: "a", why: "one line"),
            Case(lines: [("accept", "a"), ("accept", "b")], header: "accept", seen: "a,b", why: "two lines"),
            Case(
                lines: [("accept", "a"), ("via", "1"), ("accept", "b"), ("via", "2"), ("accept", "c")],
                header: "accept", seen: "a,b,c", why: "lines of another joined header between them"),
            Case(
                lines: [("accept", "a"), ("via", "1"), ("accept", "b"), ("via", "2"), ("accept", "c")],
                header: "via", seen: "1,2", why: "and that other header"),
            Case(
                lines: [("accept", ""), ("accept", "a"), ("accept", ""), ("accept", "b"), ("accept", "")],
                header: "accept", seen: "a,b", why: "an empty line adds nothing"),
            Case(lines: [("accept", ""), ("accept", "")], header: "accept", seen: "", why: "only empty lines"),
            Case(lines: [("via", "1"), ("via", "2")], header: "accept", seen: nil, why: "no line"),
            Case(
                lines: [("x-a", "a"), ("x-a", "b")], header: "x-a", seen: "a`, `b",
                why: "a header that is not joined keeps its lines"),
        ])
    func joined(_ c: Case) throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: n}
            spec: {rules: [{when: [{key: "request.headers[\(c.header)]", values: [none]}]}]}
            """
        let request = "{destination: {namespace: n, labels: {}}, request: {path: /, host: h}}"
        let decision = try WrittenDecision(policies, request) { request in
            for (name, value) in c.lines {
                let name = request.append(name)
                request.appendHeader(name: name, value: request.append(value))
            }
        }
        #expect(decision.rules(.allow).first?.tests.first?.seen == c.seen)
    }

    @Test("all lines of a token's header go, however many tokens stand in it", arguments: [1, 2, 50])
    func tokenLines(_ count: Int) throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: r, namespace: n}
            spec:
              jwtRules:
              - issuer: i
                jwksUri: "https://i/keys"
                fromHeaders: [{name: x-token}]
                outputClaimToHeaders: [{header: x-sub, claim: sub}]
            """
        let request = """
            destination: {namespace: n, labels: {}}
            request: {path: /, host: h, headers: {x-other: o, x-sub: forged}}
            token: {claims: {iss: i, sub: s}}
            """
        let decision = try WrittenDecision(policies, request) { request in
            guard let line = request.operation.headers.last else { return }
            for _ in 1..<count { request.appendHeader(name: line.name, value: line.value) }
        }
        #expect(decision.summary == "allow 200")
        #expect(decision.report.headersToRemove == ["x-token"])
        #expect(decision.report.headersToSet.map(\.name) == ["x-sub"])
        #expect(decision.report.headersToSet.map(\.values) == [[String](repeating: "s", count: count)])
    }
}
