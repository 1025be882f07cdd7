import AuthzCore
import AuthzPolicy

/// What is said at loading of policies that ztunnel enforces otherwise than they are written.
struct ZtunnelWarnings {
    let policy: AuthorizationPolicy

    private static let label = "a waypoint does, for policies with `targetRefs`"

    /// Of a policy that ztunnel does not get.
    func of(_ acceptance: ZtunnelRuleCompiler.Acceptance) -> [Diagnostic] {
        guard !reachesGatewaysOnly else { return [] }
        let what: String
        switch acceptance {
        case .accepted, .targetRefs: return []
        case .otherAction(let action): what = "\(action.rawValue) policies"
        case .dryRun: what = "dry-run policies"
        }
        return [
            Diagnostic(
                .warning, .unsupportedByZtunnel, at: policy.metadata.location, "ztunnel does not enforce \(what)",
                label: Self.label)
        ]
    }

    /// Of a rule that loses something at ztunnel.
    func of(_ rule: CompiledRule) -> [Diagnostic] {
        guard !reachesGatewaysOnly else { return [] }
        let lost = rule.omissions.filter { $0.reason == .unsupportedByZtunnel }.sorted { $0.location < $1.location }
        guard let first = lost.first else { return [] }
        var fields: [String] = []
        for omission in lost where !fields.contains(omission.field) { fields.append(omission.field) }
        let effect =
            if policy.action == .allow {
                "leaves out the rule"
            } else if let side = rule.omissions.last, side.reason == .nothingLeft {
                "has nothing left of `\(side.field)`, and the rule denies nothing"
            } else {
                "denies more than is written"
            }
        return [
            Diagnostic(
                .warning, .unsupportedByZtunnel, at: first.location,
                "ztunnel cannot test \(Trace.list(fields)): it \(effect)", label: Self.label)
        ]
    }

    static func of(_ policy: PeerAuthentication) -> [Diagnostic] {
        guard let mode = policy.mode, mode.value == .disable else { return [] }
        return [
            Diagnostic(
                .warning, .unsupportedByZtunnel, at: mode.location, "ztunnel takes `DISABLE` for `PERMISSIVE`",
                label: "its mutual TLS cannot be switched off")
        ]
    }

    /// Gateways are Envoys, so a policy for them alone loses nothing.
    private var reachesGatewaysOnly: Bool {
        if case .selector(let labels) = policy.attachment { WorkloadDescription.isGateway(labels) } else { false }
    }
}
