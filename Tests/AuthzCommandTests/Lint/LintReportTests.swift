import AuthzCore
import AuthzEngine
import Foundation
import Testing

@testable import authz

/// What `authz lint` prints, in each form, and with which status it ends.
@Suite struct LintReportTests {
    /// An error of one policy and a warning of another, with what each form has to escape.
    static func set(_ annotation: String = "") -> String {
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: open, namespace: shop\(annotation)}
        spec: {rules: [{}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: no-admin, namespace: shop}
        spec:
          action: DENY
          rules:
          - to: [{operation: {paths: ["/a&1"], ports: ["8080"]}}]
        """
    }

    struct Run {
        var status: Int32?
        var answer: String
        var messages: String
    }

    static func run(
        _ policies: String = set(), format: ReportFormat = .text, failLevel: FailLevel = .warning,
        isVerbose: Bool = false, isQuiet: Bool = false
    ) throws -> Run {
        let scratch = try Scratch(["p.yaml": policies])
        var settings = PolicySettings()
        settings.paths = [scratch("p.yaml")]
        let (answers, messages) = (try Capture(), try Capture())
        let console = Console(
            OutputSettings(
                format: format == .json ? .json : .text, color: .never, isColorRefused: false, isQuiet: isQuiet,
                isVerbose: isVerbose),
            answers: answers.stream, messages: messages.stream)
        let lint = LintSettings(policies: settings, format: format, failLevel: failLevel)
        var run = Run(answer: "", messages: "")
        do throws(InputError) {
            run.status = try LintRunner(lint, console).run()
        } catch {
            console.report(error.diagnostics, error.sources)
        }
        run.answer = try answers.text().replacing(scratch.path + "/", with: "")
        run.messages = try messages.text().replacing(scratch.path + "/", with: "")
        return run
    }

    @Test("text has the line, the hint, and the requests with what they got")
    func text() throws {
        let run = try Self.run()
        #expect(
            run.answer.hasPrefix(
                """
                p.yaml:4:16: warning: an ALLOW rule that matches every request lets in anybody, without mutual TLS and without a \
                token [allow-all]
                    4 | spec: {rules: [{}]}
                      |                ^~ shop/open, rule 1
                      = hint: name who may do what; if it is meant to be open, say so in an annotation
                        is allowed: allow 200 allowed-by-policy, shop/open rule 1
                          {destination: {namespace: shop, labels: {}, port: 8080}, request: {method: GET, path: /whatever}}
                p.yaml:12:31: error: a DENY rule for `/a&1` is passed by `/a&1/`, also by `//a&1`, `/A&1`, `/a&1;x` \
                [deny-path-bypass]

                """))
        #expect(run.answer.hasSuffix("\n1 error, 1 warning\n"))
        #expect(run.status == 1)
    }

    @Test(
        "findings from the level on make the run fail",
        arguments: [(FailLevel.error, Int32(1)), (.warning, 1), (.never, 0)])
    func failing(_ level: FailLevel, _ status: Int32) throws {
        #expect(try Self.run(failLevel: level).status == status)
    }

    @Test("a warning alone does not make the run fail where only errors do")
    func warnings() throws {
        let policies = try #require(Self.set().split(separator: "---\n").first.map(String.init))
        #expect(try Self.run(policies, failLevel: .error).status == 0)
        #expect(try Self.run(policies, failLevel: .warning).status == 1)
    }

    @Test(
        "bad input is no finding, and has no status of its own here; forms for programs have what is wrong all the same"
    )
    func badInput() throws {
        let policies =
            "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a}\nspec: {action: DENI}"
        for format in ReportFormat.allCases {
            let run = try Self.run(policies, format: format)
            #expect(run.status == nil)
            #expect(run.messages.contains("p.yaml:4:16: error: "))
            #expect((format == .text ? run.messages : run.answer).contains("did you mean `DENY`?"), "\(run.answer)")
            switch format {
            case .text: #expect(run.answer.isEmpty)
            case .json:
                let object = try JSONSerialization.jsonObject(with: Data(run.answer.utf8)) as? [String: Any]
                let summary = ["errors": 1, "warnings": 0, "suppressed": 0]
                #expect(object?["summary"] as? [String: Int] == summary)
                let diagnostics = object?["diagnostics"] as? [[String: Any]]
                #expect(diagnostics?.map { $0["code"] as? String } == ["unknown-value"])
            case .junit:
                #expect(try XMLReader.names(in: run.answer)["testcase"] == 1, "nothing was looked for")
                #expect(try XMLReader.names(in: run.answer)["error"] == 1)
            case .tap:
                #expect(run.answer.hasPrefix("TAP version 13\n1..1\nnot ok 1 - unknown-value\n"), "\(run.answer)")
            case .sarif:
                #expect(run.answer.contains("\"ruleId\":\"unknown-value\""))
                #expect(run.answer.contains("\"executionSuccessful\":false"))
            case .github: #expect(run.answer.hasPrefix("::error file=p.yaml,line=4,col=16,title=unknown-value::"))
            }
        }
    }

    private static let warned = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: d, namespace: shop ANNOTATIONS}
        spec: {action: DENY, rules: [{to: [{operation: {methods: [DELETE]}}]}]}
        """

    @Test("a warning of reading counts as a finding in every form, and an annotation suppresses it, too")
    func readingWarnings() throws {
        for format in ReportFormat.allCases {
            let run = try Self.run(Self.warned.replacing("ANNOTATIONS", with: ""), format: format)
            #expect(run.status == 1)
            #expect(run.messages.contains("[denies-all-tcp]"))
            #expect(format == .text || run.answer.contains("denies-all-tcp"), "\(run.answer)")
            #expect(
                try Self.run(Self.warned.replacing("ANNOTATIONS", with: ""), format: format, failLevel: .error).status
                    == 0)
            let reason = ", annotations: {lint.authz/denies-all-tcp: no TCP here}"
            let suppressed = try Self.run(
                Self.warned.replacing("ANNOTATIONS", with: reason), format: format, isVerbose: true)
            #expect(suppressed.status == 0, "\(suppressed.answer)")
            #expect(suppressed.messages == "")
        }
        let text = try Self.run(Self.warned.replacing("ANNOTATIONS", with: "")).answer
        let meant = "lint.authz/denies-all-tcp: REASON  as an annotation of the policy says that it is meant so"
        #expect(text == "authz lint --explain denies-all-tcp  tells more\n\(meant)\n1 warning\n")
        let quiet = try Self.run(Self.warned.replacing("ANNOTATIONS", with: ""), isQuiet: true)
        #expect(quiet.messages == "" && quiet.answer.contains("p.yaml:4:30: warning: "))
    }

