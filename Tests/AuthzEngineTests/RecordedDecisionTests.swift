import AuthzEngine
import Foundation
import Testing

/// The decisions of a real Envoy 1.40.0 under the configuration that Istio generates.
@Suite struct RecordedDecisionTests {
    @Test(
        "every recorded decision is decided the same way, with an index of the rules and without",
        arguments: [
            "istio-envoy-sample", "assertions-authorization-policy", "assertions-peer-authentication",
            "assertions-request-authentication", "http-edges", "generated-9102", "generated-9103", "generated-9104",
            "generated-9105",
        ], [true, false])
    func recorded(_ file: String, isIndexed: Bool) throws {
        let allowsStricter = file == "assertions-request-authentication"
        let tally = try RecordedComparison.tally(
            RecordedCase.load(named: file), allowsStricter: allowsStricter, isIndexed: isIndexed)
        #expect(tally.cases > 100)
        #expect(tally.stricter == (allowsStricter ? RecordedComparison.stricter.count : 0))
        #expect(
            tally.agree + tally.stricter == tally.cases, "\(tally.text)\n\(tally.examples.joined(separator: "\n"))")
    }

    private static let given = ProcessInfo.processInfo.environment["AUTHZ_RECORDED"] ?? ""

    /// `make compare AUTHZ_RECORDED=FILE:FILE`.
    @Test("the answers of an oracle are ours", .enabled(if: !given.isEmpty))
    func compare() throws {
        for path in Self.given.split(separator: ":") {
            let url = URL(fileURLWithPath: String(path))
            let name = url.lastPathComponent
            let tally = try RecordedComparison.tally(
                RecordedCase.load(url), allowsStricter: name.hasPrefix("assertions-request-authentication"))
            print("\(name): \(tally.text)")
            #expect(
                tally.agree + tally.stricter == tally.cases, "\(name)\n\(tally.examples.joined(separator: "\n"))")
        }
    }
}
