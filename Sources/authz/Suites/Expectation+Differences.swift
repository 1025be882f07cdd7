import AuthzCore
import AuthzEngine
import AuthzPolicy

extension Expectation {
    /// Where a decision is not as it is expected; only what the expectation names is compared.
    func differences(from actual: DecisionReport) -> [Difference] {
        var differences: [Difference] = []
        func compare(_ field: String, _ expected: String?, _ actual: @autoclosure () -> String) {
            guard let expected else { return }
            let actual = actual()
            if expected != actual { differences.append(Difference(field: field, expected: expected, actual: actual)) }
        }
        compare("outcome", outcome?.rawValue, actual.outcome.rawValue)
        compare("status", status.map(String.init), String(actual.status))
        compare("reason", reason?.value, actual.reason.rawValue)
        compare("policy", policy?.text, actual.determiningPolicy?.policy.qualifiedName ?? Self.nothing)
        compare("rule", rule.map(String.init), actual.determiningPolicy?.rule.map(String.init) ?? Self.nothing)
        for (name, values) in headers?.set ?? [] {
            let lines = actual.headersToSet.filter { $0.name == name }.flatMap(\.values)
            compare("headers.set.\(name)", Self.list(values), Self.list(lines))
        }
        compare("headers.remove", (headers?.remove).map(Self.unorderedList), Self.unorderedList(actual.headersToRemove))
        compare("audit", audit.map(Self.unorderedList), Self.unorderedList(actual.audit))
        compare("dryRun.allow", dryRunAllow?.rawValue, Self.dryRunWord(actual.dryRunAllow))
        compare("dryRun.deny", dryRunDeny?.rawValue, Self.dryRunWord(actual.dryRunDeny))
        compare("custom", custom.map(Self.unorderedList), Self.unorderedList(actual.custom.map(\.provider)))
        return differences
    }

    /// How the absence of a value is written.
    fileprivate static let nothing = "none"

    private static func list(_ values: [String]) -> String {
        values.isEmpty ? nothing : values.joined(separator: ", ")
    }

    private static func unorderedList(_ values: [String]) -> String {
        list(Set(values).sorted())
    }

    private static func dryRunWord(_ outcome: Decision.Outcome?) -> String {
        outcome.map(DecisionReport.dryRunWord) ?? nothing
    }
}

extension Expectation.Policy {
    fileprivate var text: String {
        switch self {
        case .none: Expectation.nothing
        case .named(let name): name
        }
    }
}
