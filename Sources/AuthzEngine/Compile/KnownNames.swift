import AuthzPolicy

/// What the inventory has by name: it tells on which side of two names that are nearly the same the slip is.
struct KnownNames: Sendable {
    /// A service account with its namespace.
    struct Account: Sendable, Hashable, CustomStringConvertible {
        var namespace: String
        var name: String
        var description: String { "\(namespace)/\(name)" }

        init(namespace: String, name: String) {
            self.namespace = namespace
            self.name = name
        }

        /// That of `TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`, with `spiffe://` or not; `nil` for an identity of another form.
        init?(identity: String) {
            let parts = identity.split(separator: "/")
            guard parts.count >= 5, parts[parts.count - 4] == "ns", parts[parts.count - 2] == "sa" else { return nil }
            self.init(namespace: String(parts[parts.count - 3]), name: String(parts[parts.count - 1]))
        }
    }

    /// Those with a workload, a Service or a ServiceAccount in them, and those that are listed.
    let namespaces: Set<String>
    /// By namespace.
    let accounts: [String: Set<String>]
    /// Those that are made for Gateways, and listed nowhere.
    private let gateways: Set<Account>
    /// Workloads, Services, namespaces and accounts.
    private let words: Set<String>

    init(_ inventory: Inventory) {
        var namespaces: Set<String> = []
        var accounts: [String: Set<String>] = [:]
        var gateways: Set<Account> = []
        var words: Set<String> = []
        for workload in inventory.workloads {
            namespaces.insert(workload.namespace)
            accounts[workload.namespace, default: []].insert(workload.serviceAccount)
            words.insert(workload.name)
        }
        for service in inventory.services {
            namespaces.insert(service.namespace)
            words.insert(service.name)
        }
        for other in inventory.others {
            if other.kind == "Namespace" { namespaces.insert(other.name) }
            if other.kind == "Gateway" {
                gateways.formUnion(
                    inventory.gatewayAccounts(in: other.namespace).map { Account(namespace: other.namespace, name: $0) }
                )
            }
            guard other.kind == "ServiceAccount" else { continue }
            namespaces.insert(other.namespace)
            accounts[other.namespace, default: []].insert(other.name)
        }
        self.namespaces = namespaces
        self.accounts = accounts
        self.gateways = gateways
        self.words = words.union(namespaces).union(accounts.values.joined())
    }

    /// Whether there is such an account. Every namespace has one that is called `default`.
    func has(_ account: Account) -> Bool {
        account.name == "default"
            ? namespaces.contains(account.namespace)
            : gateways.contains(account) || accounts[account.namespace]?.contains(account.name) ?? false
    }

    func has(word: String) -> Bool { words.contains(word) }

    /// The namespaces that have an account of this name, sorted.
    func namespaces(having account: String) -> [String] {
        accounts.filter { $0.value.contains(account) }.keys.sorted()
    }
}
