import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Filling a request and deciding it, where only the last rule matches.
enum DecideBenchmarks {
    /// The budget is that of allocations; the time grows with the rules.
    static func lastRule(of count: Int) throws(InputError) -> Benchmark.Result {
        let point = try RuleSets.decisionPoint(RuleSets.policies(count))
        let workload = RuleSets.workload(point)
        // Rules are tried in Envoy's order, which is that of bytes: `p9…9` is the last.
        let templates = templates(forRule: count - 1)
        var request = CheckRequest()
        var workspace = Workspace()
        var allowed = 0
        let result = Benchmark.run(
            "decide/\(count)-rules/last", batch: max(20, 20_000 / count),
            budget: .init(nanoseconds: nil)
        ) { index in
            templates.span[index & 63].fill(&request)
            var trace: Trace?
            let decision = point.decide(&request, for: workload, now: 1_800_000_000, in: &workspace, trace: &trace)
            if decision.outcome == .allow { allowed += 1 }
        }
        precondition(allowed > 0, "the last rule matches every request")
        return result
    }

    /// The part of it that fills the request.
    static func fill() -> Benchmark.Result {
        let templates = templates(forRule: 9)
        var request = CheckRequest()
        return Benchmark.run("decide/fill-alone", batch: 2_000, budget: .init(nanoseconds: nil)) { index in
            templates.span[index & 63].fill(&request)
        }
    }

    private static func templates(forRule number: Int) -> [RequestTemplate] {
        (0..<64).map { item in
            RequestTemplate(
                principal: "spiffe://cluster.local/ns/production/sa/client-\(number)",
                path: "/api/v1/resource-\(number)/items/\(item)")
        }
    }
}
