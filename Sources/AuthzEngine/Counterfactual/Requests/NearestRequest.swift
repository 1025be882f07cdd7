import AuthzCore
package import AuthzPolicy

/// Finds the smallest change of a denied request that is allowed: the fewest fields, over the values that the policies in force
/// name and witnesses of what they leave open.
///
/// What denies says which fields have to change: those of the rule that matched, or of those that an ALLOW rule lacks. Every
/// request on the way is put to ``DecisionPoint``, so a change that is told has been allowed by it; the search only leaves out
/// what cannot help.
package struct NearestRequest {
    /// How many requests are decided before the search gives up.
    package static let maximumDecisions = 50_000
    /// How many changes of one size are collected.
    private static let maximumSolutions = 48
    /// How many are told.
    private static let toldChanges = 3

    private let point: DecisionPoint
    private let workload: Workload
    private let base: RequestDocument
    private let now: Int64
    private let places: TokenPlaces
    private let tests: FieldTests
    private let allowRules: [Program.Rule]
    private var probe: RequestProbe
    private var spaces: [RequestField: Space] = [:]

    private var request = CheckRequest()
    private var workspace = Workspace()
    private var decisions = 0
    private var isBounded = false
    private var isCutOff = false
    private var isComplete = true
    private var visited: Set<[RequestField: Int]> = []
    private var solutions: [[RequestField: Int]] = []
    /// Why the request is denied as it is.
    private var reason: Reason?

    /// The values of a field that differ in an answer, without those that answer as the request does.
    private struct Space {
        var values: [RequestField.Value] = []
        var answers: [RequestProbe.Answers] = []
        /// Where the answers of a test stand.
        var places: [Int32: Int] = [:]
    }

    /// - Parameter now: Seconds since 1970.
    package init(of document: RequestDocument, for workload: Workload, by point: DecisionPoint, now: Int64) {
        self.point = point
        self.workload = workload
        self.now = now
        base = document
        places = TokenPlaces(of: workload, in: point.policySet)
        let rules = NearbyRules(of: document, for: workload, by: point, places: places, now: now)
        tests = rules.tests
        allowRules = rules.allow
        isComplete = rules.isAll && !tests.readsDerivedValues
        probe = RequestProbe(point: point, workload: workload, base: document, places: places, now: now)
    }

    /// - Returns: No changes and the verdict `none` where the request is allowed as it is.
    package mutating func search() -> RequestChanges {
        var size = 0
        repeat {
            isCutOff = false
            visited.removeAll(keepingCapacity: true)
            visit([:], remaining: size)
            if !solutions.isEmpty || isBounded || !isCutOff { break }
            size += 1
        } while true
        var told: [RequestChange] = []
        if solutions.first?.isEmpty == false {
            for solution in ranked() { told.append(change(solution)) }
        }
        let verdict: RequestChanges.Verdict = !told.isEmpty ? .found : isBounded || !isComplete ? .bounded : .none
        return RequestChanges(verdict: verdict, changes: told, decisions: decisions)
    }

    // MARK: The search

    private mutating func visit(_ assigned: [RequestField: Int], remaining: Int) {
        guard solutions.count < Self.maximumSolutions, visited.insert(assigned).inserted else { return }
        guard decisions < Self.maximumDecisions else {
            isBounded = true
            return
        }
        let decision = decide(document(assigned))
        if assigned.isEmpty { reason = decision.reason }
        if decision.outcome == .allow {
            solutions.append(assigned)
            return
        }
        for step in steps(from: decision, assigned, remaining: remaining) {
            guard remaining > 0 else {
                isCutOff = true
                return
            }
            var next = assigned
            next[step.field] = step.value
            visit(next, remaining: remaining - 1)
            if isBounded { return }
        }
    }

    private mutating func decide(_ document: RequestDocument) -> Decision {
        decisions += 1
        request.fill(from: document, for: workload, in: point.policySet)
        var trace: Trace?
        return point.decide(&request, for: workload, now: now, in: &workspace, trace: &trace)
    }

    private func document(_ assigned: [RequestField: Int]) -> RequestDocument {
        var document = base
        // A token goes first: it takes away what stood in its place, and a header that is set then counts.
        for field in assigned.keys.sorted(by: { ($0 == .token ? 0 : 1, $0.name) < ($1 == .token ? 0 : 1, $1.name) }) {
            guard let value = assigned[field], let space = spaces[field] else { continue }
            field.set(space.values[value], in: &document, places: places)
        }
        return document
    }

    private struct Step {
        var field: RequestField
        var value: Int
    }

    /// The changes one of which every allowed request has that agrees with what is assigned.
    private mutating func steps(
        from decision: Decision, _ assigned: [RequestField: Int], remaining: Int
    ) -> [Step] {
        let headers = (base.request?.headers ?? []).map { RequestField.header($0.name.lowercased()) }
        switch decision.reason {
        case .plaintextNotPermitted, .mtlsNotAccepted, .trustDomainNotAccepted:
            return all(of: [.principal, .port], assigned)
        case .deniedByPolicy, .deniedByCustom, .customProviderInvalid:
            let chain = workload.chainKind(isHTTP: base.request != nil)
            return point.policySet.rule(determining: decision, on: chain).map { breaking($0, assigned) } ?? []
        case .noAllowPolicyMatched: return fitting(assigned, remaining: remaining)
        case .tokenMalformed, .tokenTooLong, .tokenAlgorithmNotAllowed, .tokenIssuerUnknown, .tokenNotYetValid,
            .tokenExpired, .tokenAudienceMismatch, .tokenKeyUnknown, .tokenSignatureInvalid, .keysUnavailable:
            return all(of: [.token, .path] + headers, assigned)
        case .requestInvalid: return all(of: [.method, .path, .host, .scheme, .token] + headers, assigned)
        case .allowedByPolicy, .noPolicyApplies, .unknownWorkload, .conflictingHeaders, .untrustedProxy,
            .internalError:
            return []
        }
    }

    private mutating func all(of fields: [RequestField], _ assigned: [RequestField: Int]) -> [Step] {
        var seen: Set<RequestField> = []
        return fields.filter { assigned[$0] == nil && seen.insert($0).inserted }.flatMap { field in
            space(of: field).values.indices.map { Step(field: field, value: $0) }
        }
    }

    /// The changes after which one of the rule's tests fails.
    private mutating func breaking(_ rule: Program.Rule, _ assigned: [RequestField: Int]) -> [Step] {
        var steps: [Step] = []
        var seen: Set<RequestField> = []
        let own = Set(FieldTests.tests(of: rule, in: point.policySet.program))
        for field in own.sorted().flatMap(tests.fields) where assigned[field] == nil && seen.insert(field).inserted {
            let space = space(of: field)
            let read = own.compactMap { space.places[$0] }
            for value in space.values.indices where read.contains(where: { space.answers[value].fails($0) }) {
                steps.append(Step(field: field, value: value))
            }
        }
        return steps.sorted { $0.field.rank < $1.field.rank }
    }

    /// For each way in which an ALLOW rule could match, the changes that mend its first test that fails.
    private mutating func fitting(_ assigned: [RequestField: Int], remaining: Int) -> [Step] {
        guard let facts = workspace.facts else { return [] }
        let program = point.policySet.program
        var steps: [Step] = []
        var seen: Set<Int32> = []
        for rule in allowRules {
            let sides = [rule.permissions, rule.principals].map { side in
                side.map { conjunction in
                    program.conjunctions[Int(conjunction)].tests.filter { index in
                        program.outcome(
                            of: program.tests[Int(index)], for: request, facts, claims: workspace.claims,
                            caution: .allowing) != .matches
                    }
                }
            }
            for permissions in sides[0] {
                for principals in sides[1] {
                    let failing = permissions + principals
                    guard let need = need(of: failing, assigned) else { continue }
                    guard need <= remaining || remaining == 0 else {
                        isCutOff = true
                        continue
                    }
                    guard let first = failing.first, seen.insert(first).inserted else { continue }
                    for field in tests.fields(of: first) where assigned[field] == nil {
                        let space = space(of: field)
                        guard let place = space.places[first] else { continue }
                        for value in space.values.indices where space.answers[value].passes(place) {
                            steps.append(Step(field: field, value: value))
                        }
                    }
                }
            }
        }
        return steps
    }

    /// How many fields have to change at least for these tests to hold; `nil` where one of them cannot.
    private func need(of failing: [Int32], _ assigned: [RequestField: Int]) -> Int? {
        var needed: Set<RequestField> = []
        for test in failing {
            let open = tests.fields(of: test).filter { assigned[$0] == nil }
            if open.isEmpty { return nil }
            if open.count == 1 { needed.insert(open[0]) }
        }
        return max(1, needed.count)
    }

    // MARK: Values

    private mutating func space(of field: RequestField) -> Space {
        if let known = spaces[field] { return known }
        let own = tests.byField[field] ?? []
        let sides = [PolicySide(point: point, workload: workload, tests: tests)]
        var candidates =
            field == .token
            ? TokenCandidates(for: sides, base: base, places: places, now: now).candidates(at: base.location)
            : FieldCandidates(of: field, for: sides, base: base)
        if field == .principal {
            let peers = KnownPeers.identities(for: workload, in: point.policySet)
            candidates.values.insert(contentsOf: peers.map { .text($0) }, at: 0)
        }
        if base.request == nil || !workload.readsHTTP, field.isHTTP { candidates.values = [] }
        // Who has a token for another audience wants to know for which.
        if field == .token, reason == .tokenAudienceMismatch {
            candidates.values = candidates.values.filter { $0 != .absent } + [.absent]
        }
        var space = Space()
        for (place, test) in own.enumerated() { space.places[test] = place }
        var seen: Set<RequestProbe.Answers> = []
        // What a request does not say itself follows from its other fields, which may change.
        let base = field.value(in: base)
        var isImplied = false
        if case (.remoteIP, .absent) = (field, base) { isImplied = true }
        if !isImplied, let answers = probe.answers(own, of: field, base) { seen.insert(answers) }
        for value in candidates.values {
            guard let answers = probe.answers(own, of: field, value), seen.insert(answers).inserted else { continue }
            space.values.append(value)
            space.answers.append(answers)
        }
        if !candidates.isComplete { isComplete = false }
        spaces[field] = space
        return space
    }

    // MARK: What is told

    /// The solutions, one for each set of fields, the likeliest first.
    private func ranked() -> [[RequestField: Int]] {
        var seen: Set<Set<RequestField>> = []
        let key = { (solution: [RequestField: Int]) in
            // Where a workload listens is for no client to choose.
            (solution[.port] == nil ? 0 : 1, solution.keys.map(\.rank).reduce(0, +), solution.values.reduce(0, +))
        }
        let sorted = solutions.enumerated().sorted { left, right in
            let (one, other) = (key(left.element), key(right.element))
            return one == other ? left.offset < right.offset : one < other
        }
        let distinct = sorted.map(\.element).filter { seen.insert(Set($0.keys)).inserted }
        // A port that the workload does not have is a change of its own, and only told where there is no other.
        let possible = distinct.filter { !namesMissingPort($0) }
        return Array((possible.isEmpty ? distinct : possible).prefix(Self.toldChanges))
    }

    private func namesMissingPort(_ solution: [RequestField: Int]) -> Bool {
        guard let value = solution[.port], case .port(let port)? = spaces[.port]?.values[value] else { return false }
        let ports = point.policySet.servicePorts
        return ports.targets(of: workload.description)[port] != nil || ports.isMissing(port, at: workload.description)
    }

    private mutating func change(_ assigned: [RequestField: Int]) -> RequestChange {
        let document = document(assigned)
        let decision = decide(document)
        let report = DecisionReport(
            decision, of: request, sentPath: document.request?.path, for: FoundWorkload(workload: workload), at: point,
            in: workspace)
        let fields = assigned.keys.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }
        return RequestChange(
            edits: fields.map {
                RequestChange.Edit($0, from: base, to: document, places: places, workload: workload)
            },
            document: document, report: report)
    }
}
