import AuthzCore

extension TokenRule {
    /// Where a token goes that is written as claims.
    enum Place {
        case header(HeaderLocation)
        case param([UInt8])
        case cookie([UInt8])
    }

    /// The place where the workload's rule of the token's issuer looks first; `nil` where it names none.
    static func place(ofClaims json: String, for workload: Workload?, in policySet: PolicySet) -> Place? {
        let rules = workload?.tokenRules.map { policySet.tokenRules[$0] } ?? []
        let issuer = issuer(of: json)
        let rule =
            rules.first { $0.issuer == issuer && !$0.issuer.isEmpty } ?? rules.first { $0.issuer.isEmpty }
            ?? rules.first
        if let header = rule.map({ $0.headers.first }) ?? defaultHeader { return .header(header) }
        return rule?.params.first.map { .param($0) } ?? rule?.cookies.first.map { .cookie($0) }
    }

    private static func issuer(of json: String) -> String? {
        var tape = JSONTape()
        do throws(JSONError) { try tape.scan(Array(json.utf8).span) } catch { return nil }
        guard let node = tape.member("iss", of: tape.root), tape.nodes[node].kind == .string else { return nil }
        return String(decoding: tape.text[tape.nodes[node].text.range], as: UTF8.self)
    }
}
