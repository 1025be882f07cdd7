/// What a run of suites came to.
struct SuiteOutcome {
    var summary: SuiteSummary
    /// `nil` where it is not asked for.
    var coverage: CoverageReport?
    /// The least percentage of ``coverage`` that will do.
    var coverageMinimum: Int?
    /// `nil` where it is not asked for, or not all cases pass.
    var mutation: MutationReport?

    /// 2 where a case had no answer, 1 where something is not as it should be, else 0.
    var exitStatus: Int32 {
        let hasFindings = isCoverageTooLow || mutation?.survivors.isEmpty == false
        return max(summary.exitStatus, hasFindings ? 1 : 0)
    }

    /// What is covered, and what was asked for, where that is more.
    var coverageShortfall: String? {
        guard isCoverageTooLow, let coverage, let coverageMinimum else { return nil }
        return "the coverage is \(coverage.share().percent), and \(coverageMinimum)% is asked for"
    }

    /// Whether less is covered than is asked for, or nobody knows how much.
    var isCoverageTooLow: Bool {
        guard let coverage, let coverageMinimum else { return false }
        return coverage.share().perMille.map { $0 < coverageMinimum * 10 } ?? true
    }
}
