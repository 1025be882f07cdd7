import AuthzCore
import AuthzPolicy

/// What a slip could write in the place of a name: another one that the policies or the inventory know, else one that nobody has.
struct OtherNames {
    private var principals: [String] = []
    private var namespaces: [String] = []
    private var accounts: [String] = []

    init(_ documents: PolicyDocuments) {
        for policy in documents.authorizationPolicies {
            for source in policy.rules.flatMap(\.from) {
                for (field, lists) in source.fields {
                    let values = (lists.values + lists.notValues).map(\.value).filter { !$0.contains("*") }
                    switch field {
                    case .principals: principals += values
                    case .namespaces: namespaces += values
                    case .serviceAccounts: accounts += values
                    case .requestPrincipals, .trustDomains, .remoteIpBlocks, .ipBlocks: break
                    }
                }
            }
        }
        namespaces += documents.inventory.workloads.map(\.namespace)
    }

    /// `nil` for a field whose values are no names, or for a pattern.
    func other(than value: String, of field: AuthorizationPolicy.SourceMatch.Field) -> String? {
        switch field {
        case .principals:
            guard !value.contains("*") else { return nil }
            let prefix = value.lastIndex(of: "/").map { String(value[...$0]) } ?? ""
            return principals.first { $0 != value } ?? prefix + "other"
        case .namespaces: return value.contains("*") ? nil : namespaces.first { $0 != value } ?? "other"
        case .serviceAccounts:
            let prefix = value.lastIndex(of: "/").map { String(value[...$0]) } ?? ""
            return accounts.first { $0 != value } ?? prefix + "other"
        case .requestPrincipals:
            guard value != "*", let slash = value.lastIndex(of: "/"), !value.hasPrefix("*") else { return nil }
            return "\(value[..<slash]).example\(value[slash...])"
        case .trustDomains, .remoteIpBlocks, .ipBlocks: return nil
        }
    }
}
