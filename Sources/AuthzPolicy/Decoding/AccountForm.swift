import AuthzCore

/// The form of service accounts in policies, `NAMESPACE/ACCOUNT`. What is joined by something else is accepted, as by Istio, and is the
/// name of an account in the policy's own namespace.
package enum AccountForm {
    /// What is in no name, and stands behind a namespace. Before an `@` stands the account as often.
    private static let separators = [":", "|", "\\"]
    /// What no name of Kubernetes has in it, unlike `.` and `-`.
    private static let foreign = separators + ["@", "_", " "]
    private static let prefix = "system:serviceaccount:"

    /// Whether a text is an account with its namespace, joined by something else than `/`, in whatever order.
    package static func isJoined(_ text: String, namespace: String, account: String) -> Bool {
        if text == "\(prefix)\(namespace):\(account)" || text.hasPrefix("\(account).\(namespace).svc") { return true }
        return (foreign + [".", "-"]).contains { separator in
            text == namespace + separator + account || text == account + separator + namespace
        }
    }

    /// Whether a text can be the name of an account: one that has another letter in it is certainly meant as something else.
    package static func isName(_ text: String) -> Bool { !foreign.contains { text.contains($0) } }

    /// `NAMESPACE/ACCOUNT` of a text that is joined by what is in no name; `nil` for others.
    static func mended(_ text: String) -> String? {
        let bare = text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
        guard !bare.contains("/"), !bare.contains("*") else { return nil }
        for separator in separators {
            let parts = bare.split(separator: separator, omittingEmptySubsequences: false)
            if parts.count == 2, !parts.contains(""), parts.allSatisfy({ isName(String($0)) }) {
                return parts.joined(separator: "/")
            }
        }
        return nil
    }

    /// What is wrong with a value of `serviceAccounts` that Istio accepts.
    static func problem(of text: String) -> ValueProblem? {
        guard !text.contains("/"), let meant = mended(text) else { return nil }
        return ValueProblem(
            .principalForm, "no service account has the name \(text.quoted)", label: "expected `NAMESPACE/ACCOUNT`",
            hint: "write \(meant.quoted)")
    }
}
