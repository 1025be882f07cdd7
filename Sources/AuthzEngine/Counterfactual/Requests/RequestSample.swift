import AuthzCore
import AuthzPolicy

/// Requests around a given one, for the question what a change of policy lets through beside it.
struct RequestSample {
    /// A request with what it changes.
    private struct Variant {
        var document: RequestDocument
        var fields: [RequestField]
    }

    private let workload: Workload
    private let base: RequestDocument
    private let places: TokenPlaces
    private let now: Int64
    private let old: DecisionPoint
    /// Whether the request has a token and the rules ask for some.
    private let asksForToken: Bool
    /// Headers and addresses of the request that are not among what varies.
    private let accidents: [RequestField]
    /// The denied ones, which a change may let through.
    private var variants: [Variant] = []
    /// Each one that is there, so that none counts twice.
    private var known: Set<String> = []
    /// How many there are with those that are allowed as it is.
    private var tried = 0
    private static let maximumValues = 7
    private static let maximumVariants = 400
    /// Of how many rules all values are tried.
    private static let maximumRules = 4
    /// How many values of a field of them.
    private static let maximumRuleValues = 64
    /// How many of their alternatives.
    private static let maximumPairs = 24

    init(around base: RequestDocument, for workload: Workload, by point: DecisionPoint, now: Int64) {
        self.workload = workload
        self.base = base
        self.now = now
        old = point
        let policySet = point.policySet
        places = TokenPlaces(of: workload, in: policySet)
        let tests = NearbyRules(of: base, for: workload, by: point, places: places, now: now).tests
        let fields = Self.fields(tests, base, workload)
        asksForToken =
            (base.token != nil || places.hasToken(base))
            && tests.tests(of: .token).contains {
                ($0.attribute == .requestPrincipal || $0.attribute == .claim) && !$0.isNegated
            }
        accidents = Self.accidents(of: base, places).filter { !fields.contains($0) }
        var values: [(field: RequestField, values: [RequestField.Value])] = []
        for field in fields {
            let own = Self.plain(field, base, workload) + candidates(for: field, tests, at: point, workload)
            values.append((field, Array(own.filter { isOther($0, field) }.prefix(Self.maximumValues))))
        }
        for (field, own) in values { for value in own { add([(field, value)]) } }
        for (index, first) in values.enumerated() {
            for second in values.dropFirst(index + 1) {
                for one in first.values.prefix(3) {
                    for other in second.values.prefix(3) { add([(first.field, one), (second.field, other)]) }
                }
            }
        }
        var decider = Decider(now: now)
        _ = decider.decide(base, for: workload, by: point)
        for variant in around(Self.denying(decider, workload, point), at: point, workload) { variants.append(variant) }
        tried = variants.count
        variants.removeAll { decider.allows($0.document, for: workload, by: point) }
    }

    private func candidates(
        for field: RequestField, _ tests: FieldTests, at point: DecisionPoint, _ workload: Workload
    ) -> [RequestField.Value] {
        let sides = [PolicySide(point: point, workload: workload, tests: tests)]
        return field == .token
            ? TokenCandidates(for: sides, base: base, places: places, now: now).candidates(at: base.location).values
            : FieldCandidates(of: field, for: sides, base: base).values
    }

    /// Whether the request is another one with this value.
    private func isOther(_ value: RequestField.Value, _ field: RequestField) -> Bool {
        guard field == .token else { return value != field.value(in: base) }
        let sent = places.claims(in: base).map { ClaimTree(json: $0).json }
        // A token that cannot be read is none that anybody accepts.
        guard case .token(.claims(let json, _, _)) = value else { return sent != nil }
        return ClaimTree(json: json).json != sent
    }

