import AuthzCore
import AuthzPolicy

extension Denial {
    /// The RequestAuthentication that verifies the issuer which is asked for, and whose selector misses the workload; `nil` where the
    /// token is read, or none is asked for.
    var unreachedIssuer: String? {
        let description = workload.description
        guard description.role == .sidecar, !claims.isPresent else { return nil }
        let lacking = lacking.filter { $0.attribute == .requestPrincipal || $0.attribute == .claim }
        guard !lacking.isEmpty else { return nil }
        var wanted: [String] = lacking.filter { $0.attribute == .requestPrincipal }.flatMap { test in
            program.sources[Int(test.source)].values.compactMap { value in
                value.value.lastIndex(of: "/").map { String(value.value[..<$0]) }
            }
        }
        let sent =
            [TokenPlaces(of: workload, in: policySet).claims(in: document)]
            + StrayToken.all(in: request).map(\.claims)
        wanted += sent.compactMap(\.self).flatMap { ClaimTree(json: $0).strings(at: ["iss"]) }
        let read = Set(workload.tokenRules.map { policySet.tokenRules[$0].issuer })
        guard !read.contains("") else { return nil }
        for policy in policySet.requestAuthentications where policy.reference.namespace == description.namespace {
            let labels = policy.attachment.labels
            let rules = policySet.tokenRules[policy.rules]
            guard let issuer = rules.map(\.issuer).first(where: { wanted.contains($0) && !read.contains($0) }),
                case .labelDiffers(let key, let value, let own) = AttachmentOutcome.selection(
                    labels, of: description.labels)
            else { continue }
            let has = own.map { "has \($0.quoted)" } ?? "has no such label"
            return
                "\(policy.reference.qualifiedName) verifies tokens of \(issuer.quoted), and its selector asks for \("\(key)=\(value)".quoted), where this workload \(has)"
        }
        return nil
    }
}
