import AuthzCore
import AuthzPolicy

/// What to do where a rule asks for tokens that are not verified at its workload.
extension Linter {
    /// Of a request principal whose issuer a RequestAuthentication has that does not reach the workload; `nil` where there is none.
    func elsewhereHint(_ value: String, at sites: [LintSite]) -> String? {
        for policy in documents.requestAuthentications {
            guard policy.rules.contains(where: { value == $0.issuer || value.hasPrefix("\($0.issuer)/") }) else {
                continue
            }
            let reached = sites.filter { point.policySet.reaches($0.destination, by: policy.reference) }
            guard reached.isEmpty, let site = sites.first else { continue }
            let name = "\(policy.reference.qualifiedName) (\(policy.reference.location))"
            let description = site.workload.description
            switch policy.attachment {
            case .selector(let labels) where policy.metadata.namespace == description.namespace:
                let own = Self.text(description.labels)
                let has = own.isEmpty ? "no labels" : own.quoted
                return
                    "\(name) has this issuer, and selects \(Self.text(labels).quoted), where \(site.workload.displayName) has \(has): correct its selector, or the value"
            case .targetRefs(let refs):
                let names = refs.map { "\($0.kind.word) \($0.name)".quoted }.joined(separator: ", ")
                return
                    "\(name) has this issuer, and is attached to \(names) alone: add a RequestAuthentication for the workload, or correct the value"
            case .selector, .everything:
                return
                    "\(name) has this issuer, and is in another namespace: write one in \(description.namespace.quoted), or correct the value"
            }
        }
        return nil
    }

    /// The issuers of whom tokens are verified, at the end of a sentence.
    static func verifiedText(_ issuers: [String]) -> String {
        guard !issuers.isEmpty else { return "no token is verified here: add a RequestAuthentication with the issuer" }
        return "only tokens of \(issuers.map(\.quoted).joined(separator: ", ")) are verified here"
    }

    /// Of a rule that asks for tokens where none is verified.
    func tokenHint(_ subject: LintRule) -> String {
        let values = subject.rule.tests.filter { $0.field == .requestPrincipal }.flatMap(\.lists.values)
        if let hint = values.lazy.compactMap({ self.elsewhereHint($0.value, at: subject.sites) }).first { return hint }
        let hint = "add a RequestAuthentication with the issuer for the same workload"
        let known = documents.requestAuthentications.map(\.reference.qualifiedName)
        guard let first = known.first else { return hint }
        let others = known.count > 1 ? ", of another RequestAuthentication" : ""
        return "\(hint), or correct the namespace or selector of \(first)\(others) or of this policy"
    }
}
