import AuthzEngine
import Synchronization

/// The decisions since the start, for all event loops. A class because they share it.
package final class CheckMetrics: MetricsSource {
    private static let reasonCount = Reason.allCases.count
    private static let outcomeCount = 2
    private static let bucketCount = DurationBuckets.bounds.count + 1
    /// Of one API: a counter for each outcome and reason, the buckets, and the sum of the durations in nanoseconds.
    private static let stride = outcomeCount * reasonCount + bucketCount + 1

    /// Denials that alerts are made of: a rate needs the 0 before the first one.
    private static let alwaysShown: Set<Reason> = [.internalError, .requestInvalid, .keysUnavailable]

    private let store: SnapshotStore
    private let counters = Counters(count: CheckAPI.allCases.count * stride)
    private let loops = Atomic(0)

    /// - Parameter store: Its policies name issuers and dry runs.
    package init(store: SnapshotStore) {
        self.store = store
    }

    /// A meter for one event loop.
    package func makeMeter() -> CheckMeter {
        CheckMeter(counters: counters, loop: loops.wrappingAdd(1, ordering: .relaxed).oldValue)
    }

    static func place(of outcome: Decision.Outcome, reason: Int, api: CheckAPI) -> Int {
        switch outcome {
        case .allow: api.place * stride + reason
        case .deny: api.place * stride + reasonCount + reason
        }
    }

    static func place(ofBucket bucket: Int, api: CheckAPI) -> Int {
        api.place * stride + outcomeCount * reasonCount + bucket
    }

    static func placeOfSum(api: CheckAPI) -> Int { api.place * stride + stride - 1 }

    package func write(to writer: inout MetricsWriter) {
        writeRequests(to: &writer)
        writeDurations(to: &writer)
        let policies = store.current.counters
        writeDryRuns(policies, to: &writer)
        writeTokens(policies, to: &writer)
    }

    private func writeRequests(to writer: inout MetricsWriter) {
        writer.family(
            "authz_check_requests_total", .counter,
            help:
                "Decisions by interface, outcome and reason; what never happened has no sample, but for what is wrong.")
        for api in CheckAPI.allCases {
            for outcome in [Decision.Outcome.allow, .deny] {
                for reason in Reason.allCases {
                    let count = counters[Self.place(of: outcome, reason: reason.place, api: api)]
                    guard count > 0 || outcome == .deny && Self.alwaysShown.contains(reason) else { continue }
                    writer.sample(
                        count, [("api", api.rawValue), ("outcome", outcome.rawValue), ("reason", reason.rawValue)])
                }
            }
        }
    }

    private func writeDurations(to writer: inout MetricsWriter) {
        writer.family(
            "authz_check_duration_seconds", .histogram,
            help: "Time from a complete request to its decision, without the network.")
        for api in CheckAPI.allCases {
            let buckets = (0..<Self.bucketCount).map { counters[Self.place(ofBucket: $0, api: api)] }
            let total = buckets.reduce(0, +)
            guard total > 0 else { continue }
            var below = 0
            for (bucket, label) in DurationBuckets.labels.enumerated() {
                below += buckets[bucket]
                writer.sample(below, suffix: "_bucket", [("api", api.rawValue), ("le", label)])
            }
            writer.sample(total, suffix: "_bucket", [("api", api.rawValue), ("le", "+Inf")])
            let sum = Double(counters[Self.placeOfSum(api: api)]) / 1e9
            writer.sample(sum, suffix: "_sum", [("api", api.rawValue)])
            writer.sample(total, suffix: "_count", [("api", api.rawValue)])
        }
    }

    private func writeDryRuns(_ policies: PolicyCounters, to writer: inout MetricsWriter) {
        writer.family(
            "authz_dry_run_total", .counter,
            help: "What dry-run policies would have decided; without a policy where none of them matched.")
        let keys = policies.dryRuns.sorted { ($0.key.namespace, $0.key.policy) < ($1.key.namespace, $1.key.policy) }
        for (key, counters) in keys {
            for (place, would) in [Decision.Outcome.allow, .deny].enumerated() {
                let count = counters[place]
                guard count > 0 else { continue }
                let labels: [MetricsWriter.Label] = [
                    ("namespace", key.namespace), ("policy", key.policy), ("would", would.rawValue),
                ]
                writer.sample(count, labels)
            }
        }
    }

    private func writeTokens(_ policies: PolicyCounters, to writer: inout MetricsWriter) {
        writer.family(
            "authz_jwt_verifications_total", .counter,
            help:
                "Requests with a token, by the issuer of the rule that judged it; other where no rule names the issuer."
        )
        for (issuer, counters) in policies.tokens.sorted(by: { $0.key < $1.key }) {
            for (place, result) in PolicyCounters.tokenResults.enumerated() {
                let count = counters[place]
                if count > 0 { writer.sample(count, [("issuer", issuer), ("result", result.label)]) }
            }
        }
    }
}
