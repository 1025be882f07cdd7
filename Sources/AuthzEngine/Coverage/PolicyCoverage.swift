import AuthzCore
package import AuthzPolicy

/// What of a policy set cases have put to the test.
///
/// A policy counts where one of its rules does, or, where it has none, where it decided. A rule counts where it matched when its
/// layer was asked; a JWT rule where it verified a token. A value counts where the answer of its rule, or of the mode for a
/// connection, would have been another one without it.
package struct PolicyCoverage: Sendable {
    /// By policy, then in the order in which they are written.
    package private(set) var items: [CoverageItem] = []
    /// How many cases put each item to the test.
    package private(set) var hits: [Int] = []

    private var rules: [CoverageSteps.RuleKey: Int] = [:]
    private var values: [CoverageSteps.ValueKey: [Int]] = [:]
    private var tokenRules: [Int: Int] = [:]
    private var audiences: [CoverageSteps.AudienceKey: [Int]] = [:]
    private var modes: [CoverageSteps.ModeKey: Int] = [:]
    private var authorizationPolicies: [Int: Int] = [:]
    /// The item of the policy that an item belongs to.
    private var owners: [Int: Int] = [:]

    /// - Parameter documents: What the set was compiled from.
    package init(_ documents: PolicyDocuments, compiled policySet: PolicySet) {
        addAuthorizationPolicies(documents, policySet)
        addRequestAuthentications(documents, policySet)
        addPeerAuthentications(policySet)
        hits = Array(repeating: 0, count: items.count)
    }

    /// Counts what one case put to the test.
    package mutating func count(_ steps: CoverageSteps) {
        var touched: Set<Int> = []
        for key in steps.rules { if let item = rules[key] { touched.insert(item) } }
        for key in steps.values { touched.formUnion(values[key] ?? []) }
        for key in steps.tokenRules { if let item = tokenRules[key] { touched.insert(item) } }
        for key in steps.audiences { touched.formUnion(audiences[key] ?? []) }
        for key in steps.modes { if let item = modes[key] { touched.insert(item) } }
        for policy in steps.emptyPolicies { if let item = authorizationPolicies[policy] { touched.insert(item) } }
        for item in touched where items[item].kind != .value || items[item].policy.kind == .peerAuthentication {
            if let owner = owners[item] { touched.insert(owner) }
        }
        for item in touched { hits[item] += 1 }
    }

    // MARK: Items

    private mutating func add(_ item: CoverageItem, owner: Int? = nil) -> Int {
        items.append(item)
        owners[items.count - 1] = owner
        return items.count - 1
    }

    private mutating func addAuthorizationPolicies(_ documents: PolicyDocuments, _ policySet: PolicySet) {
        var indices: [String: Int] = [:]
        for (index, policy) in policySet.authorizationPolicies.enumerated() {
            indices[policy.reference.qualifiedName] = index
        }
        for policy in documents.authorizationPolicies {
            let reference = policy.reference
            guard let index = indices[reference.qualifiedName] else { continue }
            let owner = add(CoverageItem(kind: .policy, policy: reference, location: reference.location))
            authorizationPolicies[index] = owner
            for (ordinal, rule) in policy.rules.enumerated() {
                let key = CoverageSteps.RuleKey(policy: index, ordinal: ordinal)
                rules[key] = add(
                    CoverageItem(kind: .rule, policy: reference, rule: ordinal + 1, location: rule.location),
                    owner: owner)
                addValues(of: rule, key, reference)
            }
        }
    }

    private mutating func addValues(
        of rule: AuthorizationPolicy.Rule, _ key: CoverageSteps.RuleKey, _ policy: PolicyReference
    ) {
        for (entry, source) in rule.from.enumerated() {
            for (field, lists) in source.fields { addValues(lists, key, policy, .from, entry, field.rawValue) }
        }
        for (entry, operation) in rule.to.enumerated() {
            for (field, lists) in operation.fields { addValues(lists, key, policy, .to, entry, field.rawValue) }
        }
        for (entry, condition) in rule.when.enumerated() {
            addValues(condition.lists, key, policy, .when, entry, condition.key.value)
        }
    }

    private mutating func addValues(
        _ lists: AuthorizationPolicy.ValueLists, _ rule: CoverageSteps.RuleKey, _ policy: PolicyReference,
        _ side: Program.TestSource.Side, _ entry: Int, _ name: String
    ) {
        for (isNegated, list) in [(false, lists.values), (true, lists.notValues)] {
            let negatedName = side == .when ? name : AuthorizationPolicy.negated(name)
            let field = isNegated ? negatedName : name
            let shown = "\(side) \(field)" + (isNegated && side == .when ? " notValues" : "")
            for value in list {
                let item = add(
                    CoverageItem(
                        kind: .value, policy: policy, rule: rule.ordinal + 1, field: shown, value: value.value,
                        location: value.location))
                let key = CoverageSteps.FieldKey(side: side, entry: entry, field: field, isNegated: isNegated)
                values[CoverageSteps.ValueKey(rule: rule, field: key, written: value.value), default: []].append(item)
            }
        }
    }

    private mutating func addRequestAuthentications(_ documents: PolicyDocuments, _ policySet: PolicySet) {
        var firstRules: [String: Int] = [:]
        for policy in policySet.requestAuthentications {
            firstRules[policy.reference.qualifiedName] = policy.rules.lowerBound
        }
        for policy in documents.requestAuthentications {
            let reference = policy.reference
            guard let first = firstRules[reference.qualifiedName] else { continue }
            let owner = add(CoverageItem(kind: .policy, policy: reference, location: reference.location))
            for (ordinal, rule) in policy.rules.enumerated() {
                tokenRules[first + ordinal] = add(
                    CoverageItem(kind: .rule, policy: reference, rule: ordinal + 1, location: rule.location),
                    owner: owner)
                for (audience, location) in zip(rule.audiences, rule.audienceLocations) {
                    let item = add(
                        CoverageItem(
                            kind: .value, policy: reference, rule: ordinal + 1, field: "audiences", value: audience,
                            location: location))
                    let key = CoverageSteps.AudienceKey(rule: first + ordinal, audience: audience)
                    audiences[key, default: []].append(item)
                }
            }
        }
    }

    private mutating func addPeerAuthentications(_ policySet: PolicySet) {
        for (index, compiled) in policySet.peerAuthentications.enumerated() {
            let reference = compiled.reference
            let owner = add(CoverageItem(kind: .policy, policy: reference, location: reference.location))
            func addMode(_ mode: PeerAuthentication.Mode, _ port: UInt16?, at location: SourceLocation) {
                let field = port.map { "portLevelMtls[\($0)].mode" } ?? "mtls.mode"
                let item = add(
                    CoverageItem(
                        kind: .value, policy: reference, field: field, value: mode.rawValue, location: location),
                    owner: owner)
                modes[CoverageSteps.ModeKey(policy: index, port: port)] = item
            }
            if let mode = compiled.policy.mode { addMode(mode.value, nil, at: mode.location) }
            for (port, mode) in compiled.policy.portModes.sorted(by: { $0.key < $1.key }) {
                guard let mode else { continue }
                addMode(mode, port, at: compiled.policy.portLocations[port] ?? reference.location)
            }
        }
    }
}
