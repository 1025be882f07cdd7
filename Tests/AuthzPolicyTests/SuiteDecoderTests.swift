import AuthzCore
import Testing

@testable import AuthzPolicy

@Suite struct SuiteDecoderTests {
    private static func decode(_ text: String) -> [SuiteDecoder.Outcome] {
        SuiteDecoder.decode(Array(text.utf8), file: "s_test.yaml")
    }

    private static func suite(_ text: String) throws -> Suite {
        let outcomes = decode(text)
        #expect(outcomes.flatMap { $0.diagnostics.map(\.line) } == [])
        return try #require(outcomes.first?.suite)
    }

    private static let fixtures = """
        sources:      {frontend: {principal: td/ns/a/sa/frontend}, stranger: {ip: 192.0.2.1}}
        destinations: {api: {workload: production/api, port: 8080}, web: {namespace: web}}
        tokens:       {alice: {claims: {sub: alice}}, bob: b.o.b}

        """

    /// What a case asks, in one line.
    private static func line(_ c: SuiteCase) -> String {
        let source = c.request.source.principal ?? c.request.source.ip?.description ?? "-"
        let destination = c.request.destination.workload?.value ?? c.request.destination.namespace ?? "-"
        let token =
            switch c.request.token {
            case nil: "-"
            case .compact(let text): text
            case .claims(let json, _, _): json
            }
        let request = c.request.request.map { "\($0.method) \($0.host) \($0.path)" } ?? "tcp"
        return "\(source) > \(destination) \(token) \(request)"
    }

