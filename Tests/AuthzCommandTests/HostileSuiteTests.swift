import AuthzCore
import Foundation
import Testing

@testable import authz

/// Names and requests of suites that would steer what reads the results, or have a secret in them.
@Suite struct HostileSuiteTests {
    private static let signature = "c2lnbmF0dXJlLXRoYXQtaXMtc2VjcmV0"
    private static let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.\(signature)"

    private static let suiteWithToken = """
        description: of \(token)
        tests:
        - name: with \(token)
          destination: {workload: shop/cart}
          request: {method: PUT, path: ["/a?access_token=\(token)"]}
          expect: allow
        """

    @Test("SR-41: no file of results has the signature of a token, and no name in JSON")
    func signatures() throws {
        let folder = try Scratch(["summary.md": ""])
        let policies = SuiteRunnerTests.policies.replacing("methods: [GET]", with: "paths: [\"/x/\(Self.token)\"]")
        for format in ReportFormat.allCases {
            let run = try SuiteRunnerTests.run(
                ["a_test.yaml": Self.suiteWithToken, "policies.yaml": policies], ["a_test.yaml"], format: format
            ) {
                $0.summaryPath = folder("summary.md")
                $0.coverage = CoverageSettings(lcovPath: folder("lcov.info"), htmlPath: folder("coverage.html"))
            }
            #expect(run.status == 1)
            for name in ["summary.md", "lcov.info", "coverage.html"] {
                let text = try String(contentsOfFile: folder(name), encoding: .utf8)
                #expect(!text.contains(Self.signature), "\(format) \(name)")
            }
            guard format == .json else { continue }
            let object = try #require(try JSONSerialization.jsonObject(with: Data(run.answer.utf8)) as? [String: Any])
            let testCase = try #require((object["cases"] as? [[String: Any]])?.first)
            for member in ["name", "suite", "variant"] {
                let text = try #require(testCase[member] as? String)
                #expect(text.contains("eyJ") && !text.contains(Self.signature), "\(member)")
            }
            let coverage = try JSONSerialization.data(withJSONObject: try #require(object["coverage"]))
            #expect(!String(decoding: coverage, as: UTF8.self).contains(Self.signature))
        }
        #expect(try String(contentsOfFile: folder("summary.md"), encoding: .utf8).contains("access\\_token=eyJ"))
    }

    @Test("SR-41: a key that is written to a file is all there")
    func keys() throws {
        let folder = try Scratch(["x": ""])
        try OutputFile.write(Array(Self.token.utf8), to: folder("key"), .owner, hidesSignatures: false)
        #expect(try String(contentsOfFile: folder("key"), encoding: .utf8) == Self.token)
        try OutputFile.write(Array(Self.token.utf8), to: folder("page"))
        try OutputFile.append(Array(Self.token.utf8), to: folder("page"))
        #expect(try !String(contentsOfFile: folder("page"), encoding: .utf8).contains(Self.signature))
    }

    private static let names = [
        #"a\n::error::forged\nok 99 - forged"#, #"\e[31m\e]0;title\a\x9b2J"#, #"\u202eright to left"#,
        #"\r##vso[task]"#,
    ]

    @Test("no name of a suite, case or value makes a line of its own or steers a terminal", arguments: names)
    func controls(_ name: String) throws {
        let suite = """
            description: "\(name)"
            tests:
            - {name: "\(name)", destination: {workload: shop/cart}, request: {path: ["/\(name)"], method: PUT}, expect: allow}
            - {name: passes, destination: {workload: shop/cart}, request: {host: ["\(name)"]}, expect: allow}
            - {name: "\(name)", destination: {workload: "shop/\(name)"}, request: {}, expect: deny}
            - {name: s, skip: "\(name)", destination: {workload: shop/cart}, request: {}, expect: deny}
            """
        let policies = SuiteRunnerTests.policies.replacing(
            "methods: [GET]", with: #"methods: [GET], notPaths: ["/x\#(name)"]"#)
        for format in ReportFormat.allCases {
            let run = try SuiteRunnerTests.run(
                ["a_test.yaml": suite, "policies.yaml": policies], ["a_test.yaml"], format: format, isVerbose: true
            ) { $0.coverage = CoverageSettings() }
            #expect(run.status == 2, "\(run.messages)")
            let text = run.answer
            // JSON is for programs, and one line.
            let isForPrograms = format == .json || format == .sarif
            #expect(
                text.unicodeScalars.allSatisfy { scalar in
                    scalar == "\n" || scalar.value >= 0x20 && (isForPrograms || scalar.isSafeToShow)
                }, "\(format): \(text)")
            let lines = text.split(whereSeparator: \.isNewline)
            #expect(!lines.contains { $0.hasPrefix("::error::") || $0.hasPrefix("ok 99") || $0.hasPrefix("##") })
        }
    }

    @Test("no title of a mutant does either")
    func mutants() throws {
        let policies = SuiteRunnerTests.policies.replacing("methods: [GET]", with: #"paths: ["/a\n::error::x\e[31m"]"#)
        let suite = #"tests: [{name: a, destination: {workload: shop/cart}, request: {path: /b}, expect: deny}]"#
        for format in [ReportFormat.text, .tap] {
            let run = try SuiteRunnerTests.run(
                ["a_test.yaml": suite, "policies.yaml": policies], ["a_test.yaml"], format: format
            ) { $0.mutates = true }
            #expect(
                run.answer.contains("\\n::error::x\\u{1b}") || run.answer.contains("\\\\n::error::x"), "\(run.answer)")
            #expect(run.answer.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 }, "\(run.answer)")
            #expect(!run.answer.split(separator: "\n").contains { $0.hasPrefix("::error::x") })
        }
    }
}
