import AuthzCore
import AuthzEngine

/// Coverage as a tracefile of lcov: policies stand for functions, and what stands together on a line, its rule and values, for its
/// branches. A line counts as often as the part of it that was put to the test most often: to lcov 2 a line that is not hit and
/// has a branch that is, or the other way round, is no coverage at all.
struct CoverageLCOV {
    let report: CoverageReport

    var text: String {
        report.files.map(record).joined()
    }

    private func record(_ file: String) -> String {
        let entries = report.entries.filter { $0.item.location.file == file }
        var text = "TN:\nSF:\(file)\n"
        let policies = Self.functions(entries.filter { $0.item.kind == .policy })
        for policy in policies { text += "FN:\(policy.line),\(policy.name)\n" }
        for policy in policies { text += "FNDA:\(policy.hits),\(policy.name)\n" }
        text += "FNF:\(policies.count)\nFNH:\(policies.count { $0.hits > 0 })\n"

        var lines: [Int: [Int]] = [:]
        for entry in entries { lines[entry.item.location.line, default: []].append(entry.hits) }
        let sorted = lines.sorted { $0.key < $1.key }
        let branches = sorted.filter { $0.value.count > 1 }
        for (line, hits) in branches {
            for (index, count) in hits.enumerated() { text += "BRDA:\(line),0,\(index),\(count)\n" }
        }
        let branchHits = branches.flatMap(\.value)
        text += "BRF:\(branchHits.count)\nBRH:\(branchHits.count { $0 > 0 })\n"

        let counts = sorted.map { (line: $0.key, hits: $0.value.max() ?? 0) }
        for count in counts { text += "DA:\(count.line),\(count.hits)\n" }
        return text + "LF:\(counts.count)\nLH:\(counts.count { $0.hits > 0 })\nend_of_record\n"
    }

    /// Suites of one file may have policies of one name: a function has a name of its own.
    private static func functions(_ policies: [CoverageReport.Entry]) -> [(name: String, line: Int, hits: Int)] {
        var known: Set<String> = []
        return policies.map { entry in
            let item = entry.item
            let name = "\(item.policy.kind.rawValue) \(item.policy.qualifiedName)"
            let place = "\(item.location.line):\(item.location.column)"
            return (known.insert(name).inserted ? name : "\(name) at \(place)", item.location.line, entry.hits)
        }
    }
}