    @Test("every field of a suite is read")
    func everyField() throws {
        let suite = try Self.suite(
            """
            description: who may touch orders
            policies: [../policies, more.yaml]
            mesh: {trustDomain: td}
            profile: ambient
            jwks: {"https://a/jwks": keys.json, "https://b/jwks": {keys: []}}
            now: 1970-01-01T00:01:00Z
            tests:
              - name: one
                expect: allow
              - name: two
                now: 1970-01-01T00:02:00Z
                skip: not yet
                request: {path: /}
                expect: {outcome: deny}
            """)
        #expect(suite.description == "who may touch orders")
        guard case .paths(let paths) = suite.policies else {
            Issue.record("the policies are paths")
            return
        }
        #expect(paths.map(\.value) == ["../policies", "more.yaml"])
        #expect(suite.mesh?.trustDomain == "td")
        #expect(suite.profile == .ambient)
        #expect(suite.keyDocuments.map(\.uri) == ["https://a/jwks", "https://b/jwks"])
        guard case .file("keys.json") = suite.keyDocuments.first?.content,
            case .inline(#"{"keys":[]}"#) = suite.keyDocuments.last?.content
        else {
            Issue.record("one key set is a file and one is written out")
            return
        }
        #expect(suite.cases.map(\.name) == ["one", "two"])
        #expect(suite.cases.map(\.request.now) == [60, 120])
        #expect(suite.cases.map(\.skipReason) == [nil, "not yet"])
        #expect(suite.cases.map { $0.request.request == nil } == [true, false])
        #expect(suite.cases.map(\.expectation.outcome) == [.allow, .deny])
        #expect(suite.cases.map(\.location.line) == [8, 10])
    }

    @Test("`resources` stands for policies, also when it is empty")
    func resources() throws {
        for (text, expected) in [("\"\"", ""), ("|\n  kind: List\n", "kind: List\n")] {
            let suite = try Self.suite("resources: \(text)\ntests: [{name: a, expect: deny}]\n")
            guard case .text(let resources) = suite.policies else {
                Issue.record("the policies are text")
                continue
            }
            #expect(resources.text == expected)
        }
        let suite = try Self.suite("tests: [{name: a, expect: deny}]")
        guard case .commandLine = suite.policies else {
            Issue.record("without either, the command line's count")
            return
        }
    }

    struct Product: Sendable, CustomTestStringConvertible {
        var test: String
        var cases: [String]
        var variants: [String]
        var why: String
        var testDescription: String { why }
    }

    @Test(
        "lists multiply into cases, the last one fastest",
        arguments: [
            Product(
                test: "{source: frontend, destination: api, token: alice, request: {method: PUT, path: /a, host: h}}",
                cases: [#"spiffe://td/ns/a/sa/frontend > production/api {"sub":"alice"} PUT h /a"#], variants: [""],
                why: "no list makes one case without a variant"),
            Product(
                test: "{source: [frontend, stranger], request: {method: [PUT, DELETE]}}",
                cases: [
                    "spiffe://td/ns/a/sa/frontend > - - PUT  /", "spiffe://td/ns/a/sa/frontend > - - DELETE  /",
                    "192.0.2.1 > - - PUT  /", "192.0.2.1 > - - DELETE  /",
                ],
                variants: [
                    "source frontend, method PUT", "source frontend, method DELETE", "source stranger, method PUT",
                    "source stranger, method DELETE",
                ], why: "two lists make all pairs"),
            Product(
                test: "{destination: [api, {namespace: x}], token: [bob, null, c.d.e]}",
                cases: [
                    "- > production/api b.o.b tcp", "- > production/api - tcp", "- > production/api c.d.e tcp",
                    "- > x b.o.b tcp", "- > x - tcp", "- > x c.d.e tcp",
                ],
                variants: [
                    "destination api, token bob", "destination api, token none", "destination api, token #3",
                    "destination #2, token bob", "destination #2, token none", "destination #2, token #3",
                ], why: "null is the absence, and what has no name is called by its position"),
            Product(
                test: "{request: {path: [/a], host: [x, y]}}",
                cases: ["- > - - GET x /a", "- > - - GET y /a"], variants: ["path /a, host x", "path /a, host y"],
                why: "a list of one multiplies by one"),
            Product(
                test: "{request: {headers: {x-role: [a, b]}}}", cases: ["- > - - GET  /"], variants: [""],
                why: "a list as a header's value is repeated lines"),
            Product(
                test: "{token: bob.x.y}", cases: ["- > - bob.x.y tcp"], variants: [""],
                why: "a text that names no token is a compact token"),
        ])
    func multiplication(_ c: Product) throws {
        let test = c.test.dropLast() + ", name: n, expect: allow}"
        let suite = try Self.suite(Self.fixtures + "tests: [\(test)]")
        #expect(suite.cases.map(Self.line) == c.cases)
        #expect(suite.cases.map(\.variant) == c.variants)
        #expect(suite.cases.allSatisfy { $0.name == "n" })
    }

    @Test("an expectation holds what it names and no more")
    func expectations() throws {
        let suite = try Self.suite(
            """
            tests:
              - name: all
                expect:
                  outcome: deny
                  status: 403
                  reason: denied-by-policy
                  policy: a/b
                  rule: 2
                  headers: {set: {X-User: alice, x-roles: [a, b], x-gone: null}, remove: Authorization}
                  audit: [a/c]
                  dryRun: {allow: denied, deny: allowed}
                  custom: [other]
              - name: none
                expect: {policy: null}
            """)
        let all = try #require(suite.cases.first?.expectation)
        #expect(all.outcome == .deny)
        #expect(all.status == 403)
        #expect(all.reason?.value == "denied-by-policy")
        #expect(all.policy == .named("a/b"))
        #expect(all.rule == 2)
        let headers = try #require(all.headers)
        #expect(
            headers.set.map { "\($0.name)=\($0.values)" } == [
                #"x-user=["alice"]"#, #"x-roles=["a", "b"]"#, "x-gone=[]",
            ])
        #expect(headers.remove == ["authorization"])
        #expect(all.audit == ["a/c"])
        #expect(all.dryRunAllow == .denied)
        #expect(all.dryRunDeny == .allowed)
        #expect(all.custom == ["other"])

        let none = try #require(suite.cases.last?.expectation)
        #expect(none.policy == Expectation.Policy.none)
        #expect(none.outcome == nil && none.status == nil && none.reason == nil && none.rule == nil)
        #expect(none.headers == nil && none.audit == nil && none.custom == nil)
        #expect(none.dryRunAllow == nil && none.dryRunDeny == nil)
    }

    @Test("plain true and false skip and do not")
    func skipping() throws {
        let suite = try Self.suite(
            "tests: [{name: a, skip: true, expect: allow}, {name: b, skip: false, expect: allow}]")
        #expect(suite.cases.map(\.skipReason) == ["", nil])
    }

    struct Problem: Sendable, CustomTestStringConvertible {
        var text: String
        var lines: [String]
        var why: String
        var testDescription: String { why }

        init(_ text: String, _ lines: [String], _ why: String) {
            self.text = text
            self.lines = lines
            self.why = why
        }
    }

    @Test(
        "a suite that cannot be read says what is wrong with it",
        arguments: [
            Problem(
                "",
                [
                    "1:1 missing-document: the file holds no suite | expected a mapping with `tests` | "
                        + "such as `\(Suite.smallest)`"
                ], "an empty file"
            ),
            Problem(
                "description: x",
                [
                    "1:1 missing-field: `tests` is missing in `suite` | expected `tests` | write `tests: [{name: …, expect: …}]`"
                ], "no tests"),
            Problem(
                "tests: []", ["1:1 no-case: a suite without a case | expected at least one case"], "a list of no tests"),
            Problem(
                "{profile: ztunnel, tests: [{name: a, expect: allow}]}",
                ["1:11 unknown-value: unknown value `ztunnel` of `profile` | expected sidecar or ambient"],
                "a profile that is none"),
            Problem(
                "{resources: '', policies: [], tests: [{name: a, expect: allow}]}",
                [
                    "1:2 conflicting-fields: `resources` beside `policies` | stands instead of `policies` | "
                        + "leave one of them out"
                ], "two sources of policies"),
            Problem(
                "{jwks: {u: [x], v: ''}, tests: [{name: a, expect: allow}]}",
                [
                    "1:12 wrong-type: the key set of `u` is a list, not a file or a mapping | expected a path or a key set",
                    "1:20 wrong-type: the key set of `v` is text, not a file or a mapping | expected a path or a key set",
                ], "key sets that are none"),
            Problem(
                "{sources: [a], tests: [{name: a, expect: allow}]}",
                [
                    "1:11 wrong-type: `sources` is a list, not a mapping | expected a mapping of names to a source each"
                ], "fixtures without names"),
            Problem(
                "tests: [{nam: a, expect: allow}]",
                [
                    "1:10 unknown-field: unknown field `nam` in `test` | expected one of the fields of `test` | "
                        + "did you mean `name`?"
                ], "a case without its name"),
            Problem(
                "tests: [{name: a}]",
                [
                    "1:9 missing-field: `expect` is missing in `test` | expected `expect` | "
                        + "write `expect: allow` or `expect: deny`"
                ],
                "a case that expects nothing"),
            Problem(
                "{sources: {frontend: {}}, tests: [{name: a, source: fronted, destination: b, expect: allow}]}",
                [
                    "1:53 unknown-fixture: `fronted` names nothing in `sources` | expected a name in `sources` or a mapping | "
                        + "did you mean `frontend`?",
                    "1:75 unknown-fixture: `b` names nothing in `destinations` | "
                        + "expected a name in `destinations` or a mapping | "
                        + "write what it is: `destination: {workload: NAMESPACE/NAME, port: 8080}`, "
                        + "or name that in `destinations` of the suite",
                ], "names of no fixture"),
            Problem(
                "{tokens: {alice: a.b.c}, tests: [{name: a, token: alise, expect: allow}]}",
                [
                    "1:51 invalid-token: `alise` names nothing in `tokens`, and is no token | expected a name in `tokens` or a compact token | "
                        + "did you mean `alice`?"
                ], "a misspelled token is not sent as one"),
            Problem(
                "{sources: {f: {ip: x}}, tests: [{name: a, source: [f, f], expect: allow}]}",
                ["1:20 invalid-address: `x` is not an IP address | expected an IPv4 or IPv6 address"],
                "a bad fixture is reported once"),
            Problem(
                "tests: [{name: a, source: [], request: {path: []}, expect: allow}]",
                [
                    "1:27 empty-list: `source` is an empty list, which makes no case | expected a value",
                    "1:47 empty-list: `path` is an empty list, which makes no case | expected a value",
                ], "lists that multiply by nothing"),
            Problem(
                "tests: [{name: a, expect: alow}, {name: b, expect: {}}, {name: c, expect: {outcome: ALLOW}}]",
                [
                    "1:27 unknown-value: unknown value `alow` of `expect` | expected allow, deny or a mapping | "
                        + "did you mean `allow`?",
                    "1:52 nothing-expected: `expect` names nothing to compare | expected at least `outcome` | "
                        + "write `expect: allow` or `expect: deny`",
                    "1:85 unknown-value: unknown value `ALLOW` of `outcome` | expected allow or deny | "
                        + "did you mean `allow`?",
                ], "expectations that are none"),
            Problem(
                "tests: [{name: a, expect: {policy: b, rule: 0, status: 600, dryRun: {alow: allowed}}}]",
                [
                    "1:36 invalid-policy-name: `b` does not name a policy | expected `namespace/name` | "
                        + "write `NAMESPACE/b`, with its namespace",
                    "1:45 invalid-number: `0` is out of range for `rule` | expected a number from 1 to 2147483647",
                    "1:56 invalid-number: `600` is out of range for `status` | expected a number from 0 to 599",
                    "1:70 unknown-field: unknown field `alow` in `dryRun` | expected one of the fields of `dryRun` | "
                        + "did you mean `allow`?",
                ], "parts of an expectation that are none"),
            Problem(
                "tests: [{name: a, token: x.y.z, request: {headers: {authorization: b}}, expect: deny}]",
                [
                    "1:26 conflicting-fields: `token` beside an `authorization` header | "
                        + "stands for such a header itself | leave one of them out"
                ], "two tokens in one case"),
        ])
    func problems(_ c: Problem) {
        let outcomes = Self.decode(c.text)
        #expect(outcomes.flatMap { $0.diagnostics.map(\.line) } == c.lines)
        #expect(outcomes.allSatisfy { $0.suite == nil })
    }

    @Test("a suite that cannot be read leaves the others of its file")
    func severalSuites() {
        let outcomes = Self.decode(
            """
            description: bad
            tests: [{name: a, expect: maybe}, {name: b, expect: allow}, {expect: allow}]
            ---
            description: good
            tests: [{name: c, expect: allow}]
            """)
        #expect(outcomes.map(\.description) == ["bad", "good"])
        #expect(outcomes.map { $0.cases.map(\.name) } == [["a", "b", ""], ["c"]])
        #expect(outcomes[0].cases.map { $0.errors.map(\.code) } == [[.unknownValue], [], [.missingField]])
        #expect(outcomes[0].ownErrors == [])
        #expect(outcomes.map { $0.suite != nil } == [false, true])
        #expect(outcomes.map(\.location.line) == [1, 4])
    }

    @Test("the lists of a suite make a bounded number of cases")
    func tooManyCases() {
        let paths = (0..<500).map { "/\($0)" }.joined(separator: ", ")
        let hosts = (0..<200).map { "h\($0)" }.joined(separator: ", ")
        let test = "{name: n, request: {path: [\(paths)], host: [\(hosts)]}, expect: allow}"
        #expect(Self.decode("tests: [\(test)]").first?.suite?.cases.count == 100_000)
        let outcome = Self.decode("tests: [\(test), {name: m, expect: allow}]").first
        #expect(outcome?.suite == nil)
        #expect(
            outcome?.diagnostics.map { "\($0.code.rawValue): \($0.message)" } == [
                "too-many-cases: the lists of this suite make more than 100000 cases"
            ])
    }

