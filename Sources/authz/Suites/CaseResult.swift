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
    var name: String
    /// What tells apart the cases that lists made of one; empty without lists.
    var variant = ""
    var status: Status
    /// `nil` where the suite could not be read.
    var location: SourceLocation?
    /// `nil` where the suite could not be read.
    var expected: Expectation?
    /// `nil` where nothing was decided.
    var actual: DecisionReport?
    /// What differs, of a failed case.
    var differences: [Difference] = []
    /// Why the case was skipped or could not be decided.
    var remark: String?
}
