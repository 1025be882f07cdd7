import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Gathers what the cases of a run put to the test, over all policy sets that its suites are decided by.
struct CoverageBook {
    /// The sets with what was counted. Each is kept, as its identity is the key.
    private var sets: [(policySet: PolicySet, coverage: PolicyCoverage)] = []
    private var indices: [ObjectIdentifier: Int] = [:]
    private var sources = SourceTexts()
    private var hasRun = false

    /// Adds the policies of a suite, unless they are there already.
    mutating func add(_ policies: OfflinePolicies) {
        let policySet = policies.decisionPoint.policySet
        guard indices[ObjectIdentifier(policySet)] == nil else { return }
        indices[ObjectIdentifier(policySet)] = sets.count
        sets.append((policySet, PolicyCoverage(policies.documents, compiled: policySet)))
        sources.merge(policies.sources)
    }

    /// Counts what one case put to the test.
    mutating func count(_ steps: CoverageSteps, of policies: OfflinePolicies) {
        guard let index = indices[ObjectIdentifier(policies.decisionPoint.policySet)] else { return }
        sets[index].coverage.count(steps)
        hasRun = true
    }

    /// What of all policies was put to the test. What several sets read from one place is one item.
    func report() -> CoverageReport {
        var entries: [CoverageReport.Entry] = []
        var known: [String: Int] = [:]
        for (_, coverage) in sets {
            for (item, hits) in zip(coverage.items, coverage.hits) {
                let place = item.location
                let file = InputFile.canonicalPath(place.file) ?? place.file
                let key = "\(file):\(place.line):\(place.column) \(item.kind.rawValue) \(item.title)"
                if let index = known[key] {
                    entries[index].hits += hits
                } else {
                    known[key] = entries.count
                    entries.append(CoverageReport.Entry(item: item, hits: hits))
                }
            }
        }
        let order = CoverageItem.Kind.allCases
        entries.sort { left, right in
            if left.item.location != right.item.location { return left.item.location < right.item.location }
            return (order.firstIndex(of: left.item.kind) ?? 0) < (order.firstIndex(of: right.item.kind) ?? 0)
        }
        return CoverageReport(entries: entries, sources: sources, hasRun: hasRun)
    }
}
