import AuthzCore
import Testing

@testable import authz

/// Cases of suites in the place of requests.
@Suite struct ExplainCaseTests {
    private struct Run {
        var answer: String
        var messages: String
    }

    private static let suites = """
        policies: [own.yaml]
        assumeCustom: allow
        tests:
        - {name: a case, destination: {workload: shop/cart}, request: {method: [GET, PUT]}, expect: allow}
        - {name: a, destination: {workload: shop/cart}, request: {path: /x}, expect: allow}
        ---
        tests:
        - {name: of the command line, destination: {workload: shop/cart}, request: {method: PUT}, expect: allow}
        """

    private static let custom = """
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: ask, namespace: shop}
        spec: {action: CUSTOM, provider: {name: opa}, rules: [{to: [{operation: {paths: [/x]}}]}]}
        """

    private static func run(_ requests: [String], isDifference: Bool = false) throws -> Run {
        let scratch = try Scratch([
            "s/a_test.yaml": suites, "s/own.yaml": "\(SuiteRunnerTests.policies)\n\(custom)",
            "policies.yaml": SuiteRunnerTests.policies.replacing("GET", with: "PUT"),
        ])
        var policies = PolicySettings()
        policies.paths = [scratch("policies.yaml")]
        let (answers, messages) = (try Capture(), try Capture())
        let console = Console(
            OutputSettings(format: .text, color: .never, isColorRefused: false, isQuiet: false, isVerbose: false),
            answers: answers.stream, messages: messages.stream)
        let settings = ExplainSettings(
            requestPaths: requests.map { scratch($0) }, policies: policies, failsOnDenial: false,
            isDifference: isDifference, folder: scratch.path)
        do throws(InputError) {
            _ = try Explainer(settings, console).run()
        } catch {
            console.report(error.diagnostics, error.sources)
        }
        let clean = { (text: String) in text.replacing(scratch.path + "/", with: "") }
        return Run(answer: clean(try answers.text()), messages: clean(try messages.text()))
    }

    @Test("a case is decided as its suite decides it; without what tells them apart, all that its lists make")
    func decisions() throws {
        let one = try Self.run(["s/a_test.yaml#a case [method PUT]"])
        #expect(one.answer.hasPrefix("DENY 403  no ALLOW policy matched\n"), "\(one)")
        #expect(
            one.answer.contains("smallest change of the request that is allowed:\n    request.method  `PUT` → `GET`\n"))
        let all = try Self.run(["s/a_test.yaml#a case", "s/a_test.yaml#of the command line", "s/a_test.yaml#a"]).answer
        let lines = all.split(separator: "\n").filter {
            $0.hasPrefix("== ") || $0.hasPrefix("DENY") || $0.hasPrefix("ALLOW")
        }
        #expect(
            lines.map { $0.prefix(40) } == [
                "== s/a_test.yaml#a case [method GET]", "ALLOW 200  shop/access, rule 1  (s/own.y",
                "== s/a_test.yaml#a case [method PUT]", "DENY 403  no ALLOW policy matched",
                "== s/a_test.yaml#of the command line", "ALLOW 200  shop/access, rule 1  (policie",
                "== s/a_test.yaml#a", "ALLOW 200  shop/access, rule 1  (s/own.y",
            ], "\(all)")
    }

    @Test("two cases are compared")
    func difference() throws {
        let run = try Self.run(
            ["s/a_test.yaml#a case [method GET]", "s/a_test.yaml#a case [method PUT]"], isDifference: true)
        #expect(run.answer.contains("request.method"), "\(run)")
    }

    @Test("a case that is not there has a suggestion, and so has a suite without a case")
    func unknown() throws {
        #expect(
            try Self.run(["s/a_test.yaml#a csae"]).messages
                == "s/a_test.yaml: error: there is no case `a csae` in this suite [no-case]\n      = hint: did you mean `a case`?\n"
        )
        #expect(
            try Self.run(["s/a_test.yaml#write"]).messages.hasSuffix(
                "= hint: its cases are `a case`, `a`, `of the command line`\n"))
        #expect(try Self.run(["s/b_test.yaml#a"]).messages.hasPrefix("s/b_test.yaml:1:1: error: "))
    }
}
