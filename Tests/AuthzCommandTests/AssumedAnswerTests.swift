import Testing

@testable import authz

/// What suites and cases say that CUSTOM providers answer.
@Suite struct AssumedAnswerTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: ask, namespace: shop}
        spec:
          action: CUSTOM
          provider: {name: opa}
          rules: [{to: [{operation: {paths: [/x]}}]}]
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: shop, labels: {app: cart}}, spec: {containers: []}}
        """

    private static func run(
        _ suite: String, answer: CustomAnswer = .deny, mutates: Bool = false
    ) throws -> SuiteRunnerTests.Run {
        try SuiteRunnerTests.run(
            ["policies.yaml": policies, "a_test.yaml": suite], ["a_test.yaml"], format: .text
        ) {
            $0.policies.assumedCustomAnswer = answer
            $0.mutates = mutates
        }
    }

    private static func test(_ fields: String, _ outcome: String) -> String {
        "- {name: a, destination: {workload: shop/cart}, request: {path: /x}, \(fields)expect: \(outcome)}\n"
    }

    @Test("the case goes before the suite, and the suite before the command line")
    func order() throws {
        let (allow, deny) = ("assumeCustom: allow, ", "assumeCustom: deny, ")
        let suites: [(String, CustomAnswer)] = [
            ("tests:\n" + Self.test("", "deny"), .deny),
            ("tests:\n" + Self.test("", "allow"), .allow),
            ("tests:\n" + Self.test(allow, "allow") + Self.test("", "deny"), .deny),
            ("assumeCustom: allow\ntests:\n" + Self.test("", "allow") + Self.test(deny, "deny"), .deny),
            ("assumeCustom: deny\ntests:\n" + Self.test("", "deny") + Self.test(allow, "allow"), .allow),
        ]
        for (suite, answer) in suites {
            let run = try Self.run(suite, answer: answer)
            #expect(run.status == 0, "\(suite)\(run.answer)")
        }
    }

    @Test("faults are put into the policies under the answer of each case, and a case that would notice one says it")
    func mutants() throws {
        let run = try Self.run("tests:\n" + Self.test("assumeCustom: allow, ", "allow"), mutates: true)
        #expect(run.status == 1)
        let cases = run.answer.matches(of: #/(?m)^  - name: /#).count
        #expect(cases > 0)
        #expect(run.answer.matches(of: /(?m)^    assumeCustom: allow$/).count == cases, "\(run.answer)")
    }
}
