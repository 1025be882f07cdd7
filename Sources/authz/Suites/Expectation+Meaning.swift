import AuthzCore
import AuthzEngine
import AuthzPolicy

extension Expectation {
    /// The outcome that it is about, also where it names only what comes with one; `nil` where it leaves that open.
    var meaning: Outcome? {
        if let outcome { return outcome }
        if let reason = reason.flatMap({ Reason(rawValue: $0.value) }) {
            return [.allowedByPolicy, .noPolicyApplies].contains(reason) ? .allow : .deny
        }
        return status.map { $0 == 200 ? .allow : .deny }
    }

    /// The policy that is to allow the request.
    var allowingPolicyName: String? { meaning == .allow ? policyName : nil }

    /// The policy that it names.
    var policyName: String? {
        if case .named(let name)? = policy { name } else { nil }
    }
}
