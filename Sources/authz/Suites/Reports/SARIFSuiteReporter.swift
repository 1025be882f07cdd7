import AuthzCore
import AuthzEngine

/// Writes one log of SARIF 2.1.0 when all suites are done: a result for each case that failed or could not be decided.
struct SARIFSuiteReporter: SuiteReporter {
    let console: Console
    private var results = JSONWriter()

    init(_ console: Console) {
        self.console = console
        results.beginArray()
    }

    /// What a result can be about, with its identifier and a sentence.
    enum Rule: String, CaseIterable {
        case caseFailed = "case-failed"
        case caseError = "case-error"
        case notCovered = "not-covered"
        case mutantSurvived = "mutant-survived"

        var sentence: String {
            switch self {
            case .caseFailed: "A case got another decision than it expects."
            case .caseError: "A case could not be decided: it, its suite or its policies are wrong."
            case .mutantSurvived: "No case notices this fault in a policy."
            case .notCovered: "No case puts this part of a policy to the test."
            }
        }
    }

    mutating func report(_ result: CaseResult, explanation: String?) {
        guard result.status == .failed || result.status == .error else { return }
        let title = result.title.isEmpty ? result.suite : "\(result.suite): \(result.title)"
        let message = ([title] + result.complaint + [explanation ?? ""]).filter { !$0.isEmpty }
        write(
            result.status == .failed ? .caseFailed : .caseError, level: "error", message.joined(separator: "\n"),
            at: result.place, related: result.actual?.determiningPolicy?.location)
    }

    private mutating func write(
        _ rule: Rule, level: String, _ message: String, at place: SourceLocation, related: SourceLocation?
    ) {
        results.beginObject()
        results.member("ruleId", rule.rawValue)
        results.name("ruleIndex")
        results.integer(Rule.allCases.firstIndex(of: rule) ?? 0)
        results.member("level", level)
        Self.writeMessage(message, to: &results)
        results.name("locations")
        results.beginArray()
        Self.write(place, to: &results)
        results.endArray()
        if let related {
            results.name("relatedLocations")
            results.beginArray()
            Self.write(related, message: "the rule that decided", to: &results)
            results.endArray()
        }
        results.endObject()
    }

    private static func writeMessage(_ text: String, named name: String = "message", to json: inout JSONWriter) {
        json.name(name)
        json.beginObject()
        json.member("text", text)
        json.endObject()
    }

    private static func write(_ place: SourceLocation, message: String? = nil, to json: inout JSONWriter) {
        json.beginObject()
        json.name("physicalLocation")
        json.beginObject()
        json.name("artifactLocation")
        json.beginObject()
        json.member("uri", URIText.ofPath(place.file))
        json.endObject()
        json.name("region")
        json.beginObject()
        json.member("startLine", place.line)
        json.member("startColumn", place.column)
        json.endObject()
        json.endObject()
        if let message { writeMessage(message, to: &json) }
        json.endObject()
    }

    mutating func finish(_ outcome: SuiteOutcome) {
        for item in outcome.coverage?.uncovered ?? [] {
            write(.notCovered, level: "note", item.complaint, at: item.location, related: nil)
        }
        for survivor in outcome.mutation?.survivors ?? [] {
            let lines = [survivor.mutant.title, "This case would notice it:"] + survivor.witness.lines
            write(
                .mutantSurvived, level: "warning", lines.joined(separator: "\n"), at: survivor.mutant.location,
                related: nil)
        }
        results.endArray()
        var json = JSONWriter()
        json.beginObject()
        json.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        json.member("version", "2.1.0")
        json.name("runs")
        json.beginArray()
        json.beginObject()
        json.name("tool")
        json.beginObject()
        json.name("driver")
        json.beginObject()
        json.member("name", "authz test")
        json.member("version", ProductVersion.current)
        json.name("rules")
        json.beginArray()
        for rule in Rule.allCases {
            json.beginObject()
            json.member("id", rule.rawValue)
            Self.writeMessage(rule.sentence, named: "shortDescription", to: &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endObject()
        json.member("columnKind", "unicodeCodePoints")
        json.name("results")
        console.answers.write(json.bytes + results.bytes + Array("}]}\n".utf8))
    }
}
