import AuthzCore
import AuthzEngine
import AuthzPolicy
import Glibc

/// Prints a result line for each benchmark and fails where a budget is exceeded.
func runAll() throws(InputError) -> Bool {
    var results: [Benchmark.Result] = []
    for count in [10, 100, 1000, 10_000] {
        results.append(try DecideBenchmarks.lastRule(of: count))
        print(results[results.count - 1].line)
    }
    let growth = try WorstCases.run { print($0.line) }
    return results.allSatisfy(\.isWithinBudget) && growth.allSatisfy(\.isWithinBound)
}

do throws(InputError) {
    exit(try runAll() ? 0 : 1)
} catch {
    print(error.diagnostics)
    exit(2)
}
