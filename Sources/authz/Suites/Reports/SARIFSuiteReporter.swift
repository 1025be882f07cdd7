import AuthzCore
import AuthzEngine

/// Writes one log of SARIF 2.1.0 when all suites are done: a result for each case that failed or could not be decided.
struct SARIFSuiteReporter: SuiteReporter {
    let console: Console
    private var log = SARIFLog(
        tool: "authz test",
        rules: Rule.allCases.map { SARIFLog.Rule(identifier: $0.rawValue, sentence: $0.sentence) })

    init(_ console: Console) {
        self.console = console
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

    mutating func report(_ result: CaseResult, explanation: CaseExplanation?) {
        guard result.status == .failed || result.status == .error, result.obstacle == nil else { return }
        let title = result.title.isEmpty ? result.suite : "\(result.suite): \(result.title)"
        for problem in result.problems {
            add(.caseError, .error, [title, CaseResult.sentence(problem)], at: problem.location)
        }
        guard result.problems.isEmpty else { return }
        let message = ([title] + result.complaint + [explanation?.lines ?? ""]).filter { !$0.isEmpty }
        add(
            result.status == .failed ? .caseFailed : .caseError, .error, message, at: result.place,
            related: result.actual?.determiningPolicy?.location)
    }

    private mutating func add(
        _ rule: Rule, _ level: SARIFLog.Level, _ message: [String], at place: SourceLocation,
        related: SourceLocation? = nil
    ) {
        log.add(
            rule.rawValue, level, message.joined(separator: "\n"), at: place,
            related: related.map { ($0, "the rule that decided") })
    }

    mutating func finish(_ outcome: SuiteOutcome) {
        for item in outcome.coverage?.uncovered ?? [] { add(.notCovered, .note, [item.complaint], at: item.location) }
        for survivor in outcome.mutation?.survivors ?? [] {
            let lines = [survivor.mutant.title, survivor.killingCase.heading] + survivor.killingCase.lines
            add(.mutantSurvived, .warning, lines, at: survivor.mutant.location)
        }
        console.answers.write(log.finished)
    }
}
