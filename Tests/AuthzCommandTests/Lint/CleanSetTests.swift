import Testing

@testable import authz

@Suite struct CleanSetTests {
    @Test("in 500 sets of which nobody can complain nothing is found")
    func clean() throws {
        for seed in 0..<500 {
            let set = CleanSet(seed: UInt64(seed)).text
            let run = try LintRun(set)
            #expect(run.found == [], "seed \(seed):\n\(set)")
        }
    }
}
