import Testing

@testable import authz

/// What `authz explain` says of requests that are none, of paths that another normalization would change, and of dry runs.
@Suite struct ExplainRefusalTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: shop}
        spec: {rules: [{to: [{operation: {paths: [/internal/*], hosts: [a.example]}}]}]}
        """

    private static func run(method: String = "GET", path: String = "/internal/x", host: String) throws -> ExplainRun {
        let request = """
            {destination: {namespace: shop, port: 8080}, request: {method: "\(method)", path: "\(path)", host: "\(host)"}}
            """
        return try ExplainRun(["r.yaml": request], policies: policies)
    }

    @Test(
        "a host that is none is told, and not the path",
        arguments: [
            ("https://a.example", "`https://a.example` is no host: write `a.example`"),
            ("a.example/b", "`a.example/b` is no host: write `a.example`, and `/b` in the path"),
            ("http://a.example/", "`http://a.example/` is no host: write `a.example`"),
            ("a example", "`a example` is no host: there is a blank in it"),
            ("https://", "`https://` is no host: it has no name"),
        ])
    func hosts(_ host: String, _ sentence: String) throws {
        let run = try Self.run(host: host)
        #expect(
            run.answer.contains("  REQUEST     refused: status 400, before any policy\n              \(sentence)\n"),
            "\(run.answer)")
        #expect(!run.answer.contains("cannot be read or normalized"), "\(run.answer)")
    }

    @Test("the host that was meant is the change of the request")
    func mendedHost() throws {
        let run = try Self.run(host: "https://a.example")
        #expect(run.answer.contains("    request.host  `https://a.example` → `a.example`\n"), "\(run.answer)")
    }

    @Test("a line in the place of a method is told to be one, and not to be of the wrong case")
    func line() throws {
        let run = try Self.run(method: "GET /x", host: "a.example")
        #expect(
            run.answer.contains("              `GET /x` is no method: write `GET`, and `/x` as the path\n"),
            "\(run.answer)")
        #expect(!run.answer.contains("case-sensitive"), "\(run.answer)")
        #expect(run.answer.contains("    request.method  `GET /x` → `GET`\n"), "\(run.answer)")
    }

    @Test("a path that more normalization would make fit is told by which")
    func normalization() throws {
        let run = try Self.run(path: "//internal/x", host: "a.example")
        #expect(
            run.answer.contains(
                "perhaps a slip: under `pathNormalization: MERGE_SLASHES` the path would be `/internal/x`, which `/internal/*` fits; the mesh has BASE\n"
            ), "\(run.answer)")
        let decoded = try Self.run(path: "/internal%2fx", host: "a.example")
        #expect(
            decoded.answer.contains("under `pathNormalization: DECODE_AND_MERGE_SLASHES` the path"), "\(decoded.answer)"
        )
        let other = try Self.run(path: "//other/x", host: "a.example")
        #expect(!other.answer.contains("pathNormalization"), "\(other.answer)")
    }

    private static let dryRun = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: d, namespace: shop, annotations: {istio.io/dry-run: "true"}}
        spec: {action: DENY, rules: [{to: [{operation: {ports: ["8080"]}}]}]}
        """

    @Test("of a dry run that matched it is not said that no rule did")
    func dryRunMatches() throws {
        let run = { (port: Int) in
            try ExplainRun(
                ["r.yaml": "{destination: {namespace: shop, port: \(port)}, request: {path: /}}"],
                policies: Self.dryRun)
        }
        let matched = try run(8080)
        #expect(
            matched.answer.contains("  DENY        shop/d (dry run)  only a dry run matched, which denies nothing  ("),
            "\(matched.answer)")
        let other = try run(80)
        #expect(other.answer.contains("  DENY        shop/d (dry run)  no rule matched  ("), "\(other.answer)")
    }

    @Test("a case that expects a dry run to decide is told that it is one")
    func dryRunExpected() throws {
        let suite = """
            tests:
            - {name: a, destination: {namespace: shop, port: 8080}, request: {}, expect: {outcome: deny, policy: shop/d}}
            """
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": Self.dryRun, "s_test.yaml": suite], ["s_test.yaml"], format: .text)
        #expect(
            run.answer.contains("got none; `shop/d` is a dry run, which decides nothing; expect it in `dryRun`\n"),
            "\(run.answer)")
    }

    @Test("of a token out of time its times and the one of the suite are told, with where that is written")
    func times() throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: login, namespace: shop}
            spec: {jwtRules: [{issuer: "https://login.example", jwksUri: "https://login.example/keys"}]}
            """
        let token = "token: {claims: {iss: 'https://login.example', sub: a, exp: 1800000000}}"
        let start = "destination: {namespace: shop, port: 8080}, request: {}, expect: allow, \(token)"
        let suite = """
            now: 2027-11-01T00:00:00Z
            tests:
            - {name: a, \(start)}
            - {name: b, now: 2027-12-01T00:00:00Z, \(start)}
            """
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": policies, "s_test.yaml": suite], ["s_test.yaml"], format: .text)
        #expect(run.answer.contains(" the token's `exp` is 1800000000, 2027-01-15T08:00:00Z\n"), "\(run.answer)")
        #expect(
            run.answer.contains(" judged at 2027-11-01T00:00:00Z, `now` of the suite (s_test.yaml:1:6)\n"),
            "\(run.answer)")
        #expect(run.answer.contains(" judged at 2027-12-01T00:00:00Z\n"), "\(run.answer)")
    }
}
