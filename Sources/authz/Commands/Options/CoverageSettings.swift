/// What is to become of the coverage of a run, resolved.
struct CoverageSettings: Sendable, Equatable {
    var lcovPath: String?
    var htmlPath: String?
    /// In percent; less is a failure.
    var minimum: Int?
}
