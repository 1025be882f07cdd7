import AuthzCore
import Testing

@testable import authz

/// Suites and policies that cannot be read, or say nothing.
extension SuiteRunnerTests {
    @Test("a suite whose cases are all skipped runs none and is bad input; one that runs a case is not")
    func allSkipped() throws {
        let skipped = "{name: later, skip: not built, destination: {workload: shop/cart}, request: {}, expect: allow}"
        let run = try Self.run(
            ["a_test.yaml": "tests: [\(skipped), \(skipped)]", "b_test.yaml": Self.good],
            ["a_test.yaml", "b_test.yaml"])
        #expect(run.status == 2)
        #expect(try run.statuses() == [" error", "later error", "later error", "a passed"])
        #expect(
            run.messages.hasPrefix(
                "a_test.yaml:1:1: error: every case of this suite is skipped, so it runs none [no-case]"))
        let mixed = try Self.run(
            ["a_test.yaml": Self.good.replacing("]", with: ", \(skipped)]")], ["a_test.yaml"])
        #expect(mixed.status == 0)
        #expect(try mixed.statuses() == ["a passed", "later skipped"])
    }

    @Test(
        "a broken document leaves the other suites of its file",
        arguments: [
            ("tests: [}", 3, 9), ("tests: 'open", 3, 8), ("a: 1\na: 2", 4, 1), ("# é\u{2028}\n\"a", 5, 1),
            ("a: *b", 3, 4),
        ])
    func brokenDocument(_ broken: String, _ line: Int, _ column: Int) throws {
        for (before, after) in [(Self.good + "\n---\n", "\n---\n" + Self.good), (Self.good + "\n---\n", "")] {
            let run = try Self.run(["a_test.yaml": before + broken + after], ["a_test.yaml"])
            #expect(run.status == 2)
            #expect(
                try run.statuses() == (after.isEmpty ? ["a passed", " error"] : ["a passed", " error", "a passed"]))
            #expect(run.messages.hasPrefix("a_test.yaml:\(line):\(column): error: "), "\(run.messages)")
        }
    }

    @Test("what stands behind a broken document keeps its place")
    func placesBehindBroken() throws {
        let misspelled = "tests: [{name: b, destination: {workload: shop/card}, expect: deny}]"
        let run = try Self.run(
            ["a_test.yaml": "tests: [}\r\n---  # é\u{2028}\n\n\(misspelled)\n---\ntests: [}"], ["a_test.yaml"])
        #expect(try run.statuses() == [" error", "b error", " error"])
        #expect(run.answer.contains("a_test.yaml:5:43: `shop/card` is not in the inventory"), "\(run.answer)")
        #expect(run.messages.contains("a_test.yaml:7:9: error: "))
    }

    @Test("what is wrong with one case is told of that, and the others say that they did not run because of it")
    func blame() throws {
        let suite = """
            tests:
              - {name: one, destination: {workload: shop/cart}, request: {}, expect: allow}
              - {name: two, destination: {workload: shop/cart}, request: {}, expect: alow, sorce: {}}
              - {name: three, destination: {workload: shop/cart}, request: {}, expect: allow}
            """
        let run = try Self.run(["a_test.yaml": suite], ["a_test.yaml"], format: .text)
        #expect(run.status == 2)
        #expect(
            run.answer == """
                ERROR a_test.yaml: two  (a_test.yaml:3:5)
                  a_test.yaml:3:74: unknown value `alow` of `expect`
                  a_test.yaml:3:80: unknown field `sorce` in `test`
                ERROR a_test.yaml: 2 cases not run because of a_test.yaml:3:74
                0 passed, 0 failed, 3 errors

                """)
        #expect(run.messages.split(separator: "\n").filter { $0.contains(": error: ") }.count == 2)
        let annotations = try Self.run(["a_test.yaml": suite], ["a_test.yaml"], format: .github).answer
        #expect(
            annotations == """
                ::error file=a_test.yaml,line=3,col=74,title=two::unknown value `alow` of `expect`; did you mean `allow`?
                ::error file=a_test.yaml,line=3,col=80,title=two::unknown field `sorce` in `test`; did you mean `source`?
                0 passed, 0 failed, 3 errors

                """)
        let sarif = try Self.run(["a_test.yaml": suite], ["a_test.yaml"], format: .sarif).answer
        #expect(sarif.matches(of: /"ruleId":"case-error"/).count == 2)
        let junit = try Self.run(["a_test.yaml": suite], ["a_test.yaml"], format: .junit).answer
        #expect(junit.matches(of: /message="not run because of a_test.yaml:3:74"/).count == 2)
    }

    @Test("policies that several suites are decided by are blamed once, and no case for them")
    func blamedOnce() throws {
        let files = [
            "policies.yaml": Self.policies.replacing("rules:", with: "rule:"), "a_test.yaml": Self.good,
            "b_test.yaml": Self.good.replacing("name: a", with: "name: b"),
        ]
        let run = try Self.run(files, ["a_test.yaml", "b_test.yaml"], format: .text)
        #expect(run.status == 2)
        #expect(
            run.answer == """
                ERROR a_test.yaml
                  policies.yaml:5:3: unknown field `rule` in `spec`
                ERROR a_test.yaml: a  (a_test.yaml:1:9)  not run because of policies.yaml:5:3
                ERROR b_test.yaml: b  (b_test.yaml:1:9)  not run because of policies.yaml:5:3
                0 passed, 0 failed, 3 errors

                """)
        #expect(run.messages.split(separator: "\n").filter { $0.contains(": error: ") }.count == 1)
    }

    @Test("a case that says nothing of a workload is an error and no denial that was meant")
    func noWorkload() throws {
        let suite = """
            tests:
              - {name: forgotten, request: {}, expect: deny}
              - {name: meant, request: {}, expect: {reason: unknown-workload}}
            """
        let run = try Self.run(["a_test.yaml": suite], ["a_test.yaml"], format: .text)
        #expect(run.status == 2)
        #expect(
            run.answer == """
                ERROR a_test.yaml: forgotten  (a_test.yaml:2:5)
                  a_test.yaml:2:5: nothing says for which workload the request is; write `destination: {workload: shop/cart}`
                1 passed, 0 failed, 1 error

                """)
    }

    @Test("a file of policies is said to be no suite, once")
    func policiesAsSuite() throws {
        let run = try Self.run([:], ["policies.yaml"])
        #expect(run.status == 2)
        #expect(
            run.messages == """
                policies.yaml:1:1: error: the file holds resources and no suite [no-suite]
                    1 | apiVersion: security.istio.io/v1
                      | ^~~~~~~~~~ expected a mapping with `tests`
                      = hint: policies are given with `-p`

                """)
        #expect(try run.statuses() == [" error"])
        let text = try Self.run([:], ["policies.yaml"], format: .text).answer
        #expect(
            text == """
                ERROR policies.yaml
                  policies.yaml:1:1: the file holds resources and no suite
                0 passed, 0 failed, 1 error

                """)
    }

    @Test("key sets, mesh settings and policies of a suite are judged together")
    func allProblems() throws {
        let run = try Self.run(
            [
                "a_test.yaml": """
                policies: [bad.yaml, b_test.yaml]
                jwks: {"https://i/a": missing.json, "https://i/b": {keys: []}, "https://i/c": bad.json}
                \(Self.good)
                """,
                "bad.yaml": "kind: AuthorizationPolicy", "bad.json": "<html>", "b_test.yaml": Self.good,
            ], ["a_test.yaml"])
        #expect(run.status == 2)
        let problems = run.messages.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(
            problems == [
                "a_test.yaml:1:22: error: `b_test.yaml` is a suite, which is never read as policies [no-policy-files]",
                "a_test.yaml:2:23: error: `missing.json` cannot be read: there is no such file [unreadable-input]",
                "a_test.yaml:2:52: error: the key set of `https://i/b` cannot be used: Jwks doesn't have any valid public key [unusable-key-set]",
                "a_test.yaml:2:79: error: the key set of `https://i/c` cannot be used: Jwks is an invalid JSON [unusable-key-set]",
                "bad.yaml:1:1: error: `apiVersion` is missing in the resource [missing-field]",
            ])
    }

    @Test("a key set beside the policies is none of them, whether the suite or the command line names those")
    func keysBesidePolicies() throws {
        let key =
            #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
            + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#
        let policy = """
            {apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: {name: r, namespace: shop},
             spec: {jwtRules: [{issuer: i, jwksUri: "https://i/a"}]}}
            """
        let files = [
            "p/p.yaml": "\(Self.policies)\n---\n\(policy)", "p/keys.json": "{\"keys\": [\(key)]}",
            "p/own_test.yaml": "policies: [.]\njwks: {\"https://i/a\": keys.json}\n\(Self.good)",
            "p/other_test.yaml": "jwks: {\"https://i/a\": keys.json}\n\(Self.good)",
        ]
        let run = try Self.run(files, ["p"], policies: "p")
        #expect(run.messages == "")
        #expect(run.status == 0)
        #expect(try run.statuses() == ["a passed", "a passed"])
    }

    @Test("documents of kinds that are not read are counted under -v")
    func skippedKinds() throws {
        let files = [
            "p.yaml": "{kind: Secret, apiVersion: v1}\n---\n{kind: Secret, apiVersion: v1}\n---\n"
                + "{kind: Role, apiVersion: rbac/v1}\n---\n" + Self.policies,
            "a_test.yaml": "policies: [p.yaml]\n" + Self.good,
        ]
        let run = try Self.run(files, ["a_test.yaml"], isVerbose: true)
        #expect(run.messages == "authz: skipped documents of kinds that are not read: 1 `Role`, 2 `Secret`\n")
        #expect(try Self.run(files, ["a_test.yaml"]).messages == "")
    }

    @Test("a path of a suite that leads nowhere is wrong where it is written")
    func missingPolicies() throws {
        let run = try Self.run(
            ["s/a_test.yaml": "description: a\npolicies: [../policies.yaml, nope]\n\(Self.good)"], ["s/a_test.yaml"],
            format: .github)
        #expect(run.status == 2)
        #expect(
            run.messages.hasPrefix(
                "s/a_test.yaml:2:30: error: `s/nope` cannot be read: there is no such file [unreadable-input]\n"
                    + "    2 | policies: [../policies.yaml, nope]\n"), "\(run.messages)")
        #expect(run.answer.hasPrefix("::error file=s/a_test.yaml,line=2,col=30,"), "\(run.answer)")
    }

    @Test("policies in a folder that is named for its suites, and that decide no case, are told of")
    func policiesBesideSuites() throws {
        let files = ["s/p.yaml": Self.policies, "s/a_test.yaml": Self.good, "s/fixtures.yaml": "sources: {a: {}}"]
        let run = try Self.run(files, ["s"])
        #expect(run.status == 0)
        #expect(
            run.messages
                == "warning: no case is decided by the policies in `s`, such as `s/p.yaml`; name them with `-p s` if they are meant\n"
        )
        #expect(try Self.run(files, ["s"], policies: "s").messages == "")
        let own = ["s/p.yaml": Self.policies, "s/a_test.yaml": "policies: [p.yaml]\n\(Self.good)"]
        #expect(try Self.run(own, ["s"]).messages == "")
        let more = own.merging(["s/other.yaml": Self.policies]) { $1 }
        #expect(try Self.run(more, ["s"]).messages == "", "a suite that names policies knows which")
        #expect(try Self.run(files, ["s/a_test.yaml"]).messages == "")
    }

    @Test("the cases of a suite that are not run for one cause are told in one line, and under -v each")
    func heldTogether() throws {
        let cases = ["c1", "c2", "c3"].map {
            "\n- {name: \($0), destination: {workload: shop/cart}, request: {}, expect: allow}"
        }
        let files = [
            "policies.yaml": Self.policies.replacing("rules:", with: "rule:"), "a_test.yaml": "tests:" + cases.joined(),
            "b_test.yaml": Self.good,
        ]
        let cause = "not run because of policies.yaml:5:3"
        let run = try Self.run(files, ["a_test.yaml", "b_test.yaml"], format: .text)
        #expect(
            run.answer == """
                ERROR a_test.yaml
                  policies.yaml:5:3: unknown field `rule` in `spec`
                ERROR a_test.yaml: 3 cases \(cause)
                ERROR b_test.yaml: a  (b_test.yaml:1:9)  \(cause)
                0 passed, 0 failed, 5 errors

                """)
        let each = try Self.run(files, ["a_test.yaml"], format: .text, isVerbose: true).answer
        #expect(each.matches(of: /ERROR a_test.yaml: c[123]  .*not run because of/).count == 3, "\(each)")
    }

    @Test("of a folder that is not there the text says what to write, at no line")
    func problemOfFolder() throws {
        let (capture, messages) = (try Capture(), try Capture())
        let console = Console(
            OutputSettings(format: .text, color: .never, isColorRefused: false, isQuiet: false, isVerbose: false),
            answers: capture.stream, messages: messages.stream)
        let problem = Diagnostic(
            .error, .unreadableInput, at: .whole("policies/"), "`policies/` cannot be read", hint: "write `-p .`")
        var reporter = TextSuiteReporter(console)
        reporter.report(
            CaseResult(suite: "a", file: "a_test.yaml", name: "", status: .error, problems: [problem]), explanation: nil
        )
        #expect(try capture.text() == "ERROR a\n  policies/: `policies/` cannot be read; write `-p .`\n")
    }

    @Test("where no policies are named and there are none, those beside the suites are")
    func missingDefault() throws {
        // The default is a folder of the working directory, which the tests have none of.
        let files = ["s/p.yaml": Self.policies, "s/a_test.yaml": Self.good]
        let run = try Self.run(files, ["s"]) { $0.policies.paths = ["no-such-folder"] }
        #expect(run.status == 2)
        #expect(!run.messages.contains("hint"), "whoever names policies knows how")
        #expect(PoliciesBesideSuites.option(for: [try Scratch(files)("nothing")]) == nil)
        let scratch = try Scratch(files)
        #expect(PoliciesBesideSuites.option(for: [scratch("s")]) == "-p \(scratch("s"))")
    }
}
