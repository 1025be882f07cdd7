import AuthzCore
package import AuthzPolicy

/// Looks for a request that policies and a mutant of them answer differently.
package struct MutantSearch {
    package enum Result: Sendable {
        /// A request that tells the two apart: the first found, as plain as it could be made.
        case difference(RequestDocument)
        /// None of so many requests does. Whether these are all that the values of the policies can be combined to.
        case none(requestCount: Int, isComplete: Bool)
        /// The policy reaches none of the destinations.
        case unreached
    }

    /// How many requests are decided for each destination at most; then some combinations are drawn.
    package static let maximumRequests = 40_000

    /// The policies as written, and mutated.
    private let pair: Pair
    /// The same of the AuthorizationPolicy alone: where that matches alike, all decide alike. `nil` for other kinds.
    private let alone: Pair?
    private let policy: PolicyReference
    private let now: Int64
    private var requests = [CheckRequest(), CheckRequest()]
    private var workspace = Workspace()

    /// Two policy sets with what they were compiled from.
    private struct Pair {
        var points: [DecisionPoint]
        var documents: [PolicyDocuments]

        var policySets: [PolicySet] { points.map(\.policySet) }
    }

    /// - Parameter now: Seconds since 1970, for requests that name no time.
    package init(
        _ mutant: Mutant, original: DecisionPoint, mutated: DecisionPoint, documents: PolicyDocuments, now: Int64
    ) {
        pair = Pair(points: [original, mutated], documents: [documents, mutant.applied(to: documents)])
        policy = mutant.policy
        alone = Self.alone(mutant.policy, pair)
        self.now = now
    }

    private static func alone(_ policy: PolicyReference, _ pair: Pair) -> Pair? {
        let isAlike = pair.documents.allSatisfy { documents in
            // Which providers there are decides what becomes of them, even where no rule matches.
            documents.policy(policy).map { $0.action != .custom } ?? true
        }
        guard policy.kind == .authorizationPolicy, isAlike else { return nil }
        var result = pair
        for index in pair.points.indices {
            var documents = pair.documents[index]
            documents.authorizationPolicies = documents.policy(policy).map { [$0] } ?? []
            documents.peerAuthentications = []
            if !pair.documents.contains(where: { $0.readsTokens(policy) }) { documents.requestAuthentications = [] }
            let (policySet, options) = (pair.points[index].policySet, pair.points[index].options)
            do throws(InputError) {
                let compiled = try PolicySet.compile(documents, mesh: policySet.mesh, options: policySet.options)
                result.documents[index] = documents
                result.points[index] = DecisionPoint(policySet: compiled.policySet, options: options)
            } catch {
                return nil
            }
        }
        return result
    }

    /// Tries the requests of cases as they are, then combinations of the values that the policies of each destination read.
    ///
    /// - Parameter reportProgress: Called now and then.
    package mutating func run(
        seeds: [RequestDocument], destinations: [RequestDocument.Destination], reportProgress: () -> Void = {}
    ) -> Result {
        let reached = destinations.filter { isReached($0) }
        guard !reached.isEmpty else { return .unreached }
        var count = 0
        for seed in seeds where seed.check == nil && isReached(seed.destination) {
            count += 1
            if differs(seed, pair) { return .difference(seed) }
        }
        var isComplete = true
        for destination in reached {
            for isHTTP in [true, false] {
                var budget = Self.maximumRequests
                let space = RequestSpace(destination, isHTTP: isHTTP, pair.documents, pair.policySets)
                switch search(space, destination, isHTTP: isHTTP, &budget, reportProgress) {
                case .found(let choice): return .difference(plainest(choice, space))
                case .nothing(let complete): isComplete = isComplete && complete
                }
                count += Self.maximumRequests - budget
            }
        }
        return .none(requestCount: count, isComplete: isComplete)
    }

    private enum Finding {
        case found([Int])
        case nothing(isComplete: Bool)
    }

    /// What the policy itself reads is combined first; only where that makes it match otherwise, the rest.
    private mutating func search(
        _ space: RequestSpace, _ destination: RequestDocument.Destination, isHTTP: Bool, _ budget: inout Int,
        _ reportProgress: () -> Void
    ) -> Finding {
        let sizes = space.dimensions.map(\.choices.count)
        var near = Array(sizes.indices)
        if let alone {
            let own = RequestSpace(destination, isHTTP: isHTTP, alone.documents, alone.policySets)
            let names = Set(own.dimensions.map(\.name))
            near.removeAll { !names.contains(space.dimensions[$0].name) }
        }
        let far = sizes.indices.filter { !near.contains($0) }
        var outer = RequestSpace.Sampler(near.map { sizes[$0] }, limit: budget)
        var isComplete = outer.isComplete
        var choice = sizes.map { _ in 0 }
        while let part = outer.next() {
            for (index, value) in zip(near, part) { choice[index] = value }
            for index in far { choice[index] = 0 }
            guard budget > 0 else { return .nothing(isComplete: false) }
            budget -= 1
            if budget % 1000 == 0 { reportProgress() }
            if let alone, !matchesOtherwise(space.document(choice), alone) { continue }
            var inner = RequestSpace.Sampler(far.map { sizes[$0] }, limit: budget)
            isComplete = isComplete && inner.isComplete
            while let rest = inner.next() {
                for (index, value) in zip(far, rest) { choice[index] = value }
                guard budget > 0 else { return .nothing(isComplete: false) }
                budget -= 1
                if differs(space.document(choice), pair) { return .found(choice) }
            }
        }
        return .nothing(isComplete: isComplete)
    }

    /// Takes back one choice after the other as long as the two sets still differ.
    private mutating func plainest(_ choice: [Int], _ space: RequestSpace) -> RequestDocument {
        var choice = choice
        for dimension in choice.indices where choice[dimension] != 0 {
            for simpler in 0..<choice[dimension] {
                var candidate = choice
                candidate[dimension] = simpler
                if differs(space.document(candidate), pair) {
                    choice = candidate
                    break
                }
            }
        }
        return space.document(choice)
    }

    /// Whether somebody outside sees a difference.
    private mutating func differs(_ document: RequestDocument, _ pair: Pair) -> Bool {
        answer(document, pair, 0).answer != answer(document, pair, 1).answer
    }

    /// Whether a policy by itself matches, or is there, in the one set alone. Both may allow, the one as nothing denies.
    private mutating func matchesOtherwise(_ document: RequestDocument, _ alone: Pair) -> Bool {
        let (original, mutated) = (answer(document, alone, 0), answer(document, alone, 1))
        return original.answer != mutated.answer || original.reason != mutated.reason
    }

    private mutating func answer(
        _ document: RequestDocument, _ pair: Pair, _ index: Int
    ) -> (answer: ObservedAnswer, reason: Reason) {
        let point = pair.points[index]
        let workload = point.policySet.workload(for: document).workload
        requests[index].fill(from: document, for: workload, in: point.policySet)
        var trace: Trace?
        let decision = point.decide(
            &requests[index], for: workload, now: document.now ?? now, in: &workspace, trace: &trace)
        return (ObservedAnswer(decision, requests[index], at: point.policySet, workspace), decision.reason)
    }

    /// Whether the policy, as written or mutated, has a say there.
    private func isReached(_ destination: RequestDocument.Destination) -> Bool {
        pair.policySets.contains { $0.reaches(destination, by: policy) }
    }
}

