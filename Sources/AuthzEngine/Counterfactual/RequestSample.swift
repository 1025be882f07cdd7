import AuthzCore
import AuthzPolicy

/// Requests around a given one, for the question what a change of policy lets through beside it.
struct RequestSample {
    private let workload: Workload
    private let base: RequestDocument
    private let places: TokenPlaces
    private let now: Int64
    private let old: DecisionPoint
    /// The denied ones, which a change may let through.
    private var variants: [(document: RequestDocument, fields: [RequestField])] = []
    /// How many there are with those that are allowed as it is.
    private var tried = 0
    private static let maximumValues = 7
    private static let maximumVariants = 400

    init(around base: RequestDocument, for workload: Workload, by point: DecisionPoint, now: Int64) {
        self.workload = workload
        self.base = base
        self.now = now
        old = point
        let policySet = point.policySet
        places = TokenPlaces(of: workload, in: policySet)
        let chain = workload.chain(isHTTP: base.request != nil)
        let tests = FieldTests(policySet.program, chain, workload, places: places)
        let sides = [PolicySide(point: point, workload: workload, tests: tests)]
        var values: [(field: RequestField, values: [RequestField.Value])] = []
        for field in Self.fields(tests, base, workload) {
            var own =
                field == .token
                ? TokenCandidates(for: sides, base: base, places: places, now: now)
                    .candidates(at: base.location).values
                : FieldCandidates(of: field, for: sides, base: base).values
            own = Array((Self.plain(field, base) + own).prefix(Self.maximumValues))
            values.append((field, own))
        }
        for (field, own) in values { for value in own { add([(field, value)]) } }
        for (index, first) in values.enumerated() {
            for second in values.dropFirst(index + 1) {
                for one in first.values.prefix(3) {
                    for other in second.values.prefix(3) { add([(first.field, one), (second.field, other)]) }
                }
            }
        }
        tried = variants.count
        var decider = Decider(now: now)
        variants.removeAll { decider.allows($0.document, for: workload, by: point) }
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

    /// Other values that nobody has to name.
    private static func plain(_ field: RequestField, _ base: RequestDocument) -> [RequestField.Value] {
        switch field {
        case .method: return ["GET", "DELETE"].filter { $0 != base.request?.method }.map { .text($0) }
        case .path:
            let path = base.request?.path.split(separator: "?").first.map(String.init) ?? "/"
            return [.text(path + (path.hasSuffix("/") ? "x" : "/x")), .text("/x")]
        case .host: return [.text("other.example")]
        case .port: return base.destination.port == nil ? [] : [.port(base.destination.port == 9 ? 10 : 9)]
        case .principal, .token, .header, .sni, .scheme, .remoteIP, .sourceIP, .destinationIP: return []
        }
    }

    private mutating func add(_ changes: [(field: RequestField, value: RequestField.Value)]) {
        guard variants.count < Self.maximumVariants else { return }
        var document = base
        for change in changes { change.field.set(change.value, in: &document, places: places) }
        variants.append((document, changes.map(\.field)))
    }

    /// What other policies let through that those of the sample do not.
    func opening(to new: DecisionPoint) -> PolicyChange.Opening {
        var opening = PolicyChange.Opening(tried: tried)
        var decider = Decider(now: now)
        let description = workload.description
        let after = new.policySet.workload(description)
        for variant in variants where decider.allows(variant.document, for: after, by: new) {
            let edits = variant.fields.map { RequestChange.Edit($0, from: base, to: variant.document, places: places) }
                .filter { $0.from != $0.to }
            guard !edits.isEmpty else { continue }
            opening.opened += 1
            if opening.example == nil {
                opening.example = edits
                opening.exampleDocument = variant.document
            }
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
        return opening
    }
}

/// Decides documents one after the other.
struct Decider {
    let now: Int64
    private(set) var request = CheckRequest()
    private(set) var workspace = Workspace()

    init(now: Int64) {
        self.now = now
    }

    mutating func decide(_ document: RequestDocument, for workload: Workload?, by point: DecisionPoint) -> Decision {
        request.fill(from: document, for: workload, in: point.policySet)
        var trace: Trace?
        return point.decide(&request, for: workload, now: now, in: &workspace, trace: &trace)
    }

    /// What the rules saw of the last request, or would have seen where it did not get so far.
    func facts(for workload: Workload) -> Facts {
        if let facts = workspace.facts { return facts }
        var facts = Facts()
        RequestPreparation.readConnection(of: request, into: &facts)
        facts.isHTTP = request.transport == .http && workload.readsHTTP
        if facts.isHTTP { RequestPreparation.readOperation(of: request, into: &facts) }
        return facts
    }

    mutating func allows(_ document: RequestDocument, for workload: Workload?, by point: DecisionPoint) -> Bool {
        decide(document, for: workload, by: point).outcome == .allow
    }
}
