import Foundation
import Testing

@testable import authz

/// Fixtures that several suites share.
@Suite struct SuiteFixtureFileTests {
    private static let shared = """
        sources: {admin: {principal: cluster.local/ns/shop/sa/admin}}
        destinations: {cart: {workload: shop/cart, port: 80}}
        tokens: {alice: {claims: {iss: i, sub: alice}}}
        """
    private static let test = "tests: [{name: a, source: admin, destination: cart, request: {}, expect: allow}]"

    private static func run(_ files: [String: String], _ suite: String) throws -> SuiteRunnerTests.Run {
        try SuiteRunnerTests.run(files.merging(["s/a_test.yaml": suite]) { $1 }, ["s/a_test.yaml"])
    }

    @Test(
        "a suite names files of fixtures, seen from its own folder",
        arguments: ["fixtures: ../shared/people.yaml", "fixtures: [../shared/people.yaml]"])
    func named(_ field: String) throws {
        let run = try Self.run(["shared/people.yaml": Self.shared], "\(field)\n\(Self.test)")
        #expect(run.messages == "")
        #expect(try run.statuses() == ["a passed"])
    }

    @Test("what a suite writes itself goes before what a file says")
    func ownFirst() throws {
        let policies = SuiteRunnerTests.policies.replacing(
            "operation: {methods: [GET]}", with: "operation: {ports: ['81']}")
        let run = try SuiteRunnerTests.run(
            [
                "policies.yaml": policies, "shared.yaml": Self.shared,
                "a_test.yaml":
                    "fixtures: shared.yaml\ndestinations: {cart: {workload: shop/cart, port: 81}}\n\(Self.test)",
                "b_test.yaml": "fixtures: shared.yaml\n\(Self.test)",
            ], ["a_test.yaml", "b_test.yaml"])
        #expect(run.messages == "")
        #expect(try run.statuses() == ["a passed", "a failed"])
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var files: [String: String]
        var field: String
        var message: String
        var testDescription: String { message }
    }

    @Test(
        "what is wrong with them is bad input of the suite, with its place; the other suites run",
        arguments: [
            Bad(
                files: [:], field: "fixtures: nowhere.yaml",
                message: """
                    s/a_test.yaml:1:11: error: `s/nowhere.yaml` cannot be read: there is no such file [unreadable-input]
                        1 | fixtures: nowhere.yaml
                          |           ^~~~~~~~~~~~ expected a file of fixtures, from this file on

                    """),
            Bad(
                files: ["s/f.yaml": "sources: {b: {principle: x}}\ntokens: {}"], field: "fixtures: [f.yaml]",
                message: """
                    s/f.yaml:1:15: error: unknown field `principle` in `source` [unknown-field]
                        1 | sources: {b: {principle: x}}
                          |               ^~~~~~~~~ expected one of the fields of `source`
                          = hint: did you mean `principal`?

                    """),
            Bad(
                files: ["s/f.yaml": "source: {}"], field: "fixtures: f.yaml",
                message: """
                    s/f.yaml:1:1: error: unknown field `source` in the fixtures [unknown-field]
                        1 | source: {}
                          | ^~~~~~ expected one of the fields of the fixtures
                          = hint: did you mean `sources`?

                    """),
            Bad(
                files: ["s/f.yaml": "sources: {b: {}}", "s/g.yaml": "sources: {b: {}}"],
                field: "fixtures: [f.yaml, g.yaml]",
                message: """
                    s/g.yaml:1:11: error: the source `b` is in two files of fixtures [duplicate-key]
                        1 | sources: {b: {}}
                          |           ^ the first is at s/f.yaml:1:11

                    """),
            Bad(
                files: ["s/f.yaml": ""], field: "fixtures: f.yaml",
                message: """
                    s/f.yaml:1:1: error: the file holds no document of fixtures [missing-document]
                        1 |\u{20}
                          | ^ expected one mapping with `sources`, `destinations` and `tokens`

                    """),
            Bad(
                files: ["s/f.yaml": "sources: {}\n---\nsources: {}"], field: "fixtures: f.yaml",
                message: """
                    s/f.yaml:3:1: error: the file holds more than one document of fixtures [extra-document]
                        3 | sources: {}
                          | ^~~~~~~ expected one mapping with `sources`, `destinations` and `tokens`

                    """),
        ])
    func bad(_ c: Bad) throws {
        let suite = "\(c.field)\ntests: [{name: b, destination: {workload: shop/cart}, request: {}, expect: allow}]"
        let run = try SuiteRunnerTests.run(
            c.files.merging(["s/a_test.yaml": suite, "good_test.yaml": SuiteRunnerTests.good]) { $1 },
            ["s/a_test.yaml", "good_test.yaml"])
        #expect(run.status == 2)
        #expect(run.messages == c.message)
        #expect(try run.statuses() == [" error", "b error", "a passed"])
    }

