/// A field of a decision that is not as the case expects it.
struct Difference: Equatable {
    /// As it is called in `expect`.
    var field: String
    var expected: String
    var actual: String
    /// What makes the expectation one that no decision meets; `nil` where one might.
    var remark: String?

    /// What follows the field in a line.
    var sentence: String { "expected \(expected), got \(actual)" + (remark.map { "; \($0)" } ?? "") }
}
