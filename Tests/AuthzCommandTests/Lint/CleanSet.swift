import AuthzTestSupport

/// Policies of which nobody can complain: mutual TLS everywhere, lists of who may do what that have nothing in common, tokens with
/// audiences that are asked for, and denials of what the lists would let through.
struct CleanSet {
    private var random: SeededGenerator
    private var documents: [String] = []
    private var accounts: [(namespace: String, name: String)] = []
    private var issuers = 0

    /// The set as it stands in a file.
    var text: String { documents.joined(separator: "---\n") }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        let normalization = pick(["NONE", "BASE", "MERGE_SLASHES", "DECODE_AND_MERGE_SLASHES"])
        documents.append(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data:
              mesh: "pathNormalization: {normalization: \(normalization)}"

            """)
        documents.append(
            """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: istio-system}
            spec: {mtls: {mode: STRICT}}

            """)
        let namespaces = (0..<Int.random(in: 1...3, using: &random)).map { "team-\($0)" }
        var workloads: [(namespace: String, name: String)] = []
        for namespace in namespaces {
            documents.append("apiVersion: v1\nkind: Namespace\nmetadata: {name: \(namespace)}\n")
            for index in 0..<Int.random(in: 1...3, using: &random) {
                workloads.append((namespace, "app-\(index)"))
                accounts.append((namespace, "account-\(index)"))
                addWorkload(namespace, "app-\(index)", account: "account-\(index)")
            }
        }
        for workload in workloads where chance(85) { addPolicies(workload.namespace, workload.name) }
        documents.shuffle(using: &random)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func addWorkload(_ namespace: String, _ name: String, account: String) {
        documents.append(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: \(name), namespace: \(namespace)}
            spec: {template: {metadata: {labels: {app: \(name)}}, spec: {serviceAccountName: \(account)}}}

            """)
        guard chance(70) else { return }
        let target = pick(["8080", "80", "http-main"])
        documents.append(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: \(name), namespace: \(namespace)}
            spec: {selector: {app: \(name)}, ports: [{name: http, port: 80, targetPort: \(target)}]}

            """)
    }

    private mutating func addPolicies(_ namespace: String, _ name: String) {
        let count = Int.random(in: 1...4, using: &random)
        var rules = (0..<count).map { rule($0) }
        if chance(40) {
            issuers += 1
            let issuer = "https://issuer-\(issuers).example"
            documents.append(
                """
                apiVersion: security.istio.io/v1
                kind: RequestAuthentication
                metadata: {name: tokens-of-\(name), namespace: \(namespace)}
                spec:
                  selector: {matchLabels: {app: \(name)}}
                  jwtRules: [{issuer: "\(issuer)", audiences: [\(name).example], jwksUri: "\(issuer)/keys"}]

                """)
            let condition = chance(50) ? ", when: [{key: \"request.auth.claims[groups]\", values: [ops, dev]}]" : ""
            rules.append(
                "{from: [{source: {requestPrincipals: [\"\(issuer)/*\"]}}], to: [{operation: {paths: [/account]}}]\(condition)}"
            )
        }
        add("access-to-\(name)", namespace, name, "ALLOW", rules)
        if chance(40) { add("deny-on-\(name)", namespace, name, "DENY", [denial()]) }
        if chance(20) {
            add("audit-of-\(name)", namespace, name, "AUDIT", ["{to: [{operation: {methods: [DELETE]}}]}"])
        }
        if chance(15) {
            // It allows everything, and is never asked.
            add("trial-of-\(name)", namespace, name, "ALLOW", ["{}"], annotations: "istio.io/dry-run: \"true\"")
        }
    }

    /// Who may do what at paths that no other rule has.
    private mutating func rule(_ index: Int) -> String {
        let account = pick(accounts)
        let who =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: "namespaces: [\(account.namespace)]"
            case 1: "principals: [\"cluster.local/ns/\(account.namespace)/sa/*\"]"
            case 2: "serviceAccounts: [\(account.namespace)/\(account.name)]"
            default: "principals: [cluster.local/ns/\(account.namespace)/sa/\(account.name)]"
            }
        let methods = pick(["methods: [GET], ", "methods: [GET, HEAD, POST], ", "methods: [GET, \"P*\"], ", ""])
        let paths = pick([
            "paths: [/part-\(index)]", "paths: [/part-\(index), \"/part-\(index)/*\"]",
            "paths: [\"/part-\(index)/{*}/items\"]",
            "paths: [\"/part-\(index)*\"], notMethods: [DELETE]",
        ])
        let condition = chance(20) ? ", when: [{key: \"request.headers[x-part]\", values: [one, two]}]" : ""
        return "{from: [{source: {\(who)}}], to: [{operation: {\(methods)\(paths)}}]\(condition)}"
    }

    /// What nobody gets around: an address that the peer has, a namespace under mutual TLS, the lack of a name, a method.
    private mutating func denial() -> String {
        pick([
            "{from: [{source: {ipBlocks: [198.51.100.0/24]}}]}",
            "{from: [{source: {namespaces: [\(accounts[0].namespace)]}}], to: [{operation: {methods: [DELETE]}}]}",
            "{from: [{source: {notPrincipals: [\"*\"]}}]}",
            "{to: [{operation: {methods: [TRACE, CONNECT]}}]}",
            "{to: [{operation: {notPaths: [\"/part-*\", /account]}}]}",
        ])
    }

    private mutating func add(
        _ policy: String, _ namespace: String, _ workload: String, _ action: String, _ rules: [String],
        annotations: String = ""
    ) {
        documents.append(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: \(policy), namespace: \(namespace)\(annotations.isEmpty ? "" : ", annotations: {\(annotations)}")}
            spec:
              selector: {matchLabels: {app: \(workload)}}
              action: \(action)
              rules: [\(rules.joined(separator: ", "))]

            """)
    }
}