    private static func diagnostics(_ text: String) -> [Diagnostic] { decode(text).flatMap(\.diagnostics) }

    @Test("fields that begin with `x-` are the author's own, in a suite alone and not in its cases")
    func extensions() throws {
        let suite = try Self.suite(
            """
            x-expect: &denied {outcome: deny, status: 403}
            x-more: [1, {a: b}]
            tests:
              - {name: one, expect: *denied}
            """)
        #expect(suite.cases.map(\.expectation.status) == [403])
        #expect(Self.diagnostics("tests: [{name: a, x-a: 1, expect: allow}]").map(\.code) == [.unknownField])
        #expect(Self.diagnostics("xx: 1\ntests: [{name: a, expect: allow}]").map(\.code) == [.unknownField])
    }

    @Test("many cases may share a value by its anchor; what would need too much is refused, with what to write instead")
    func aliases() throws {
        let request = "x-r: &r {method: GET, path: /a, headers: {a: b, c: d}}\ntests:\n"
        let suite = try Self.suite(
            request + (0..<1000).map { "  - {name: n\($0), request: *r, expect: allow}\n" }.joined())
        #expect(suite.cases.count == 1000 && suite.cases[999].request.request?.headers.count == 2)
        let list = [String](repeating: "x", count: 300).joined(separator: ", ")
        let bomb = "x-a: &a [\(list)]\nx-b: &b [\([String](repeating: "*a", count: 300).joined(separator: ", "))]\n"
        let refused = Self.diagnostics(bomb + "x-c: [*b, *b]\ntests: [{name: a, expect: allow}]")
        #expect(refused.map(\.code) == [.tooManyAliases])
        #expect(refused.first?.label == "at most 20000 aliases that stand for 200000 values in a document")
        #expect(
            refused.first?.hint
                == "parts that many cases share have names in `sources`, `destinations` and `tokens`, or in a file of `fixtures`"
        )
        #expect(Self.diagnostics(bomb + "tests: [{name: a, expect: allow}]").isEmpty)
    }
}