    @Test(
        "names that may be in a file that cannot be read are not told beside it; tokens that are none are told by name")
    func unreadable() throws {
        let test = Self.test.replacing("source: admin", with: "source: admin, token: alice")
        let run = try Self.run([:], "fixtures: nowhere.yaml\n\(test)")
        #expect(run.messages.components(separatedBy: "error: ").count == 2, "\(run.messages)")
        #expect(run.answer.contains("not run because of s/a_test.yaml:1:11"), "\(run.answer)")
        let known = try Self.run(
            ["f.yaml": Self.shared], "fixtures: ../f.yaml\n\(test.replacing("alice", with: "bob"))")
        #expect(known.messages.contains("`bob` names nothing in `tokens`, and is no token"), "\(known.messages)")
    }

    @Test("a missing name is told with those that the files have")
    func missingName() throws {
        let run = try Self.run(
            ["s/f.yaml": Self.shared], "fixtures: f.yaml\n" + Self.test.replacing("admin", with: "admn"))
        #expect(run.status == 2)
        #expect(run.messages.contains("`admn` names nothing in `sources` [unknown-fixture]"))
        #expect(run.messages.contains("did you mean `admin`?"))
    }

    @Test("a file of fixtures among policies is no policy, and one with another field is no fixtures")
    func amongPolicies() throws {
        let files = ["p/f.yaml": Self.shared, "p/p.yaml": SuiteRunnerTests.policies, "p/a_test.yaml": Self.test]
        let suite = "fixtures: f.yaml\n\(Self.test)"
        let run = try SuiteRunnerTests.run(files.merging(["p/a_test.yaml": suite]) { $1 }, ["p"], policies: "p")
        #expect(run.messages == "")
        #expect(try run.statuses() == ["a passed"])
        let other = files.merging(["p/a_test.yaml": suite, "p/g.yaml": "sources: {}\nspec: {}"]) { $1 }
        #expect(try SuiteRunnerTests.run(other, ["p"], policies: "p").status == 2)
    }

    @Test(
        "an expectation that compares nothing is none",
        arguments: ["{}", "{outcome: null}", "{headers: {}}", "{headers: {set: {}}}", "{dryRun: {}}"])
    func emptyExpectation(_ text: String) throws {
        let suite = "tests: [{name: a, destination: {workload: shop/cart}, request: {}, expect: \(text)}]"
        let run = try SuiteRunnerTests.run(["a_test.yaml": suite], ["a_test.yaml"])
        #expect(run.status == 2)
        #expect(run.messages.contains("`expect` names nothing to compare [nothing-expected]"))
        #expect(try run.statuses() == ["a error"])
    }

    @Test("a filter that leaves only skipped cases runs none, which is no answer")
    func onlySkipped() throws {
        let suite = """
            tests:
              - {name: one, destination: {workload: shop/cart}, request: {}, expect: allow}
              - {name: two, skip: later, destination: {workload: shop/cart}, request: {}, expect: allow}
            """
        let run = try SuiteRunnerTests.run(["a_test.yaml": suite], ["a_test.yaml"], filter: "two")
        #expect(run.status == 2)
        #expect(run.messages == "error: every case whose name contains `two` is skipped, so none runs\n")
    }
}
