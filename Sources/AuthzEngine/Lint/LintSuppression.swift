import AuthzCore
package import AuthzPolicy

/// Takes away the findings that the annotation `lint.authz/CODE` of their policy gives a reason for.
package enum LintSuppression {
    static let prefix = "lint.authz/"

    /// - Returns: What is left, by place, and with it the annotations that suppress nothing: of an unknown code, without a reason, or of
    ///   what is not found.
    package static func apply(
        to findings: [LintFinding], notes: [LintNote] = [], _ documents: PolicyDocuments
    ) -> LintResult {
        var result = LintResult(notes: notes)
        var unused: [(policy: PolicyReference, code: LintCode)] = []
        var reasons: [PolicyReference: [LintCode: String]] = [:]
        let policies =
            documents.authorizationPolicies.map { ($0.reference, $0.metadata.annotations) }
            + documents.requestAuthentications.map { ($0.reference, $0.metadata.annotations) }
            + documents.peerAuthentications.map { ($0.reference, $0.metadata.annotations) }
        for (policy, annotations) in policies {
            for (name, reason) in annotations.sorted(by: { $0.key < $1.key }) where name.hasPrefix(prefix) {
                let text = String(name.dropFirst(prefix.count))
                guard let code = LintCode(rawValue: text), code.isSuppressible else {
                    let codes = LintCode.allCases.filter(\.isSuppressible).map(\.rawValue)
                    let nearest = NameSuggestion.nearest(to: text, among: codes)
                    result.add(
                        policy, "the annotation \(name.quoted) names no code of `authz lint` that could be suppressed",
                        hint: nearest.map { "did you mean `\(prefix)\($0)`?" } ?? "take it out, or correct the code")
                    continue
                }
                guard reason.contains(where: { !$0.isWhitespace }) else {
                    result.add(
                        policy, "the annotation \(name.quoted) gives no reason, and suppresses nothing",
                        hint: "write as its value why the policy is meant as it is")
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
        // An annotation may have been right before what else is wrong came in.
        let faulty = Set(result.findings.filter { $0.code != .uselessSuppression }.map(\.policy))
        let withoutAction = Set(documents.authorizationPolicies.filter { !$0.hasAction }.map(\.reference))
        for (policy, code) in unused {
            var hint = "take it out"
            if code.isOfDenials, withoutAction.contains(policy) {
                hint = "this policy has no `action`, so it is ALLOW; `\(code.rawValue)` is of DENY policies"
            } else if faulty.contains(policy) {
                hint = "mend first what else is found in this policy, and if it stays take it out"
            }
            result.add(
                policy, "the annotation `\(prefix)\(code.rawValue)` suppresses nothing: that is not found",
                hint: hint)
        }
        result.findings.sort { ($0.location, $0.code.rawValue) < ($1.location, $1.code.rawValue) }
        return result
    }
}

extension LintResult {
    /// Adds what is wrong with an annotation.
    fileprivate mutating func add(_ policy: PolicyReference, _ message: String, hint: String) {
        findings.append(
            LintFinding(
                code: .uselessSuppression, policy: policy, location: policy.location, message: message, hint: hint,
                proofs: []))
    }
}
