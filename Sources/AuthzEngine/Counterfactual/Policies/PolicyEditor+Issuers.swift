import AuthzCore
import AuthzPolicy
import AuthzToken

extension PolicyEditor {
    /// What is to be done where no rule is for the issuer of a token. Keys of another one are not for a patch to name.
    var unknownIssuer: String {
        let start = "no RequestAuthentication at the workload has the issuer"
        let issuer = workspace.token.claims.isEmpty ? nil : TokenSummary.texts("iss", of: workspace.token.claims).first
        let host = { (issuer: String) in issuer.split(separator: "/").prefix(2) }
        let principals = program.sources.filter { Self.principalFields.contains($0.field) }.flatMap(\.values)
        if let issuer, principals.contains(where: { $0.value.hasPrefix("\(issuer)/") }),
            let rule = workload.tokenRules.map({ policySet.tokenRules[$0] }).first(where: {
                host($0.issuer) == host(issuer)
            })
        {
            return
                "\(start) \(issuer.quoted), whose principals rules ask for: perhaps it is meant by `issuer: \(rule.issuer)` (\(rule.location))"
        }
        return "\(start): correct it, or add a rule with its keys, which only you can name"
    }

    private static let principalFields: Set = [
        "requestPrincipals", "notRequestPrincipals", "request.auth.principal",
    ]
}
