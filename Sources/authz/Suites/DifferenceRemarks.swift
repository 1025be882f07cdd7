import AuthzCore
import AuthzEngine
import AuthzPolicy

/// What makes an expectation one that no decision of this request meets under these policies.
struct DifferenceRemarks {
    var document: RequestDocument
    var report: DecisionReport
    var policies: OfflinePolicies

    private var policySet: PolicySet { policies.decisionPoint.policySet }

    /// The same difference, with a remark where there is one to make.
    func remarking(_ difference: Difference) -> Difference {
        var difference = difference
        switch difference.field {
        case "policy": difference.remark = policy(expected: difference.expected)
        case "status": difference.remark = status(expected: difference.expected)
        case "reason": difference.remark = reason(expected: difference.expected)
        case let field where field.hasPrefix("headers.set."):
            difference.remark = header(String(field.dropFirst("headers.set.".count)))
        default: break
        }
        return difference
    }

    /// A policy is expected that is none of these, or decides nothing.
    private func policy(expected: String) -> String? {
        guard expected.contains("/") else { return nil }
        let entries = policySet.entries
        let names = entries.map(\.reference.qualifiedName)
        guard !names.contains(expected) else {
            guard entries.contains(where: { $0.isDryRun && $0.reference.qualifiedName == expected }) else { return nil }
            return "\(expected.quoted) is a dry run, which decides nothing; expect it in `dryRun`"
        }
        return lackOfNamespace(expected) ?? "there is no policy \(expected.quoted)"
            + (NameSuggestion.qualifiedHint(for: expected, among: names).map { "; \($0)" } ?? "")
    }

    /// Who wrote the namespace into the case is likely to have left it out of the policy.
    private func lackOfNamespace(_ expected: String) -> String? {
        guard let slash = expected.firstIndex(of: "/") else { return nil }
        let (namespace, name) = (expected[..<slash], expected[expected.index(after: slash)...])
        let documents = policies.documents
        let all =
            documents.authorizationPolicies.map(\.metadata) + documents.requestAuthentications.map(\.metadata)
            + documents.peerAuthentications.map(\.metadata)
        guard let metadata = all.first(where: { $0.name == name && $0.namespaceLocation == nil }) else { return nil }
        return
            "the `metadata` of \(String(name).quoted) lacks `namespace` (\(metadata.location)), so it is in \(metadata.namespace.quoted): is `namespace: \(namespace)` meant?"
    }

    private func status(expected: String) -> String? {
        guard expected == "401", report.status == 403, document.token == nil,
            report.reason == .noAllowPolicyMatched || report.reason == .deniedByPolicy, report.requestPrincipal == nil,
            document.request?.headers.contains(where: { $0.name.lowercased() == "authorization" }) == false
        else { return nil }
        return "401 is for a token that is refused; without one the policies decide, and their denial is 403"
    }

    /// A header that is expected to be made of a claim, and is not: the token lacks that, or the header has another name.
    private func header(_ name: String) -> String? {
        guard case .claims(let json, _, _) = document.token, let claims = JSONValue(parsing: Array(json.utf8).span),
            case .object(let members) = claims
        else { return nil }
        let rules = policies.documents.requestAuthentications.flatMap(\.rules)
            .filter { $0.issuer == claims["iss"]?.string }
        let outputs = rules.flatMap { rule in rule.outputClaimToHeaders.map { (output: $0, place: rule.location) } }
        if let (output, place) = outputs.first(where: { $0.output.header.lowercased() == name }) {
            let top = String(output.claim.prefix { $0 != "." })
            guard claims[output.claim] == nil, claims[top] == nil else { return nil }
            let names = members.map(\.name).sorted().prefix(12).map(\.quoted).joined(separator: ", ")
            return "\(name.quoted) is made of the claim \(output.claim.quoted) (\(place)), and the token has \(names)"
        }
        let near = outputs.first { NameSuggestion.isSlip(name, of: $0.output.header.lowercased()) }
        return near.map { "no rule makes \(name.quoted), and \($0.output.header.quoted) is made (\($0.place))" }
    }

    /// Plaintext that is to be refused, and is not.
    private func reason(expected: String) -> String? {
        expected == Reason.plaintextNotPermitted.rawValue ? mode?.sentence : nil
    }

    /// The mode that lets plaintext in; `nil` where the request is none.
    var mode: PermissiveMode? {
        guard document.source.principal == nil, !document.source.isUnknown, report.outcome == .allow || !isOfConnection,
            let workload = policySet.workload(for: document).workload
        else { return nil }
        return PermissiveMode(at: workload, port: document.destination.port, in: policySet)
    }

    private var isOfConnection: Bool { report.reason == .plaintextNotPermitted }
}