    @Test("an annotation with a reason suppresses a finding of its policy, and is told under -v")
    func suppressed() throws {
        let run = try Self.run(Self.set(", annotations: {lint.authz/allow-all: it is the front page}"), isVerbose: true)
        #expect(run.answer.contains("suppressed: an ALLOW rule that matches every request"))
        #expect(run.answer.contains("because: it is the front page\n"))
        #expect(run.answer.hasSuffix("\n1 error, 1 suppressed\n"))
        #expect(run.messages == "")
    }

    struct Annotation: Sendable, CustomTestStringConvertible {
        var text: String, message: String, hint: String
        var testDescription: String { text }
    }

    private static let annotations = [
        Annotation(
            text: "lint.authz/allow-al: why not",
            message: "the annotation `lint.authz/allow-al` names no code of `authz lint` that could be suppressed",
            hint: "did you mean `lint.authz/allow-all`?"),
        Annotation(
            text: "lint.authz/allow-all: \" \"",
            message: "the annotation `lint.authz/allow-all` gives no reason, and suppresses nothing",
            hint: "write as its value why the policy is meant as it is"),
        Annotation(
            text: "lint.authz/deny-path-bypass: there is none",
            message: "the annotation `lint.authz/deny-path-bypass` suppresses nothing: that is not found",
            hint: "this policy has no `action`, so it is ALLOW; `deny-path-bypass` is of DENY policies"),
        Annotation(
            text: "lint.authz/allow-by-header: there is none",
            message: "the annotation `lint.authz/allow-by-header` suppresses nothing: that is not found",
            hint: "mend first what else is found in this policy, and if it stays take it out"),
    ]

