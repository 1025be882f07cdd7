import AuthzCore
import AuthzPolicy

extension PolicySet {
    /// The service accounts of a namespace that the rules of AuthorizationPolicies name as a whole.
    func accountsNamed(in namespace: String) -> Set<String> {
        var names: Set<String> = []
        for policy in authorizationPolicies {
            for rule in policy.rules(on: .http).compactMap(\.rule) {
                for test in FieldTests.tests(of: rule, in: program) {
                    let source = program.sources[Int(program.tests[Int(test)].source)]
                    for value in source.values.map(\.value) where !value.contains("*") {
                        guard let account = account(value, source.field, policy.reference.namespace),
                            account.namespace == namespace
                        else { continue }
                        names.insert(account.name)
                    }
                }
            }
        }
        return names
    }

    private func account(_ value: String, _ field: String, _ own: String) -> KnownNames.Account? {
        switch field {
        case "principals", "notPrincipals", "source.principal": return KnownNames.Account(identity: value)
        case "serviceAccounts", "notServiceAccounts", "source.serviceAccount":
            let parts = value.split(separator: "/").map(String.init)
            return KnownNames.Account(namespace: parts.count > 1 ? parts[0] : own, name: parts[parts.count - 1])
        default: return nil
        }
    }
}
