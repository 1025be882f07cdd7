import AuthzCore
import AuthzEngine
import AuthzPolicy
import Glibc

/// Prints a result line for each benchmark and fails where a budget is exceeded.
///
/// - Parameter group: `decide` or `token`; all where it is `nil`.
func run(_ group: String?) throws(InputError) -> Bool {
    var results: [Benchmark.Result] = []
    for count in [10, 100, 1000, 10_000] where group != "token" {
        results.append(try DecideBenchmarks.lastRule(of: count))
        print(results[results.count - 1].line)
    }
    let growth = group == "token" ? [] : try WorstCases.run { print($0.line) }
    var isWithinBudget = growth.allSatisfy(\.isWithinBound)
    if group != "decide" {
        let tokens = TokenBenchmarks()
        for result in tokens.cacheHits() {
            results.append(result)
            print(result.line)
        }
        for ratio in tokens.coldVerifications() {
            print(ratio.line)
            isWithinBudget = isWithinBudget && ratio.isWithinBudget
        }
    }
    return isWithinBudget && results.allSatisfy(\.isWithinBudget)
}

do throws(InputError) {
    exit(try run(CommandLine.arguments.dropFirst().first) ? 0 : 1)
} catch {
    print(error.diagnostics)
    exit(2)
}