    @Test("an annotation that suppresses nothing is a finding of its policy", arguments: annotations)
    func uselessAnnotations(_ annotation: Annotation) throws {
        let run = try Self.run(Self.set(", annotations: {\(annotation.text)}"))
        #expect(
            run.answer.hasPrefix(
                """
                p.yaml:2:1: warning: \(annotation.message) [useless-suppression]
                    2 | kind: AuthorizationPolicy
                      | ^~~~ shop/open
                      = hint: \(annotation.hint)

                """))
        #expect(run.answer.hasSuffix("\n1 error, 2 warnings\n"))
        #expect(run.messages == "")
    }

    @Test(
        "every form has what is wrong with an annotation, and the run fails by it",
        arguments: [ReportFormat.text, .json, .junit, .tap, .sarif, .github])
    func annotationsEverywhere(_ format: ReportFormat) throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: nobody, namespace: shop, annotations: {lint.authz/allow-all: none}}
            spec: {}
            """
        let run = try Self.run(policies, format: format)
        #expect(run.answer.contains("useless-suppression"))
        #expect(run.answer.contains("suppresses nothing: that is not found"))
        #expect(run.status == 1)
        #expect(run.messages == "")
    }

    // MARK: Programs

    @Test("JSON has each finding with its requests as documents and decisions as everywhere")
    func json() throws {
        let answer = try Self.run(format: .json).answer
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        #expect(object["summary"] as? [String: Int] == ["errors": 1, "warnings": 1, "suppressed": 0])
        let findings = try #require(object["findings"] as? [[String: Any]])
        #expect(findings.map { $0["code"] as? String } == ["allow-all", "deny-path-bypass"])
        #expect(findings[1]["severity"] as? String == "error")
        #expect(findings[1]["location"] as? String == "p.yaml:12:31")
        let policy = try #require(findings[1]["policy"] as? [String: Any])
        #expect(policy["name"] as? String == "no-admin" && policy["rule"] as? Int == 1)
        let requests = try #require(findings[1]["requests"] as? [[String: Any]])
        #expect(requests.map { ($0["decision"] as? [String: Any])?["outcome"] as? String } == ["deny", "allow"])
        let request = try #require(requests[0]["request"] as? [String: Any])
        #expect((request["request"] as? [String: Any])?["path"] as? String == "/a&1")
    }

    @Test("JUnit has a case for each code, of which those fail that are found")
    func junit() throws {
        let answer = try Self.run(
            Self.set(", annotations: {lint.authz/allow-all: \"<front> & page\"}"), format: .junit
        ).answer
        #expect(try XMLReader.names(in: answer)["testcase"] == LintCode.allCases.count)
        #expect(try XMLReader.names(in: answer)["failure"] == 1)
        #expect(answer.contains("name=\"allow-all\">\n      <skipped message=\"&lt;front&gt; &amp; page\"/>"))
        #expect(
            answer.contains("name=\"deny-path-bypass\" file=\"p.yaml\" line=\"12\">\n      <failure type=\"error\""))
    }

    @Test("TAP has a test for each code")
    func tap() throws {
        let answer = try Self.run(format: .tap).answer
        #expect(
            answer.hasPrefix(
                "TAP version 13\n1..\(LintCode.allCases.count)\nnot ok 1 - deny-path-bypass\n  ---\n  at: \"p.yaml:12:31\"\n"
            ))
        #expect(answer.contains("\nok 2 - deny-host-bypass\n"))
        #expect(answer.hasSuffix("\n# 1 error, 1 warning\n"))
    }

    private static func sarifRun(isVerbose: Bool) throws -> [String: Any] {
        let policies = set(", annotations: {lint.authz/allow-all: front page}")
        let answer = try run(policies, format: .sarif, isVerbose: isVerbose).answer
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        return try #require((object["runs"] as? [[String: Any]])?.first)
    }

    @Test("SARIF has a rule for each code and a result for each finding, suppressed ones under -v alone and marked")
    func sarif() throws {
        let run = try Self.sarifRun(isVerbose: true)
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        #expect((driver["rules"] as? [[String: Any]])?.count == LintCode.allCases.count)
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.map { $0["ruleId"] as? String } == ["deny-path-bypass", "allow-all"])
        #expect(results.map { $0["level"] as? String } == ["error", "warning"])
        let suppression = (results[1]["suppressions"] as? [[String: Any]])?.first
        #expect(suppression?["justification"] as? String == "front page")
        #expect(results[0]["suppressions"] == nil)
        let shown = try #require(try Self.sarifRun(isVerbose: false)["results"] as? [[String: Any]])
        #expect(shown.map { $0["ruleId"] as? String } == ["deny-path-bypass"])
    }

    @Test("GitHub annotates the lines")
    func github() throws {
        let answer = try Self.run(format: .github).answer
        #expect(answer.contains("::error file=p.yaml,line=12,col=31,title=deny-path-bypass::shop/no-admin, rule 1: "))
        #expect(answer.contains("::warning file=p.yaml,line=4,col=16,title=allow-all::"))
        #expect(answer.hasSuffix("\n1 error, 1 warning\n"))
    }

    @Test("a page says what a code means, with a bad and a good set", arguments: LintCode.allCases)
    func page(_ code: LintCode) {
        let text = LintPageText(code: code).text(TextStyle(usesColor: false))
        #expect(text.hasPrefix("\(code.rawValue): \(code.severity.rawValue)"))
        #expect(text.contains("\nBad:\n") && text.contains("\nGood:\n"))
        #expect(text.hasSuffix("lint.authz/\(code.rawValue): reason\n") == code.isSuppressible)
    }

    @Test("what istioctl analyze finds of policies, a code finds")
    func istio() {
        let codes = LintCode.allCases.compactMap(\.istioCode).sorted()
        #expect(codes == ["IST0101", "IST0127", "IST0166", "IST0171"])
    }
}
