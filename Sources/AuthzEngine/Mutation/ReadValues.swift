import AuthzCore
import AuthzPolicy

/// The values that the policies of a destination read, as examples of what fits them and of what lies just beside.
struct ReadValues {
    private(set) var ports: [UInt16] = []
    /// Without `spiffe://`.
    private(set) var principals: [String] = []
    private(set) var sourceAddresses: [IPAddress] = []
    private(set) var remoteAddresses: [IPAddress] = []
    private(set) var destinationAddresses: [IPAddress] = []
    private(set) var serverNames: [String] = []
    private(set) var methods: [String] = []
    private(set) var paths: [String] = []
    private(set) var hosts: [String] = []
    private(set) var headers: [(name: String, values: [String])] = []
    /// Names of query parameters in which tokens are looked for.
    private(set) var tokenParameters: [String] = []
    private(set) var examples = ExampleTokens()
    private var trustDomain = "cluster.local"

    var tokens: [ExampleToken] { examples.tokens }

    /// Adds what the policies that reach a destination read.
    mutating func gather(
        _ documents: PolicyDocuments, _ policySet: PolicySet, _ destination: RequestDocument.Destination
    ) {
        guard let workload = policySet.workload(for: destination) else { return }
        trustDomain = policySet.mesh.trustDomain
        ports.add(workload.peerAuthentication.ports.keys.sorted())
        addPrincipals(["\(trustDomain)/ns/other/sa/other"])
        let attached = Set(
            workload.attachedPolicies.map { policySet.authorizationPolicies[$0].reference.qualifiedName })
        // Tokens first, since request principals are made of their issuers.
        for index in workload.tokenRules { gather(policySet.tokenRules[index]) }
        for policy in documents.authorizationPolicies {
            let reference = policy.reference
            guard attached.contains(reference.qualifiedName) else { continue }
            for rule in policy.rules { gather(rule, namespace: policy.metadata.namespace) }
        }
    }

    private mutating func gather(_ rule: AuthorizationPolicy.Rule, namespace: String) {
        for source in rule.from {
            for (field, lists) in source.fields { gather(ConditionField(field), lists, namespace) }
        }
        for operation in rule.to {
            for (field, lists) in operation.fields { gather(ConditionField(field), lists, namespace) }
        }
        for condition in rule.when {
            do throws(ConditionField.KeyProblem) {
                gather(try ConditionField(key: condition.key.value), condition.lists, namespace)
            } catch {
                // What istiod cannot read, no request is compared with.
                continue
            }
        }
    }

    private mutating func gather(
        _ field: ConditionField, _ lists: AuthorizationPolicy.ValueLists, _ namespace: String
    ) {
        for value in (lists.values + lists.notValues).map(\.value) { gather(field, value, namespace) }
    }

    private mutating func gather(_ field: ConditionField, _ value: String, _ namespace: String) {
        switch field {
        case .peerPrincipal: addPrincipals(Self.texts(value))
        case .namespace:
            for name in Self.texts(value) { addPrincipals(["\(trustDomain)/ns/\(name)/sa/other"]) }
        case .serviceAccount:
            let qualified = value.contains("/") ? value : "\(namespace)/\(value)"
            addPrincipals(["\(trustDomain)/ns/" + qualified.replacing("/", with: "/sa/")])
        case .trustDomain: for name in Self.texts(value) { addPrincipals(["\(name)/ns/other/sa/other"]) }
        case .sourceIP: sourceAddresses.add(Self.addresses(value))
        case .remoteIP: remoteAddresses.add(Self.addresses(value))
        case .destinationIP: destinationAddresses.add(Self.addresses(value))
        case .destinationPort: ports.add(UInt16(value).map { [$0, $0 == 65_535 ? 1 : $0 + 1] } ?? [])
        case .sni: serverNames.add(Self.texts(value))
        case .host: hosts.add(Self.texts(value) + ["other.example"])
        case .method: methods.add(["GET", "POST", "PUT", "DELETE"] + Self.texts(value))
        case .path: paths.add(Self.paths(value))
        case .header(let name): addHeader(name, Self.texts(value) + ["other"])
        case .requestPrincipal: examples.addPrincipal(value)
        case .claim(let path): examples.addClaim(path, Self.texts(value))
        // No request carries it.
        case .dynamicMetadata: break
        }
    }

    private mutating func gather(_ rule: TokenRule) {
        examples.addRule(issuer: rule.issuer, audiences: rule.audiences)
        for header in rule.headers where header.name != Array("authorization".utf8) {
            let prefix = String(decoding: header.prefix, as: UTF8.self)
            addHeader(String(decoding: header.name, as: UTF8.self), [prefix + "not-a-token"])
        }
        for cookie in rule.cookies { addHeader("cookie", [String(decoding: cookie, as: UTF8.self) + "=not-a-token"]) }
        for parameter in rule.params where parameter != Array("access_token".utf8) {
            tokenParameters.add([String(decoding: parameter, as: UTF8.self)])
        }
        for output in rule.outputHeaders { addHeader(String(decoding: output, as: UTF8.self), ["forged"]) }
    }

    private mutating func addPrincipals(_ names: [String]) {
        principals.add(names.filter { !$0.isEmpty })
    }

    private mutating func addHeader(_ name: String, _ values: [String]) {
        let index = headers.firstIndex { $0.name.lowercased() == name.lowercased() } ?? headers.count
        if index == headers.count { headers.append((name, [])) }
        headers[index].values.add(values)
    }

    // MARK: Examples

    /// What fits a pattern, and what does so barely not.
    static func texts(_ value: String) -> [String] {
        if value == "*" { return ["x"] }
        if value.hasPrefix("*") { return ["x" + value.dropFirst(), value.dropFirst() + "x"] }
        if value.hasSuffix("*") { return [value.dropLast() + "x", String(value.dropLast())] }
        return [value, value + "x"]
    }

    /// One path that fits a pattern or template.
    static func plainPath(_ value: String) -> String {
        texts(value)[0].replacing("{**}", with: "x").replacing("{*}", with: "x")
    }

    private static func paths(_ value: String) -> [String] {
        guard value.contains("{") else {
            let texts = texts(value)
            return value.hasSuffix("/*") && value.count > 2 ? texts + [String(value.dropLast(2))] : texts
        }
        let one = value.replacing("{**}", with: "x").replacing("{*}", with: "x")
        let several = value.replacing("{**}", with: "x/y").replacing("{*}", with: "x/y")
        return [one, several, one + "/x"]
    }

    /// The first address of a block, one just outside, and one far away.
    private static func addresses(_ value: String) -> [IPAddress] {
        guard let block = CIDRBlock(parsing: Array(value.utf8).span) else { return [] }
        let length = block.prefixLength
        var addresses = [block.base]
        switch block.base.family {
        case .v4:
            if length > 0 {
                let bits = UInt32(truncatingIfNeeded: block.base.low) ^ (1 << UInt32(32 - length))
                addresses.append(IPAddress(v4: bits))
            }
            addresses.append(IPAddress(v4: 0xc633_644d))
        case .v6:
            let (high, low) = (block.base.high, block.base.low)
            if length > 64 {
                addresses.append(IPAddress(high: high, low: low ^ (1 << UInt64(128 - length))))
            } else if length > 0 {
                addresses.append(IPAddress(high: high ^ (1 << UInt64(64 - length)), low: low))
            }
        }
        return addresses
    }
}

extension Array where Element: Equatable {
    /// Adds elements that are not there yet, in their order.
    mutating func add(_ elements: [Element]) {
        for element in elements where !contains(element) { append(element) }
    }
}
