import AuthzCore
package import AuthzPolicy

/// Takes away the findings that the annotation `lint.authz/CODE` of their policy gives a reason for.
package enum LintSuppression {
    static let prefix = "lint.authz/"

    package static func apply(to findings: [LintFinding], _ documents: PolicyDocuments) -> LintResult {
        var result = LintResult()
        var unused: [(policy: PolicyReference, code: LintCode)] = []
        var reasons: [PolicyReference: [LintCode: String]] = [:]
        let policies =
            documents.authorizationPolicies.map { ($0.reference, $0.metadata.annotations) }
            + documents.requestAuthentications.map { ($0.reference, $0.metadata.annotations) }
            + documents.peerAuthentications.map { ($0.reference, $0.metadata.annotations) }
        for (policy, annotations) in policies {
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
            if let reason = reasons[finding.policy]?[finding.code] {
                result.suppressed.append(LintResult.Suppressed(finding: finding, reason: reason))
                unused.removeAll { $0.policy == finding.policy && $0.code == finding.code }
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