    /// Those that rules test, and those that a rule is likely to leave open.
    private static func fields(_ tests: FieldTests, _ base: RequestDocument, _ workload: Workload) -> [RequestField] {
        var fields: Set<RequestField> = [.principal, .port]
        // Where the peer has an identity, its address is an accident.
        if base.source.ip != nil, base.source.principal == nil { fields.insert(.sourceIP) }
        if base.request != nil, workload.readsHTTP { fields.formUnion([.method, .path, .host, .token]) }
        fields.formUnion(tests.byField.keys)
        if base.request == nil || !workload.readsHTTP {
            fields = fields.filter { [.principal, .port, .sni, .sourceIP, .remoteIP, .destinationIP].contains($0) }
        }
        return fields.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }
    }

    /// What a request has that a rule for it need not name.
    private static func accidents(of base: RequestDocument, _ places: TokenPlaces) -> [RequestField] {
        let names = (base.request?.headers ?? []).map { $0.name.lowercased() }.uniqued()
        let headers = names.filter { !places.holdsToken($0) }.prefix(16).map { RequestField.header($0) }
        return (base.source.ip == nil ? [] : [.sourceIP]) + (base.source.remoteIP == nil ? [] : [.remoteIP]) + headers
    }

    /// Other values that nobody has to name.
    private static func plain(
        _ field: RequestField, _ base: RequestDocument, _ workload: Workload
    ) -> [RequestField.Value] {
        switch field {
        case .method: return ["GET", "DELETE"].map { .text($0) }
        case .path:
            let path = base.request?.path.split(separator: "?").first.map(String.init) ?? "/"
            return [.text(path + (path.hasSuffix("/") ? "x" : "/x")), .text("/x")]
        case .host: return [.text("other.example")]
        case .port: return base.destination.port == nil ? [] : [.port(base.destination.port == 9 ? 10 : 9)]
        // Who names nobody is the worst that can be let in. At a waypoint nobody knows who that is.
        case .principal: return base.source.principal == nil || workload.role == .waypoint ? [] : [.absent]
        case .token: return [.absent]
        case .header, .sni, .scheme, .remoteIP, .sourceIP, .destinationIP: return []
        }
    }

    private mutating func add(_ changes: [(field: RequestField, value: RequestField.Value)]) {
        guard variants.count < Self.maximumVariants, known.insert(Self.key(changes)).inserted else { return }
        variants.append(variant(changes))
    }

    private func variant(_ changes: [(field: RequestField, value: RequestField.Value)]) -> Variant {
        var document = base
        for change in changes { change.field.set(change.value, in: &document, places: places) }
        return Variant(document: document, fields: changes.map(\.field))
    }

    private static func key(_ changes: [(field: RequestField, value: RequestField.Value)]) -> String {
        changes.map { "\($0.field.name)=\($0.value.key)" }.sorted().joined(separator: "\n")
    }

    // MARK: Rules

    /// The DENY and CUSTOM rules that stand in the way of the request that was decided last.
    private static func denying(_ decider: Decider, _ workload: Workload, _ point: DecisionPoint) -> [Program.Rule] {
        let facts = decider.facts(for: workload)
        let chain = workload.chain(isHTTP: facts.isHTTP)
        let rules = chain.custom.flatMap(\.rules.rules) + chain.deny.enforced.rules
        return holding(rules, decider, workload, point, .denying)
    }

    private static func holding(
        _ rules: [Program.Rule], _ decider: Decider, _ workload: Workload, _ point: DecisionPoint, _ caution: Caution
    ) -> [Program.Rule] {
        let facts = decider.facts(for: workload)
        let (request, claims) = (decider.request, decider.workspace.claims)
        return Array(
            rules.lazy.filter {
                point.policySet.program.holds($0, for: request, facts, claims: claims, caution: caution)
            }.prefix(maximumRules))
    }

    /// Requests that some rules tell apart: with each of their values, and one for each of their alternatives.
    private func around(_ rules: [Program.Rule], at point: DecisionPoint, _ workload: Workload) -> [Variant] {
        let program = point.policySet.program
        var known = known
        var found: [Variant] = []
        var probe = RequestProbe(point: point, workload: workload, base: base, places: places, now: now)
        let take = { (changes: [(field: RequestField, value: RequestField.Value)]) in
            guard !changes.isEmpty, known.insert(Self.key(changes)).inserted else { return }
            found.append(variant(changes))
        }
        for rule in rules {
            let tests = FieldTests(
                program, tests: Set(FieldTests.tests(of: rule, in: program)), workload, places: places)
            let fields = Self.fields(tests, base, workload).filter { tests.byField[$0] != nil }
            for field in fields {
                let values = candidates(for: field, tests, at: point, workload).filter { isOther($0, field) }
                for value in values.prefix(Self.maximumRuleValues) { take([(field, value)]) }
            }
            let pairs = rule.permissions.flatMap { one in rule.principals.map { [one, $0] } }
            // The request fits the one alternative of a rule that has no other.
            for pair in pairs.prefix(pairs.count > 1 ? Self.maximumPairs : 0) {
                let own = Set(pair.flatMap { Array(program.conjunctions[Int($0)].tests) })
                let alternative = FieldTests(program, tests: own, workload, places: places)
                take(fields.compactMap { field in fitting(field, alternative, at: point, workload, &probe) })
            }
        }
        return found
    }

    /// A value with which the tests of a field hold; `nil` where the request has one.
    private func fitting(
        _ field: RequestField, _ tests: FieldTests, at point: DecisionPoint, _ workload: Workload,
        _ probe: inout RequestProbe
    ) -> (field: RequestField, value: RequestField.Value)? {
        guard let own = tests.byField[field] else { return nil }
        let fits = { (value: RequestField.Value, probe: inout RequestProbe) in
            guard let answers = probe.answers(own, of: field, value) else { return false }
            return own.indices.allSatisfy { answers.passes($0) }
        }
        guard !fits(field.value(in: base), &probe) else { return nil }
        for value in candidates(for: field, tests, at: point, workload) where fits(value, &probe) {
            return (field, value)
        }
        return nil
    }

    // MARK: What is opened

    /// What other policies let through that those of the sample do not.
    func opening(to new: DecisionPoint) -> PolicyChange.Opening {
        var opening = PolicyChange.Opening(tried: tried)
        var worst: (Int, Int)?
        var decider = Decider(now: now)
        let description = workload.description
        let after = new.policySet.workload(description)
        // Whatever the rule that lets the request through names beside it may be what was opened.
        _ = decider.decide(base, for: after, by: new)
        let rules = after.chain(isHTTP: decider.facts(for: after).isHTTP).allow.enforced.rules
        let beside = around(Self.holding(rules, decider, after, new, .allowing), at: new, after)
        opening.tried += beside.count
        let closed = beside.filter { !decider.allows($0.document, for: workload, by: old) }
        for variant in variants + closed where decider.allows(variant.document, for: after, by: new) {
            opening.opened += 1
            if asksForToken, isWithoutToken(variant.document) { opening.needsNoToken = true }
            let isAnonymous = isAnonymous(variant.document)
            if isAnonymous { opening.isForAnybody = true }
            let rank = (isAnonymous ? 0 : 1, variant.fields.count)
            guard worst.map({ rank < $0 }) ?? true else { continue }
            worst = rank
            opening.example = variant.fields.map {
                RequestChange.Edit($0, from: base, to: variant.document, places: places, workload: workload)
            }
            opening.exampleDocument = variant.document
        }
        for name in old.policySet.workloadNames.prefix(200) {
            guard let other = old.policySet.workload(named: name), let changed = new.policySet.workload(named: name),
                other.description.namespace != description.namespace || other.description.labels != description.labels
            else { continue }
            opening.tried += 1
            if decider.allows(base, for: changed, by: new), !decider.allows(base, for: other, by: old) {
                opening.workloads.append(name)
            }
        }
        for field in accidents {
            var document = base
            field.set(field.isHTTP ? .absent : .address(Self.elsewhere), in: &document, places: places)
            if decider.allows(document, for: after, by: new), !decider.allows(document, for: workload, by: old) {
                opening.untested.append(field)
            }
        }
        return opening
    }

    /// An address for documentation (RFC 5737) that no example of ours has.
    private static let elsewhere = IPAddress(v4: 0xC000_02FD)

    private func isWithoutToken(_ document: RequestDocument) -> Bool {
        document.token == nil && !places.hasToken(document)
    }

    /// Whether a request says less of who sends it than the given one.
    private func isAnonymous(_ document: RequestDocument) -> Bool {
        base.source.principal != nil && document.source.principal == nil
            || !isWithoutToken(base) && isWithoutToken(document)
    }
}

extension RequestField.Value {
    /// What tells it from other values of its field.
    fileprivate var key: String {
        switch self {
        case .absent: "-"
        case .text(let text): "=\(text)"
        case .lines(let lines): lines.map { "=\($0)" }.joined(separator: "\n")
        case .address(let address): "\(address)"
        case .port(let port): "\(port)"
        case .token(.claims(let json, let isGood, _)): "\(isGood)\(json)"
        case .token(.compact(let token)): token
        }
    }
}
