import AuthzCore
import AuthzEngine

extension Difference {
    /// The same, with a remark where a policy is expected that is none of these.
    func remarking(_ policySet: PolicySet) -> Difference {
        guard field == "policy" else { return self }
        let names = policySet.entries.map(\.reference.qualifiedName)
        guard expected.contains("/"), !names.contains(expected) else { return self }
        var difference = self
        difference.remark =
            "there is no policy \(expected.quoted)"
            + (NameSuggestion.qualifiedHint(for: expected, among: names).map { "; \($0)" } ?? "")
        return difference
    }
}
