import AuthzCore
import AuthzEngine
import AuthzPolicy
import Foundation

/// Decides recorded cases and tells what differs from the answers of Envoy.
struct RecordedComparison {
    /// What differs, the worst first.
    enum Kind: String, Sendable, CaseIterable {
        case wrongAllow = "wrong allows"
        case wrongDeny = "wrong denies"
        case status, body
        case challenge = "www-authenticate"
        case forwarded = "forwarded headers"
        case path = "paths"
        case dryRun = "dry runs"
        case audit = "audits"
    }

    struct Difference: Sendable {
        var kind: Kind
        var text: String
    }

    /// What one file comes to.
    struct Tally: Sendable {
        var cases = 0
        var agree = 0
        /// Those that ``stricter`` names and that are refused here.
        var stricter = 0
        var counts: [Kind: Int] = [:]
        /// The first of what differs, in words.
        var examples: [String] = []

        var text: String {
            let differences = Kind.allCases.map { "\($0.rawValue) \(counts[$0, default: 0])" }.joined(separator: ", ")
            return "\(cases) cases, \(agree) agree, \(stricter) stricter by the list; \(differences)"
        }
    }

    /// The numbers of cases on request authentication where `authz` refuses on purpose what Envoy takes: malformed tokens and
    /// keys, as the README lists them.
    static let stricter: Set<String> = [
        "57a", "57b", "57c", "57d", "58a", "59d", "59f", "135b", "100g", "65a", "65b", "65c", "65d", "65e", "65f",
        "65h", "65i", "65aq", "67c", "67d", "63a", "97a", "97b", "107a", "107c", "107d", "107e", "107f", "102b", "102c",
    ]

    private var options = CompileOptions()
    private var points: [RecordedCase.Policies: DecisionPoint] = [:]
    private var workspace = Workspace()
    private var request = CheckRequest()
    private let now = Int64(Date().timeIntervalSince1970)

    /// Compares the cases of a file.
    ///
    /// - Parameters:
    ///   - allowsStricter: Whether ``stricter`` numbers cases of this file.
    ///   - isIndexed: Whether rules are always found through the index, or never; `nil` is as in the product.
    static func tally(_ cases: [RecordedCase], allowsStricter: Bool, isIndexed: Bool? = nil) throws -> Tally {
        var comparison = RecordedComparison()
        if let isIndexed { comparison.options.ruleIndexThreshold = isIndexed ? 0 : .max }
        var tally = Tally()
        for one in cases {
            tally.cases += 1
            let differences = try comparison.differences(of: one)
            if allowsStricter, stricter.contains(one.id), let first = differences.first, first.kind != .wrongAllow {
                tally.stricter += 1
            } else if differences.isEmpty {
                tally.agree += 1
            } else {
                for kind in Set(differences.map(\.kind)) { tally.counts[kind, default: 0] += 1 }
                let words = differences.map(\.text).joined(separator: "; ")
                if tally.examples.count < 20 { tally.examples.append("\(one.id): \(words)") }
            }
        }
        return tally
    }

    private mutating func differences(of one: RecordedCase) throws -> [Difference] {
        let point = try points[one.policies] ?? one.decisionPoint(options)
        points[one.policies] = point
        let document = one.document
        let workload = point.policySet.workload(for: document.destination)
        request.fill(from: document, for: workload, in: point.policySet)
        var trace: Trace?
        let decision = point.decide(&request, for: workload, now: now, in: &workspace, trace: &trace)
        let report = DecisionReport(
            decision, of: request, sentPath: document.request?.path, for: FoundWorkload(workload: workload), at: point,
            in: workspace)
        return Self.differences(of: report, from: one.expect) + forwardedDifferences(from: one.expect)
    }

    private static func differences(
        of report: DecisionReport, from expect: RecordedCase.Expectation
    ) -> [Difference] {
        var differences: [Difference] = []
        func compare<Value: Equatable>(_ kind: Kind, _ actual: Value?, _ wanted: Value?) {
            guard actual != wanted else { return }
            let texts = [actual, wanted].map { $0.map { "\($0)" } ?? "absent" }
            differences.append(Difference(kind: kind, text: "\(kind.rawValue): \(texts[0]), not \(texts[1])"))
        }
        if (report.outcome == .allow) != expect.allowed {
            let kind = expect.allowed ? Kind.wrongDeny : .wrongAllow
            differences.append(Difference(kind: kind, text: "\(report.outcome), \(report.reason.rawValue)"))
        }
        if !expect.allowed {
            compare(.status, report.status, expect.status)
            compare(.body, report.body, expect.body ?? "")
            let challenge = report.responseHeaders.first { $0.name == "www-authenticate" }?.value
            compare(.challenge, challenge, expect.wwwAuthenticate)
        } else if let path = expect.pathSeen {
            compare(.path, report.path, path)
        }
        if let audited = expect.audited { compare(.audit, !report.audit.isEmpty, audited) }
        if let allow = expect.dryRun?["allow"] {
            compare(.dryRun, report.dryRunAllow.map(DecisionReport.dryRunWord), allow)
        }
        if let deny = expect.dryRun?["deny"] {
            compare(.dryRun, report.dryRunDeny.map(DecisionReport.dryRunWord), deny)
        }
        return differences
    }

    /// The headers that JWT rules write or remove, as the upstream gets them; of several lines the first.
    private func forwardedDifferences(from expect: RecordedCase.Expectation) -> [Difference] {
        guard expect.allowed else { return [] }
        return (expect.forwarded ?? [:]).compactMap { name, wanted in
            let field = request.operation.headers.first { request.text($0.name) == name.lowercased() }
            let actual = field.map { request.text($0.value) }
            guard actual != wanted else { return nil }
            return Difference(
                kind: .forwarded, text: "header \(name): \(actual ?? "absent"), not \(wanted ?? "absent")")
        }
    }
}
