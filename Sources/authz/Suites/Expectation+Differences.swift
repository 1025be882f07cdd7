import AuthzCore
import AuthzEngine
import AuthzPolicy

extension Expectation {
    /// Where a decision is not as it is expected; only what the expectation names is compared. Values are compared, and put into
    /// words afterwards: a header `none` is not one that is absent.
    func differences(from actual: DecisionReport) -> [Difference] {
        var differences: [Difference] = []
        func compare<Value: Equatable>(
            _ field: String, _ expected: Value?, _ actual: @autoclosure () -> Value, _ words: (Value) -> String
        ) {
            guard let expected else { return }
            let actual = actual()
            guard expected != actual else { return }
            differences.append(Difference(field: field, expected: words(expected), actual: words(actual)))
        }
        compare("outcome", outcome?.rawValue, actual.outcome.rawValue) { $0 }
        compare("status", status, actual.status) { "\($0)" }
        compare("reason", reason?.value, actual.reason.rawValue) { $0 }
        let match = actual.determiningPolicy
        compare("policy", policy.map(\.names), match.map { [$0.policy.qualifiedName] } ?? [], Self.word)
        compare("rule", rule.map { ["\($0)"] }, (match?.rule).map { ["\($0)"] } ?? [], Self.word)
        for (name, values) in headers?.set ?? [] {
            let lines = actual.headersToSet.filter { $0.name == name }.flatMap(\.values)
            compare("headers.set.\(name)", values, lines, Self.list)
        }
        compare("headers.remove", (headers?.remove).map { Set($0) }, Set(actual.headersToRemove), Self.unorderedList)
        compare("audit", audit.map { Set($0) }, Set(actual.audit), Self.unorderedList)
        compare("dryRun.allow", dryRunAllow.map { [$0.rawValue] }, Self.dryRunWord(actual.dryRunAllow), Self.word)
        compare("dryRun.deny", dryRunDeny.map { [$0.rawValue] }, Self.dryRunWord(actual.dryRunDeny), Self.word)
        compare("custom", custom.map { Set($0) }, Set(actual.custom.map(\.provider)), Self.unorderedList)
        return differences
    }

    /// How the absence of a value is written.
    private static let nothing = "none"

    /// Of a value, or of none.
    private static func word(_ values: [String]) -> String { values.first ?? nothing }

    private static func unorderedList(_ values: Set<String>) -> String { list(values.sorted()) }

    /// The values divided by commas; one that could be taken for several, or for none, stands in quotes.
    private static func list(_ values: [String]) -> String {
        let words = values.map { value in
            guard value.isEmpty || value == nothing || value.contains(where: { ",\"".contains($0) }) else {
                return value
            }
            var writer = JSONWriter()
            writer.string(value)
            return writer.text
        }
        return words.isEmpty ? nothing : words.joined(separator: ", ")
    }

    private static func dryRunWord(_ outcome: Decision.Outcome?) -> [String] {
        outcome.map { [DecisionReport.dryRunWord($0)] } ?? []
    }
}

extension Expectation.Policy {
    /// The one that is to determine; empty where a default is.
    fileprivate var names: [String] {
        switch self {
        case .none: []
        case .named(let name): [name]
        }
    }
}
