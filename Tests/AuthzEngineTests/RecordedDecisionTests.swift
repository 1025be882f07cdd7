import AuthzCore
import AuthzEngine
import AuthzPolicy
import Foundation
import Testing

/// The decisions of a real Envoy 1.40.0 under the configuration that Istio generates.
@Suite struct RecordedDecisionTests {
    /// Where `authz` is stricter than Envoy on purpose: malformed tokens and keys, as the README lists them.
    static let stricter: Set<String> = [
        "57a", "57b", "57c", "57d", "58a", "59d", "59f", "135b", "100g", "65a", "65b", "65c", "65d", "65e", "65f",
        "65h", "65i",
        "65aq", "67c", "67d", "63a", "97a", "97b", "107a", "107c", "107d", "107e", "107f", "102b", "102c",
    ]

    @Test(
        "every recorded decision is decided the same way, with an index of the rules and without",
        arguments: [
            "istio-envoy-sample", "assertions-authorization-policy", "assertions-peer-authentication",
            "assertions-request-authentication", "http-edges",
        ], [true, false])
    func recorded(_ file: String, isIndexed: Bool) throws {
        let cases = try RecordedCase.load(file)
        #expect(!cases.isEmpty)
        var workspace = Workspace()
        var request = CheckRequest()
        for one in cases {
            let isStricter = file == "assertions-request-authentication" && Self.stricter.contains(one.id)
            var options = CompileOptions()
            options.ruleIndexThreshold = isIndexed ? 0 : .max
            let point = try one.decisionPoint(options)
            let document = one.document
            let workload = try #require(point.policySet.workload(for: document.destination))
            request.fill(from: document, for: workload, in: point.policySet)
            var trace: Trace?
            let decision = point.decide(
                &request, for: workload, now: Int64(Date().timeIntervalSince1970), in: &workspace, trace: &trace)
            let report = DecisionReport(
                decision, of: request, sentPath: document.request?.path, for: workload, at: point, in: workspace)
            let differences =
                differences(of: report, from: one.expect) + differences(of: request, from: one.expect, ofOne: one.id)
            if isStricter {
                #expect(report.outcome == .deny && !differences.isEmpty, "\(one.id) is no longer stricter than Envoy")
            } else {
                #expect(
                    differences.isEmpty, "\(one.id): \(differences.joined(separator: "; ")) [\(report.reason.rawValue)]"
                )
            }
        }
    }

    private func differences(of report: DecisionReport, from expect: RecordedCase.Expectation) -> [String] {
        var differences: [String] = []
        func compare<Value: Equatable>(_ what: String, _ actual: Value, _ wanted: Value) {
            if actual != wanted { differences.append("\(what) is \(actual), not \(wanted)") }
        }
        compare("outcome", report.outcome == .allow, expect.allowed)
        if !expect.allowed {
            compare("status", report.status, expect.status)
            compare("body", report.body, expect.body ?? "")
            compare(
                "www-authenticate", report.responseHeaders.first { $0.name == "www-authenticate" }?.value,
                expect.wwwAuthenticate)
        }
        if let audited = expect.audited { compare("audited", !report.audit.isEmpty, audited) }
        if let allow = expect.dryRun?["allow"] {
            compare("dry-run allow", report.dryRunAllow.map(DecisionReport.dryRunWord), allow)
        }
        if let deny = expect.dryRun?["deny"] {
            compare("dry-run deny", report.dryRunDeny.map(DecisionReport.dryRunWord), deny)
        }
        if expect.allowed, let path = expect.pathSeen { compare("path", report.path, path) }
        return differences
    }

    /// The headers that JWT rules write or remove, as the upstream gets them.
    private func differences(
        of request: CheckRequest, from expect: RecordedCase.Expectation, ofOne id: String
    ) -> [String] {
        guard expect.allowed else { return [] }
        return (expect.forwarded ?? [:]).compactMap { name, wanted in
            let field = request.operation.headers.first { request.text($0.name) == name.lowercased() }
            let actual = field.map { request.text($0.value) }
            return actual == wanted ? nil : "header \(name) is \(actual ?? "absent"), not \(wanted ?? "absent")"
        }
    }
}
