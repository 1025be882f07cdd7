import AuthzCore
import AuthzEngine
import AuthzPolicy
import Glibc

/// Prints a result line for each benchmark and fails where a budget is exceeded.
///
/// - Parameter group: `decide`, `check` or `token`; all where it is `nil`.
func run(_ group: String?) throws(InputError) -> Bool {
    var results: [Benchmark.Result] = []
    func add(_ result: Benchmark.Result) {
        results.append(result)
        print(result.line)
    }
    for count in [10, 100, 1000, 10_000] where group ?? "decide" == "decide" {
        add(try DecideBenchmarks.lastRule(of: count))
    }
    if group ?? "decide" == "decide" { add(DecideBenchmarks.fill()) }
    for count in [10, 1000] where group ?? "check" == "check" { add(try CheckBenchmarks.lastRule(of: count)) }
    let growth = group ?? "decide" == "decide" ? try WorstCases.run { print($0.line) } : []
    var isWithinBudget = growth.allSatisfy(\.isWithinBound)
    if group ?? "token" == "token" {
        let tokens = TokenBenchmarks()
        for result in tokens.cacheHits() {
            add(result)
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
