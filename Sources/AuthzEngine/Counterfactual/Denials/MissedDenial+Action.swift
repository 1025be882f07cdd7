import AuthzCore
import AuthzPolicy

/// A policy whose action, or whose dry run, keeps it from denying what its rules match.
extension MissedDenial {
    /// Of the policy that is expected to deny; `nil` where DENY would not do it, either.
    func action(_ index: Int) -> String? {
        var policy = policies[index]
        let what: String
        switch policy.action {
        case .allow where policy.hasAction: what = "is ALLOW, and such a policy denies nothing that it matches"
        case .allow: what = "has no `action`, so it is ALLOW"
        case .audit: what = "is AUDIT, which only marks what it matches"
        case .deny, .custom: return nil
        }
        guard !policy.isDryRun else { return nil }
        policy.action = .deny
        guard denies(with: policy, at: index) else { return nil }
        return
            "\(policy.reference.qualifiedName.quoted) (\(policy.reference.location)) \(what): perhaps `action: DENY` is meant"
    }

    /// The same of a policy that nobody names: one that is only there to be seen, or is called after a denial.
    func evidentAction(_ index: Int) -> String? {
        var policy = policies[index]
        if policy.action == .deny, policy.isDryRun {
            policy.isDryRun = false
            guard denies(with: policy, at: index) else { return nil }
            return
                "\(policy.reference.qualifiedName.quoted) (\(policy.reference.location)) would deny this, and is a dry run, which decides nothing: its annotation `istio.io/dry-run` says so"
        }
        guard policy.action == .audit || policy.action == .allow && policy.isNamedAfterDenial else { return nil }
        return action(index)
    }
}

extension AuthorizationPolicy {
    private static let denials: Set<Substring> = [
        "deny", "denies", "denied", "block", "blocks", "forbid", "forbids", "reject", "ban", "prohibit",
    ]

    /// Whether a word of its name says that it denies something.
    fileprivate var isNamedAfterDenial: Bool {
        let words = metadata.name.split { "-._".contains($0) }
        return !Self.denials.isDisjoint(with: words) && !words.contains { $0.hasPrefix("allow") }
    }
}
