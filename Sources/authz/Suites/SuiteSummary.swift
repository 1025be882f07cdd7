import AuthzCore

/// How many cases came to what.
struct SuiteSummary {
    private(set) var counts: [CaseResult.Status: Int] = [:]

    subscript(status: CaseResult.Status) -> Int { counts[status] ?? 0 }

    mutating func count(_ status: CaseResult.Status) {
        counts[status, default: 0] += 1
    }

    mutating func add(_ other: SuiteSummary) {
        counts.merge(other.counts) { $0 + $1 }
    }

    var total: Int { counts.values.reduce(0, +) }

    /// Whether there is a case that was not skipped.
    var hasRun: Bool { total > self[.skipped] }

    /// 2 where a case had no answer, 1 where one failed, else 0.
    var exitStatus: Int32 {
        if self[.error] > 0 { return 2 }
        return self[.failed] > 0 ? 1 : 0
    }

    /// Such as `12 passed, 1 failed, 2 skipped`; errors and skipped cases only where there are any.
    var text: String {
        var parts = ["\(self[.passed]) passed", "\(self[.failed]) failed"]
        if self[.error] > 0 { parts.append(self[.error] == 1 ? "1 error" : "\(self[.error]) errors") }
        if self[.skipped] > 0 { parts.append("\(self[.skipped]) skipped") }
        return parts.joined(separator: ", ")
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        for (name, status) in [
            ("passed", CaseResult.Status.passed), ("failed", .failed), ("errors", .error), ("skipped", .skipped),
        ] {
            json.name(name)
            json.integer(self[status])
        }
        json.endObject()
    }
}
