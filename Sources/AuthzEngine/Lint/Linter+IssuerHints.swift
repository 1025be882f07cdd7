import AuthzCore
import AuthzPolicy

/// What to do where a rule asks for tokens that are not verified at its workload.
extension Linter {
    /// Of request principals whose issuer some RequestAuthentication has. It does not reach the workload; `nil` where none has it.
    func issuerHint(_ values: [String]) -> String? {
        let other = documents.requestAuthentications.first { policy in
            policy.rules.contains { rule in
                !rule.issuer.isEmpty && values.contains { $0 == rule.issuer || $0.hasPrefix("\(rule.issuer)/") }
            }
        }
        return other.map { policy in
            if case .targetRefs(let refs) = policy.attachment, let hint = Self.targetsHint(policy, refs) { return hint }
            return
                "\(policy.reference.qualifiedName) verifies tokens of this issuer, and does not reach the workload: correct its namespace or selector, or those of this policy"
        }
    }

    /// Where tokens are verified for a Service or a Gateway, no selector brings a policy.
    private static func targetsHint(_ policy: RequestAuthentication, _ refs: [TargetRef]) -> String? {
        guard let first = refs.first else { return nil }
        let place = first.kind == .gateway ? "there" : "at its waypoint, which no selector reaches"
        return
            "\(policy.reference.qualifiedName) verifies tokens of this issuer for the \(first.kind.word) \(first.name.quoted), \(place): write `\(TargetRef.text(refs))` in the place of the selector"
    }

    /// Of a RequestAuthentication that reaches nothing: a workload whose policies ask for its tokens.
    func asked(_ policy: PolicyReference) -> (site: LintSite, hint: String)? {
        let issuers = documents.requestAuthentications.filter { $0.reference == policy }.flatMap(\.rules).map(\.issuer)
        for other in documents.authorizationPolicies where other.metadata.namespace == policy.namespace {
            let values = other.rules.flatMap(\.tests).filter { $0.field == .requestPrincipal }.flatMap(\.lists.values)
            guard case .selector(let labels) = other.attachment,
                issuers.contains(where: { issuer in
                    !issuer.isEmpty && values.contains { $0.value.hasPrefix("\(issuer)/") }
                }), let site = allSites.first(where: { reaches(other, $0) })
            else { continue }
            return (
                site,
                "\(other.reference.qualifiedName) asks for tokens of its issuer, and selects \(Self.text(labels).quoted): select the same"
            )
        }
        return nil
    }

    /// Of a rule that asks for tokens where none is verified.
    func tokenHint(_ subject: LintRule) -> String {
        let values = subject.rule.tests.filter { $0.field == .requestPrincipal }.flatMap(\.lists.values)
        if let hint = issuerHint(values.map(\.value)) { return hint }
        let hint = "add a RequestAuthentication with the issuer for the same workload"
        let known = documents.requestAuthentications.map(\.reference.qualifiedName)
        guard let first = known.first else { return hint }
        let others = known.count > 1 ? ", of another RequestAuthentication" : ""
        return "\(hint), or correct the namespace or selector of \(first)\(others) or of this policy"
    }
}

extension TargetRef {
    /// As it is written in a policy.
    static func text(_ refs: [TargetRef]) -> String {
        let entries = refs.map { ref in
            let group =
                switch ref.kind {
                case .service: "\"\""
                case .serviceEntry: "networking.istio.io"
                case .gateway, .gatewayClass: "gateway.networking.k8s.io"
                }
            return "{kind: \(ref.kind.word), group: \(group), name: \(ref.name)}"
        }
        return "targetRefs: [\(entries.joined(separator: ", "))]"
    }
}
