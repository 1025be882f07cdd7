extension PolicySet {
    /// The issuer that all JWT rules of a workload name, and an audience that the first of them asks for; `nil` where there is no
    /// rule, or several issuers.
    package func soleTokenIssuer(of workload: Workload) -> (issuer: String, audience: String?)? {
        let rules = workload.tokenRules.map { tokenRules[$0] }
        guard let first = rules.first, !first.issuer.isEmpty, rules.allSatisfy({ $0.issuer == first.issuer }) else {
            return nil
        }
        return (first.issuer, first.audiences.first)
    }
}
