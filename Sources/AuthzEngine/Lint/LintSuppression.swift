package import AuthzCore
package import AuthzPolicy

/// Takes away what the annotation `lint.authz/CODE` of a policy gives a reason for: findings, and warnings of reading.
package enum LintSuppression {
    static let prefix = "lint.authz/"

    /// - Parameter diagnostics: What was said of the policies where they were read.
    /// - Returns: What is left, by place, and with it the annotations that suppress nothing: of an unknown code, without a reason, or of
    ///   what is not found.
    package static func apply(
        to findings: [LintFinding], notes: [LintNote] = [], diagnostics: [Diagnostic] = [], _ documents: PolicyDocuments
    ) -> LintResult {
        var result = LintResult(notes: notes)
        var unused: [(policy: PolicyReference, code: String)] = []
        var reasons: [PolicyReference: [String: String]] = [:]
        let policies =
            documents.authorizationPolicies.map { ($0.reference, $0.metadata.annotations) }
            + documents.requestAuthentications.map { ($0.reference, $0.metadata.annotations) }
            + documents.peerAuthentications.map { ($0.reference, $0.metadata.annotations) }
        for (policy, annotations) in policies {
            for (name, reason) in annotations.sorted(by: { $0.key < $1.key }) {
                if let meant = misspelled(name) {
                    result.add(
                        policy, "the annotation \(name.quoted) is none of `authz lint`, and suppresses nothing",
                        hint: "did you mean `\(meant)`?")
                }
                guard name.hasPrefix(prefix) else { continue }
                let code = String(name.dropFirst(prefix.count))
                guard codes.contains(code) else {
                    let nearest = NameSuggestion.nearest(to: code, among: codes.sorted())
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
        let use = { (policy: PolicyReference, code: String) -> String? in
            guard let reason = reasons[policy]?[code] else { return nil }
            unused.removeAll { $0.policy == policy && $0.code == code }
            return reason
        }
        for finding in findings {
            if let reason = use(finding.policy, finding.code.rawValue) {
                result.suppressed.append(LintResult.Suppressed(finding: finding, reason: reason))
            } else {
                result.findings.append(finding)
            }
        }
        for diagnostic in diagnostics {
            if let policy = owner(of: diagnostic, among: policies.map(\.0)),
                let reason = use(policy, diagnostic.code.rawValue)
            {
                let suppressed = LintResult.SuppressedDiagnostic(diagnostic: diagnostic, reason: reason)
                result.suppressedDiagnostics.append(suppressed)
            } else {
                result.diagnostics.append(diagnostic)
            }
        }
        // Where a request shows it, that says more than the form of the value.
        result.diagnostics.removeAll { diagnostic in
            diagnostic.code == .principalForm && result.findings.contains { $0.location == diagnostic.location }
        }
        // An annotation may have been right before what else is wrong came in.
        let faulty = Set(result.findings.filter { $0.code != .uselessSuppression }.map(\.policy))
        let withoutAction = Set(documents.authorizationPolicies.filter { !$0.hasAction }.map(\.reference))
        for (policy, code) in unused {
            var hint = "take it out"
            if LintCode(rawValue: code)?.isOfDenials == true, withoutAction.contains(policy) {
                hint = "this policy has no `action`, so it is ALLOW; `\(code)` is of DENY policies"
            } else if !faulty.isEmpty {
                let place = faulty.contains(policy) ? " in this policy" : ""
                hint = "mend first what else is found\(place), and if it stays take it out"
            }
            result.add(
                policy, "the annotation `\(prefix)\(code)` suppresses nothing: that is not found",
                hint: hint)
        }
        result.findings.sort { ($0.location, $0.code.rawValue) < ($1.location, $1.code.rawValue) }
        return result
    }

    private static let codes = Set(
        LintCode.allCases.filter(\.isSuppressible).map(\.rawValue) + DiagnosticCode.allCases.map(\.rawValue))

    /// What was probably meant by an annotation that looks like one that suppresses something; `nil` for others.
    private static func misspelled(_ name: String) -> String? {
        guard !name.hasPrefix(prefix) else { return nil }
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        guard let code = parts.last.map({ $0.lowercased().replacing("_", with: "-") }) else { return nil }
        if parts.count == 1 { return LintCode(rawValue: code) == nil ? nil : prefix + code }
        let isOurs = parts[0].contains("authz") || NameSuggestion.distance(parts[0], "lint.authz") <= 2
        guard isOurs,
            let nearest = codes.contains(code) ? code : NameSuggestion.nearest(to: code, among: codes.sorted())
        else { return nil }
        return prefix + nearest
    }

    /// The policy that a place is in: the last one that begins before it.
    private static func owner(of diagnostic: Diagnostic, among policies: [PolicyReference]) -> PolicyReference? {
        policies.filter { $0.location.file == diagnostic.location.file && !(diagnostic.location < $0.location) }
            .max { $0.location < $1.location }
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
