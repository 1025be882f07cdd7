package import AuthzCore
package import AuthzPolicy

/// The findings of a set of policies, with those that an annotation takes away.
package struct LintResult: Sendable {
    package struct Suppressed: Sendable {
        package var finding: LintFinding
        package var reason: String
    }

    package var findings: [LintFinding] = []
    package var suppressed: [Suppressed] = []
    /// Annotations that suppress nothing: of an unknown code, without a reason, or of what is not found.
    package var problems: [Diagnostic] = []
}

/// Takes away the findings that the annotation `lint.authz/CODE` of their policy gives a reason for.
package enum LintSuppression {
    static let prefix = "lint.authz/"

    package static func apply(to findings: [LintFinding], _ documents: PolicyDocuments) -> LintResult {
        var result = LintResult()
        var unused: [(policy: PolicyReference, code: LintCode)] = []
        var reasons: [PolicyReference: [LintCode: String]] = [:]
        let policies =
            documents.authorizationPolicies.map { PolicyReference(.authorizationPolicy, $0.metadata) }
            + documents.requestAuthentications.map { PolicyReference(.requestAuthentication, $0.metadata) }
            + documents.peerAuthentications.map { PolicyReference(.peerAuthentication, $0.metadata) }
        let annotations =
            documents.authorizationPolicies.map(\.metadata.annotations)
            + documents.requestAuthentications.map(\.metadata.annotations)
            + documents.peerAuthentications.map(\.metadata.annotations)
        for (policy, annotations) in zip(policies, annotations) {
            for (name, reason) in annotations.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
                let text = String(name.dropFirst(prefix.count))
                guard let code = LintCode(rawValue: text) else {
                    let nearest = NameSuggestion.nearest(to: text, among: LintCode.allCases.map(\.rawValue))
                    result.problems.append(
                        Diagnostic(
                            .warning, .unknownValue, at: policy.location,
                            "the annotation \(name.quoted) of \(policy.qualifiedName) names no code of `authz lint`",
                            hint: nearest.map { "did you mean `\(prefix)\($0)`?" }))
                    continue
                }
                guard reason.contains(where: { !$0.isWhitespace }) else {
                    result.problems.append(
                        Diagnostic(
                            .warning, .emptyValue, at: policy.location,
                            "the annotation \(name.quoted) of \(policy.qualifiedName) gives no reason, and suppresses nothing"
                        ))
                    continue
                }
                reasons[policy, default: [:]][code] = reason
                unused.append((policy, code))
            }
        }
        for finding in findings {
            let owner = policies.first {
                $0.kind == finding.policy.kind && $0.qualifiedName == finding.policy.qualifiedName
            }
            if let owner, let reason = reasons[owner]?[finding.code] {
                result.suppressed.append(LintResult.Suppressed(finding: finding, reason: reason))
                unused.removeAll { $0.policy == owner && $0.code == finding.code }
            } else {
                result.findings.append(finding)
            }
        }
        for (policy, code) in unused {
            result.problems.append(
                Diagnostic(
                    .warning, .noEffect, at: policy.location,
                    "the annotation `\(prefix)\(code.rawValue)` of \(policy.qualifiedName) suppresses nothing: that is not found",
                    hint: "take it out"))
        }
        return result
    }
}
