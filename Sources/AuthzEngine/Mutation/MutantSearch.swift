import AuthzCore
package import AuthzPolicy

/// Looks for a request that policies and a mutant of them answer differently.
package struct MutantSearch {
    package enum Result: Sendable {
        /// A request that tells the two apart: the first found, as plain as it could be made.
        case difference(RequestDocument)
        /// None of so many requests does. Whether these are all that the policies and the mutant can tell apart.
        case none(requestCount: Int, isComplete: Bool)
        /// The policy reaches none of the destinations.
        case unreached
    }

    /// How many requests are decided for each destination at most; then some combinations are drawn.
    package static let maximumRequests = 40_000

    private let pair: PolicyPair
    /// Where the policy by itself matches alike, all decide alike. `nil` where it cannot be looked at by itself.
    private let alone: PolicyPair?
    private let policy: PolicyReference
    private let now: Int64
    private var requests = [CheckRequest(), CheckRequest()]
    private var workspace = Workspace()

    /// - Parameter now: Seconds since 1970, for requests that name no time.
    package init(
        _ mutant: Mutant, original: DecisionPoint, mutated: DecisionPoint, documents: PolicyDocuments, now: Int64
    ) {
        pair = PolicyPair(points: [original, mutated], documents: [documents, mutant.applied(to: documents)])
        policy = mutant.policy
        alone = pair.alone(mutant.policy)
        self.now = now
    }

    /// The destinations that policies are written for and that may be there: the workloads of the inventory, what targetRefs name, and
    /// where there is no workload, those that selectors describe and one of each namespace that none does.
    package static func destinations(
        _ documents: PolicyDocuments, _ policySet: PolicySet
    ) -> [RequestDocument.Destination] {
        var destinations = LintSite.all(documents, policySet).map(\.destination)
        if documents.inventory.workloads.isEmpty {
            for namespace in Set(documents.authorizationPolicies.map(\.metadata.namespace)).sorted() {
                var destination = RequestDocument.Destination()
                destination.namespace = namespace
                destination.labels = [:]
                destinations.append(destination)
            }
        }
        return destinations.map { destination in
            var destination = destination
            destination.ip = nil
            destination.port = 8080
            return destination
        }
    }

    /// Tries the requests of cases as they are, then combinations of the values that the policies of each destination tell apart.
    ///
    /// - Parameter reportProgress: Called now and then.
    package mutating func run(
        seeds: [RequestDocument], destinations: [RequestDocument.Destination], reportProgress: () -> Void = {}
    ) -> Result {
        let reached = destinations.filter { destination in
            pair.policySets.contains { $0.reaches(destination, by: policy) }
        }
        guard !reached.isEmpty else { return .unreached }
        var count = 0
        for seed in seeds
        where seed.check == nil && pair.policySets.contains(where: { $0.reaches(seed.destination, by: policy) }) {
            count += 1
            if differs(seed) { return .difference(seed) }
        }
        var isComplete = true
        for destination in reached {
            guard mayDiffer(destination) else { continue }
            for isHTTP in [true, false] {
                guard let space = space(at: destination, isHTTP: isHTTP) else { continue }
                var budget = Self.maximumRequests
                let presenceMatters = !isThereAlike(at: destination, isHTTP: isHTTP)
                switch search(space, presenceMatters: presenceMatters, &budget, reportProgress) {
                case .found(let choice): return .difference(plainest(choice, space))
                case .nothing(let hasTriedAll): isComplete = isComplete && hasTriedAll && space.isComplete
                }
                count += Self.maximumRequests - budget
            }
        }
        return .none(requestCount: count, isComplete: isComplete)
    }

    /// Whether the mutant changes the JWT rules of a destination, if these are what it is about.
    private func mayDiffer(_ destination: RequestDocument.Destination) -> Bool {
        guard policy.kind == .requestAuthentication else { return true }
        let rules = pair.policySets.map { policySet in
            policySet.workload(for: destination).map { $0.tokenRules.map { policySet.tokenRules[$0] } } ?? []
        }
        return rules[0].count != rules[1].count || !zip(rules[0], rules[1]).allSatisfy { $0.isUnchanged(as: $1) }
    }

    // MARK: What is tried

    private func space(at destination: RequestDocument.Destination, isHTTP: Bool) -> RequestSpace? {
        let workloads = pair.policySets.compactMap { $0.workload(for: destination) }
        guard workloads.count == pair.points.count else { return nil }
        let rules = zip(workloads, pair.policySets).map { workload, policySet in
            workload.tokenRules.map { policySet.tokenRules[$0] }
        }
        let places = TokenPlaces(of: rules.flatMap(\.self))
        let readsDryRuns = pair.versions(of: policy).contains(where: \.isDryRun)
        var near: [Set<Int32>] = []
        let sides = zip(workloads, pair.points).map { workload, point in
            let program = point.policySet.program
            let own = ownRules(at: workload, in: point.policySet, isHTTP: isHTTP)
            near.append(own.reduce(into: []) { $0.formUnion(FieldTests.tests(of: $1, in: program)) })
            let tests = FieldTests(
                program, workload.chain(isHTTP: isHTTP), workload, places: places, others: own,
                readsDryRuns: readsDryRuns)
            return PolicySide(point: point, workload: workload, tests: tests)
        }
        let what: RequestSpace.Near =
            switch policy.kind {
            case .authorizationPolicy: alone == nil ? .unknown : .tests(near)
            case .requestAuthentication: .tokens
            case .peerAuthentication: .connection
            }
        return RequestSpace(destination, isHTTP: isHTTP, sides, near: what, places: places, now: now)
    }

    /// The rules of the policy in question, where it reaches the workload.
    private func ownRules(at workload: Workload, in policySet: PolicySet, isHTTP: Bool) -> [Program.Rule] {
        workload.attachedPolicies.map { policySet.authorizationPolicies[$0] }
            .filter { policy.kind == .authorizationPolicy && $0.reference.qualifiedName == policy.qualifiedName }
            .flatMap { $0.rules(on: workload.chainKind(isHTTP: isHTTP)).compactMap(\.rule) }
    }

    private enum Finding {
        case found([Int])
        case nothing(hasTriedAll: Bool)
    }

    /// What the policy itself tells apart is combined first; only where that makes it match otherwise, the rest.
    ///
    /// - Parameter presenceMatters: Whether it matters that the policy is there, even where it does not match.
    private mutating func search(
        _ space: RequestSpace, presenceMatters: Bool, _ budget: inout Int, _ reportProgress: () -> Void
    ) -> Finding {
        let dimensions = space.dimensions
        var outer = RequestSampler(dimensions.map(\.cells.count), limit: budget)
        var hasTriedAll = outer.isComplete
        while let cells = outer.next() {
            guard budget > 0 else { return .nothing(hasTriedAll: false) }
            budget -= 1
            if budget % 1000 == 0 { reportProgress() }
            let changes = zip(dimensions, cells).map { $0.cells[$1] }
            guard matters(space.document(changes.map { $0[0] }), presenceMatters: presenceMatters) else { continue }
            var inner = RequestSampler(changes.map(\.count), limit: budget)
            hasTriedAll = hasTriedAll && inner.isComplete
            while let places = inner.next() {
                guard budget > 0 else { return .nothing(hasTriedAll: false) }
                budget -= 1
                if budget % 1000 == 0 { reportProgress() }
                let choice = zip(changes, places).map { $0[$1] }
                if differs(space.document(choice)) { return .found(choice) }
            }
        }
        return .nothing(hasTriedAll: hasTriedAll)
    }

    /// Takes back one choice after the other as long as the two sets still differ.
    private mutating func plainest(_ choice: [Int], _ space: RequestSpace) -> RequestDocument {
        var choice = choice
        for dimension in choice.indices where choice[dimension] != 0 {
            for simpler in 0..<choice[dimension] {
                var candidate = choice
                candidate[dimension] = simpler
                if differs(space.document(candidate)) {
                    choice = candidate
                    break
                }
            }
        }
        return space.document(choice)
    }

    // MARK: Answers

    /// Whether somebody outside sees a difference.
    private mutating func differs(_ document: RequestDocument) -> Bool {
        answer(document, pair, 0).answer != answer(document, pair, 1).answer
    }

    /// Whether requests with what the policy reads of this one can be answered differently at all.
    private mutating func matters(_ document: RequestDocument, presenceMatters: Bool) -> Bool {
        switch policy.kind {
        case .authorizationPolicy:
            guard let alone else { return true }
            let (original, mutated) = (answer(document, alone, 0), answer(document, alone, 1))
            if !presenceMatters { return original.effect != mutated.effect }
            // Both may allow, the one as nothing denies.
            return original.answer != mutated.answer || original.effect != mutated.effect
                || original.effect.reason != mutated.effect.reason
        case .requestAuthentication: return true
        case .peerAuthentication: return connection(document, 0) != connection(document, 1)
        }
    }

    private mutating func answer(
        _ document: RequestDocument, _ pair: PolicyPair, _ index: Int
    ) -> (answer: ObservedAnswer, effect: PolicyEffect) {
        let point = pair.points[index]
        let workload = point.policySet.workload(for: document).workload
        requests[index].fill(from: document, for: workload, in: point.policySet)
        var trace: Trace?
        let decision = point.decide(
            &requests[index], for: workload, now: document.now ?? now, in: &workspace, trace: &trace)
        let effect = PolicyEffect(decision, hasAudit: !workspace.audited.isEmpty)
        return (ObservedAnswer(decision, requests[index], at: point.policySet, workspace), effect)
    }

    /// Whether policies of each action are there, or are not, with and without the fault: all that the presence of one can change that
    /// does not match.
    private func isThereAlike(at destination: RequestDocument.Destination, isHTTP: Bool) -> Bool {
        let chains = pair.policySets.compactMap { $0.workload(for: destination)?.chain(isHTTP: isHTTP) }
        guard chains.count == 2 else { return false }
        return chains[0].allow.isEnforced == chains[1].allow.isEnforced
            && chains[0].allow.isDryRun == chains[1].allow.isDryRun
            && chains[0].deny.isDryRun == chains[1].deny.isDryRun
    }

    /// What becomes of a connection: why it is refused, or whether rules know the peer.
    private mutating func connection(_ document: RequestDocument, _ index: Int) -> String {
        let policySet = pair.policySets[index]
        guard let workload = policySet.workload(for: document).workload else { return "" }
        requests[index].fill(from: document, for: workload, in: policySet)
        var trace: Trace?
        let refusal = ConnectionCheck.refusal(of: &requests[index], for: workload, in: policySet, trace: &trace)
        return refusal?.reason.rawValue ?? "\(requests[index].source.principal.value != nil)"
    }
}

extension TokenRule {
    /// Whether this is a rule of the other set without a change. What a mutant leaves as it is has its place, and so its keys.
    fileprivate func isUnchanged(as other: TokenRule) -> Bool {
        location == other.location && issuer == other.issuer && audiences == other.audiences
            && headers.map(\.name) == other.headers.map(\.name) && headers.map(\.prefix) == other.headers.map(\.prefix)
            && params == other.params && cookies == other.cookies && forwardsToken == other.forwardsToken
            && payloadHeader == other.payloadHeader && claimHeaders.map(\.header) == other.claimHeaders.map(\.header)
            && claimHeaders.map(\.path) == other.claimHeaders.map(\.path) && wordLists == other.wordLists
    }
}
