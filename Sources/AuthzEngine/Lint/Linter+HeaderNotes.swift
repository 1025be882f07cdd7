import AuthzCore
import AuthzPolicy

extension Linter {
    /// Two conditions of a rule on one header whose values have nothing in common: both must hold, and hardly anybody sends two lines of it.
    var headerNotes: [LintNote] {
        documents.authorizationPolicies.flatMap { policy in
            policy.rules.enumerated().compactMap { ordinal, rule in
                let tests = rule.tests.filter { test in
                    guard test.side == .when, case .header = test.field else { return false }
                    return !test.lists.values.isEmpty && !test.lists.values.contains { $0.value.contains("*") }
                }
                for (index, test) in tests.enumerated() {
                    let values = Set(test.lists.values.map(\.value))
                    guard
                        tests.dropFirst(index + 1).contains(where: { other in
                            other.name.lowercased() == test.name.lowercased()
                                && values.isDisjoint(with: other.lists.values.map(\.value))
                        })
                    else { continue }
                    return LintNote(
                        policy: policy.reference,
                        message:
                            "two conditions of \(policy.reference.qualifiedName), rule \(ordinal + 1), are on \(test.name.quoted), and both must hold: no one line of it has both values",
                        hint: "where either value is enough, list both in one condition")
                }
                return nil
            }
        }
    }
}
