import AuthzCore
import AuthzEngine

extension DecisionReport {
    /// The members of an `expect` that this decision meets and another one does not: outcome and status, and what else differs.
    func expectation(unlike other: DecisionReport) -> [(String, String)] {
        var members = [("outcome", outcome.rawValue), ("status", "\(status)")]
        if outcome == other.outcome, status == other.status {
            if reason != other.reason { members.append(("reason", reason.rawValue)) }
            if let headers = headers(unlike: other) { members.append(("headers", headers)) }
            if Set(audit) != Set(other.audit) { members.append(("audit", FlowText.list(audit))) }
            let dryRuns = [("allow", dryRunAllow, other.dryRunAllow), ("deny", dryRunDeny, other.dryRunDeny)]
            let words = dryRuns.compactMap { name, mine, others in
                mine == others ? nil : mine.map { (name, DecisionReport.dryRunWord($0)) }
            }
            if !words.isEmpty { members.append(("dryRun", FlowText.mapping(words))) }
            let providers = custom.map(\.provider)
            if Set(providers) != Set(other.custom.map(\.provider)) {
                members.append(("custom", FlowText.list(providers)))
            }
        }
        return members
    }

    private func headers(unlike other: DecisionReport) -> String? {
        var members: [(String, String)] = []
        let names = Set(headersToSet.map(\.name) + other.headersToSet.map(\.name)).sorted()
        let changed = names.filter { name in
            headersToSet.first { $0.name == name }?.values != other.headersToSet.first { $0.name == name }?.values
        }
        if !changed.isEmpty {
            let set = changed.map { name in
                (name, headersToSet.first { $0.name == name }.map { FlowText.list($0.values) } ?? "[]")
            }
            members.append(("set", FlowText.mapping(set)))
        }
        if Set(headersToRemove) != Set(other.headersToRemove) {
            members.append(("remove", FlowText.list(headersToRemove)))
        }
        return members.isEmpty ? nil : FlowText.mapping(members)
    }
}