extension PolicyDocuments {
    /// An AuthorizationPolicy by its name.
    fileprivate func policy(_ reference: PolicyReference) -> AuthorizationPolicy? {
        authorizationPolicies.first {
            $0.reference.qualifiedName == reference.qualifiedName
        }
    }

    /// Whether a rule of an AuthorizationPolicy asks who a token is from or what it says, or reads a header, which may be written of it.
    fileprivate func readsTokens(_ policy: PolicyReference) -> Bool {
        self.policy(policy)?.rules.contains { rule in
            rule.from.contains { $0.fields.contains { $0.field == .requestPrincipals } }
                || rule.when.contains { $0.key.value.hasPrefix("request.") }
        } ?? false
    }
}

extension PolicySet {
    /// Whether a policy is among those that decide for a destination. A PeerAuthentication may be, where its namespace is looked at.
    package func reaches(_ destination: RequestDocument.Destination, by policy: PolicyReference) -> Bool {
        guard let workload = workload(for: destination) else { return false }
        switch policy.kind {
        case .authorizationPolicy:
            return workload.attachedPolicies.contains {
                authorizationPolicies[$0].reference.qualifiedName == policy.qualifiedName
            }
        case .requestAuthentication:
            let owner = requestAuthentications.first { $0.reference.qualifiedName == policy.qualifiedName }
            return owner.map { owner in workload.tokenRules.contains { owner.rules.contains($0) } } ?? false
        case .peerAuthentication:
            return workload.role == .sidecar
                && [workload.description.namespace, mesh.rootNamespace].contains(policy.namespace)
        }
    }
}
