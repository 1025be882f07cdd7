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
    /// Where what is wrong with the suite or its policies is written; `nil` unless nothing could be decided.
    var problemLocation: SourceLocation?
    /// `nil` where the suite could not be read.
    var expected: Expectation?
    /// `nil` where nothing was decided.
    var actual: DecisionReport?
    /// What differs, of a failed case.
    var differences: [Difference] = []
    /// Why the case was skipped or could not be decided.
    var remark: String?

    /// The name with what tells the variant, without what could break a line.
    var title: String {
        (variant.isEmpty ? name : name.isEmpty ? "[\(variant)]" : "\(name) [\(variant)]").escapingControls
    }

    /// The place to point at: of the case, or of what is wrong.
    var place: SourceLocation { location ?? problemLocation ?? SourceLocation(file: file, line: 1, column: 1) }

    /// What did not go as it should, without the explanation: a line for each difference, or why nothing was decided. Nothing in it
    /// could break a line.
    var complaint: [String] {
        guard differences.isEmpty else {
            return differences.map { "\($0.field): expected \($0.expected), got \($0.actual)".escapingControls }
        }
        return [(remark ?? "").escapingControls].filter { !$0.isEmpty }
    }
}
