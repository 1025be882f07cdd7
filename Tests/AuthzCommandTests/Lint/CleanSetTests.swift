import Foundation
import Testing

@testable import authz

@Suite struct CleanSetTests {
    /// All 500 take some minutes, so all runs but those that ask for more try the first ones.
    private static let count = ProcessInfo.processInfo.environment["AUTHZ_GENERATED"].flatMap(Int.init) ?? 100

    @Test("in sets of which nobody can complain nothing is found")
    func clean() throws {
        for seed in 0..<min(Self.count, 500) {
            let set = CleanSet(seed: UInt64(seed)).text
            let run = try LintRun(set)
            #expect(run.found == [], "seed \(seed):\n\(set)")
        }
    }
}
