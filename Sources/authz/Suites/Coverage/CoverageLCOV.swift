import AuthzCore
import AuthzEngine

/// Coverage as a tracefile of lcov: policies stand for functions, and the values of a line that has several for its branches. A line
/// counts as often as the part of it that was put to the test least often.
struct CoverageLCOV {
    let report: CoverageReport

    var text: String {
        report.files.map(record).joined()
    }

    private func record(_ file: String) -> String {
        let entries = report.entries.filter { $0.item.location.file == file }
        var text = "TN:\nSF:\(file)\n"
        let policies = entries.filter { $0.item.kind == .policy }
        for entry in policies { text += "FN:\(entry.item.location.line),\(Self.name(entry.item))\n" }
        for entry in policies { text += "FNDA:\(entry.hits),\(Self.name(entry.item))\n" }
        text += "FNF:\(policies.count)\nFNH:\(policies.count { $0.hits > 0 })\n"

        var lines: [Int: [CoverageReport.Entry]] = [:]
        for entry in entries { lines[entry.item.location.line, default: []].append(entry) }
        let sorted = lines.sorted { $0.key < $1.key }
        var branches: [Int] = []
        for (line, entries) in sorted {
            let values = entries.filter { $0.item.kind == .value }
            guard values.count > 1 else { continue }
            for (index, value) in values.enumerated() {
                text += "BRDA:\(line),0,\(index),\(value.hits)\n"
                branches.append(value.hits)
            }
        }
        text += "BRF:\(branches.count)\nBRH:\(branches.count { $0 > 0 })\n"

        let counts = sorted.map { (line: $0.key, hits: $0.value.map(\.hits).min() ?? 0) }
        for count in counts { text += "DA:\(count.line),\(count.hits)\n" }
        return text + "LF:\(counts.count)\nLH:\(counts.count { $0.hits > 0 })\nend_of_record\n"
    }

    private static func name(_ item: CoverageItem) -> String {
        "\(item.policy.kind.rawValue) \(item.policy.qualifiedName)"
    }
}
