import AuthzCore
import AuthzEngine

extension Difference {
    /// The same, with a remark where a policy is expected that is none of these.
    func remarking(_ policySet: PolicySet) -> Difference {
        guard field == "policy" else { return self }
        let names = policySet.entries.map(\.reference.qualifiedName)
        guard expected.contains("/") else { return self }
        var difference = self
        guard !names.contains(expected) else {
            if policySet.entries.contains(where: { $0.isDryRun && $0.reference.qualifiedName == expected }) {
                difference.remark = "\(expected.quoted) is a dry run, which decides nothing; expect it in `dryRun`"
            }
            return difference
        }
        difference.remark =
            "there is no policy \(expected.quoted)"
            + (NameSuggestion.qualifiedHint(for: expected, among: names).map { "; \($0)" } ?? "")
        return difference
    }
}
