import AuthzCore
import AuthzEngine
import AuthzPolicy

/// What became of one case.
struct CaseResult {
    enum Status: String, CaseIterable {
        case passed, failed, error, skipped
    }

    /// The file and the description of the suite.
    var suite: String
    /// The file of the suite.
    var file: String
    var name: String
    /// What tells apart the cases that lists made of one; empty without lists.
    var variant = ""
    var status: Status
    /// `nil` where the suite could not be read.
    var location: SourceLocation?
    /// What is wrong with the case, or with the suite where the result has no name; empty unless nothing could be decided.
    var problems: [Diagnostic] = []
    /// Where something stands that keeps the case from being run without being its own fault; another result tells it.
    var obstacle: SourceLocation?
    /// `nil` where the suite could not be read.
    var expected: Expectation?
    /// `nil` where nothing was decided.
    var actual: DecisionReport?
    /// What differs, of a failed case.
    var differences: [Difference] = []
    /// What is likely to be the cause of the differences.
    var hints: [String] = []
    /// Why the case was skipped or could not be decided.
    var remark: String?
    /// Where what ``remark`` says is wrong stands; `nil` where the remark says nothing that is.
    var cause: SourceLocation?
    /// What of the request is probably a slip, with what to write.
    var slips: [Diagnostic] = []

    /// The name with what tells the variant, without what could break a line.
    var title: String {
        (variant.isEmpty ? name : name.isEmpty ? "[\(variant)]" : "\(name) [\(variant)]").escapingControls
    }

    /// The place to point at: of what is wrong, or of the case.
    var place: SourceLocation {
        problems.first?.location ?? location ?? SourceLocation(file: file, line: 1, column: 1)
    }

    /// What did not go as it should, without the explanation: a line for each difference, or why nothing was decided. Nothing in it
    /// could break a line.
    var complaint: [String] {
        guard problems.isEmpty else {
            return problems.map { "\($0.location)".escapingControls + ": \(Self.sentence($0))" }
        }
        if let obstacle { return ["not run because of \(obstacle)".escapingControls] }
        guard differences.isEmpty else {
            return differences.map { "\($0.field): \($0.sentence)".escapingControls }
                + hints.map(\.escapingControls) + slipSentences
        }
        return [(remark ?? "").escapingControls].filter { !$0.isEmpty }
    }

    /// A line for each slip.
    var slipSentences: [String] {
        slips.map { "perhaps a slip: " + "\($0.location)".escapingControls + ": \(Self.sentence($0))" }
    }

    /// What is wrong, and what to write instead.
    static func sentence(_ problem: Diagnostic) -> String {
        (problem.message + (problem.hint.map { "; \($0)" } ?? "")).escapingControls
    }
}
