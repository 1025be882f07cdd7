/// A field of a decision that is not as the case expects it.
struct Difference: Equatable {
    /// As it is called in `expect`.
    var field: String
    var expected: String
    var actual: String
}
