import AuthzCore
import AuthzPolicy

extension Linter {
    /// Names of files that have several forms, as `/index.html` and `/index.js`.
    private static let files: Set = ["index", "favicon", "robots", "sitemap", "manifest", "main", "app", "bundle"]

    /// Values as `/navi.*`, which fit what begins with `/navi.`, and may be meant as regular expressions.
    var patternNotes: [LintNote] {
        documents.authorizationPolicies.flatMap { policy in
            policy.rules.enumerated().flatMap { ordinal, rule in
                rule.tests.filter { $0.field == .path }.flatMap { $0.lists.values + $0.lists.notValues }
                    .compactMap { value -> LintNote? in
                        guard let stem = MeantPath.dottedStem(of: value.value),
                            let name = stem.split(separator: "/").last, !Self.files.contains(String(name))
                        else { return nil }
                        return LintNote(
                            policy: policy.reference,
                            message:
                                "\(value.value.quoted) of \(policy.reference.qualifiedName), rule \(ordinal + 1), fits what begins with \("\(stem).".quoted), and neither \(stem.quoted) nor what is below it",
                            hint:
                                "if it is meant as a regular expression, write \("\(stem)*".quoted) for what begins so, or \(stem.quoted), \("\(stem)/*".quoted) for the folder"
                        )
                    }
            }
        }
    }
}
