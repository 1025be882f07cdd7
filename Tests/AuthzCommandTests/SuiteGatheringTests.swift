import AuthzPolicy
import Testing

@testable import authz

/// What is the same for several cases, and what is told beside a failure.
@Suite struct SuiteGatheringTests {
    private static func run(
        _ suite: String, policies: String = SuiteRunnerTests.policies, isVerbose: Bool = false,
        change: (inout TestSettings) -> Void = { _ in }
    ) throws -> SuiteRunnerTests.Run {
        try SuiteRunnerTests.run(
            ["policies.yaml": policies, "a_test.yaml": suite], ["a_test.yaml"], format: .text, isVerbose: isVerbose,
            change: change)
    }

    @Test("cases that lists made of one and that fail for the same reasons share an explanation")
    func explanations() throws {
        let run = try Self.run(
            """
            sources: {a: {principal: cluster.local/ns/web/sa/a}, b: {principal: cluster.local/ns/web/sa/b}}
            tests:
            - name: all may write
              source: [a, b]
              destination: {workload: shop/cart}
              request: {method: [PUT, DELETE], path: [/a, "/b?c=d"], host: [a.example, b.example]}
              expect: allow
            - name: nobody reads
              destination: {workload: shop/cart}
              request: {method: [GET, HEAD, PUT]}
              expect: {outcome: deny, status: 401}
            - name: both write
              source: [a, b]
              destination: {workload: shop/cart}
              request: {method: PUT}
              expect: allow
            """)
        #expect(run.status == 1)
        #expect(run.answer.matches(of: #/(?m)^FAIL /#).count == 16 + 3 + 2)
        #expect(
            run.answer.matches(of: /(?m)^  all 16 for the same reasons; of the first:$/).count == 1, "\(run.answer)")
        #expect(run.answer.matches(of: /(?m)^  both for the same reasons; of the first:$/).count == 2, "\(run.answer)")
        #expect(run.answer.matches(of: #/(?m)^  (?:DENY|ALLOW) /#).count == 4, "\(run.answer)")
        #expect(run.answer.hasSuffix("\n0 passed, 21 failed\n"))
        #expect(
            run.answer.hasPrefix(
                """
                FAIL a_test.yaml: all may write [source a, method PUT, path /a, host a.example]  (a_test.yaml:3:3)
                FAIL a_test.yaml: all may write [source a, method PUT, path /a, host b.example]  (a_test.yaml:3:3)

                """), "\(run.answer)")
    }

    @Test("cases that fail for other reasons have explanations of their own, and two tests never share one")
    func otherReasons() throws {
        let policies = SuiteRunnerTests.policies.replacing("methods: [GET]", with: "methods: [GET], paths: [/a]")
        let run = try Self.run(
            """
            tests:
            - {name: a, destination: {workload: shop/cart}, request: {method: [GET, PUT], path: [/a, /b]}, expect: allow}
            - {name: b, destination: {workload: shop/cart}, request: {method: PUT, path: /b}, expect: allow}
            """, policies: policies)
        // GET /b lacks the path, PUT /a the method, PUT /b both.
        #expect(run.answer.matches(of: #/(?m)^  DENY /#).count == 4, "\(run.answer)")
        #expect(!run.answer.contains("for the same reasons"))
    }

    @Test("a workload that is not there is told of once, and how many cases did not run for it; under -v each says so")
    func unknownWorkload() throws {
        let suite = """
            destinations: {gone: {workload: shop/crat}, here: {workload: shop/cart}}
            tests:
            - {name: a, destination: gone, request: {path: [/a, /b]}, expect: deny}
            - {name: b, destination: here, request: {method: PUT}, expect: deny}
            - {name: c, destination: gone, request: {path: [/a, /b]}, expect: deny}
            """
        let run = try Self.run(suite)
        #expect(run.status == 2)
        #expect(
            run.answer == """
                ERROR a_test.yaml: a [path /a]  (a_test.yaml:3:3)
                  a_test.yaml:1:33: `shop/crat` is not in the inventory; did you mean `shop/cart`?
                ERROR a_test.yaml: 3 cases not run because of a_test.yaml:1:33
                1 passed, 0 failed, 4 errors

                """)
        let verbose = try Self.run(suite, isVerbose: true).answer
        #expect(verbose.matches(of: /not run because of a_test.yaml:1:33/).count == 3, "\(verbose)")
    }

    @Test("what is wrong with policies is told in the run that cannot read the suite, once")
    func policiesToo() throws {
        let policies = SuiteRunnerTests.policies.replacing("rules:", with: "rulse:")
        let good = "tests: [{name: b, destination: {workload: shop/cart}, request: {}, expect: allow}]"
        for bad in ["tests: [{name: a}]", "tests: ["] {
            let run = try Self.run("\(bad)\n---\n\(good)", policies: policies)
            #expect(run.status == 2)
            #expect(run.messages.contains("a_test.yaml:"), "\(run.messages)")
            #expect(run.messages.matches(of: /did you mean `rules`\?/).count == 1, "\(run.messages)")
        }
        let own = try Self.run("resources: \"{kind: a}\"\ntests: [{name: a}]", policies: policies)
        #expect(!own.messages.contains("rulse") && own.messages.contains("`apiVersion` is missing"), "\(own.messages)")
    }

    @Test("below a failed case stands the command that explains more, with the options of the run")
    func command() throws {
        let suite = """
            tests:
            - {name: it's "read", destination: {workload: shop/cart}, request: {method: [PUT]}, expect: allow}
            """
        let run = try Self.run(suite) {
            $0.policies.assumedCustomAnswer = .allow
            $0.policies.provider = "own"
            $0.policies.profile = .ambient
            $0.policies.limits.minimumRSABits = 1024
        }
        #expect(
            run.answer.contains(
                "\n  more: authz explain -p policies.yaml --profile ambient --provider own --assume-custom allow "
                    + #"--minimum-rsa-bits 1024 'a_test.yaml#it'\''s "read" [method PUT]'"# + "\n"), "\(run.answer)")
        let own = try Self.run("resources: |\n  \(SuiteRunnerTests.policies.replacing("\n", with: "\n  "))\n" + suite)
        #expect(own.answer.contains(#"  more: authz explain 'a_test.yaml#it"#), "\(own.answer)")
    }
}
