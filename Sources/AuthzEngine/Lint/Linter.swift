import AuthzCore
package import AuthzPolicy

/// Finds what policies let through, and what in them never acts, by requests.
///
/// Each finding was executed: its requests have been put to ``DecisionPoint``, and got what the finding says. Requests are looked
/// for by ``NearestRequest``, which also rules out that there is one; where it gives up, nothing is found.
package struct Linter {
    let documents: PolicyDocuments
    let point: DecisionPoint
    let now: Int64
    /// One for each way in which the policies decide.
    let sites: [LintSite]
    /// Those of the inventory, or where that has no workload all.
    let allSites: [LintSite]
    /// With them those that are made up for policies that reach none of them.
    let everySite: [LintSite]
    /// Of the AuthorizationPolicies among the documents, by `namespace/name`.
    private let indices: [String: Int]
    /// Of the policies of the policy set, by the same.
    let compiled: [String: Int]
    /// By index of a site, the indices of those that reach it.
    let reached: [Set<Int>]
    /// The ports at which workloads and gateways read no HTTP, by ``LintSite/name(of:)``.
    private let opaquePorts: [String: Set<UInt16>]
    /// By CUSTOM provider, what would be found if its policies denied.
    var linters: [String: Linter] = [:]
    var decider: Decider
    var findings: [LintFinding] = []
    package private(set) var notes: [LintNote] = []
    /// Namespaces of policies of which the inventory has no workload.
    var emptyNamespaces: Set<String> = []
    /// The indices of sites at which a DENY rule that is a finding denies everything.
    var closedSites: Set<Int> = []
    /// The titles of ALLOW rules that are findings, as they leave others nothing to do.
    var overriding: Set<String> = []
    /// By index of a site, the paths that policies there name.
    var pathTargets: [Int: [PathTarget]] = [:]
    /// How many sites of a policy are tried for one finding.
    static let maximumSites = 24

    /// - Parameters:
    ///   - documents: What the policies of `point` were compiled from.
    ///   - now: Seconds since 1970.
    package init(_ documents: PolicyDocuments, _ point: DecisionPoint, now: Int64) {
        self.documents = documents
        self.point = point
        self.now = now
        let everySite = LintSite.all(documents, point.policySet)
        self.everySite = everySite
        allSites = everySite.filter { !$0.isMadeUp }
        opaquePorts = Dictionary(
            everySite.compactMap { site in LintSite.name(of: site.destination).map { ($0, site.opaquePorts) } },
            uniquingKeysWith: { first, _ in first })
        let names = documents.authorizationPolicies.map(\.reference.qualifiedName)
        let indices = Dictionary(zip(names, names.indices)) { first, _ in first }
        self.indices = indices
        let compiledNames = point.policySet.authorizationPolicies.map(\.reference.qualifiedName)
        compiled = Dictionary(zip(compiledNames, compiledNames.indices)) { first, _ in first }
        reached = everySite.map { site in
            Set(
                site.workload.attachedPolicies.compactMap { indices[compiledNames[$0]] })
        }
        var seen: Set<String> = []
        sites = everySite.filter { seen.insert($0.decisionKey).inserted }
        decider = Decider(now: now)
    }

    /// All findings, by place.
    ///
    /// - Parameter reportProgress: Called before each policy with the number of those that are done and of all.
    package mutating func run(reportProgress: (Int, Int) -> Void = { _, _ in }) -> [LintFinding] {
        let count = documents.authorizationPolicies.count
        for index in documents.authorizationPolicies.indices {
            reportProgress(index, count)
            lint(documents.authorizationPolicies[index], index)
        }
        findShadowedRules(reportProgress)
        dropShadowsOfSplits()
        for policy in documents.requestAuthentications { lint(policy) }
        for policy in documents.peerAuthentications { lint(policy) }
        findOmittedHeaders()
        notes = uncheckedNotes + likelyNotes
        explainSlips()
        findings.sort { ($0.location, $0.code.rawValue) < ($1.location, $1.code.rawValue) }
        return findings
    }

    private mutating func lint(_ policy: AuthorizationPolicy, _ index: Int) {
        findUnselected(policy)
        findUnknownNames(policy, index)
        let sites = sites(of: policy)
        guard !policy.isDryRun, !sites.isEmpty else { return }
        for ordinal in policy.rules.indices {
            let subject = LintRule(policy: policy, index: index, ordinal: ordinal, sites: sites)
            findServicePorts(subject)
            findTCPFields(subject)
            // Nobody sends methods in lower case, so the rest would say the same in other words.
            if findMethodCase(subject) || findInnerStars(subject) || findForeignPatterns(subject) { continue }
            if findNeverMatching(subject) { continue }
            if findImpossibleNames(subject) { continue }
            findNeverMatchingValues(subject)
            switch policy.action {
            case .deny:
                findDenyAll(subject)
                findSplitHosts(subject)
                findBypasses(subject)
            case .allow:
                findOpenings(subject)
                findSplitEntries(subject)
                findIncludedEntry(subject)
            case .custom: findUnasked(subject)
            case .audit: break
            }
            if policy.action == .allow || policy.action == .deny {
                findSplitExceptions(subject)
                findUndoneExceptions(subject)
            }
            findForgedAddresses(subject)
            findDetours(subject)
        }
        findSplitRules(policy, index, sites)
        findSplitPolicies(policy, index, sites)
        findSplitExceptions(policy, index, sites)
        findSplitCondition(policy, index, sites)
    }

    // MARK: Requests

    /// The distinct sites that a policy reaches.
    func sites(of policy: AuthorizationPolicy) -> [LintSite] { sites.filter { reaches(policy, $0) } }

    func reaches(_ policy: AuthorizationPolicy, _ site: LintSite) -> Bool {
        indices[policy.reference.qualifiedName].map { reached[site.index].contains($0) } ?? false
    }

    /// What would decide under other AuthorizationPolicies; `nil` where these do not compile.
    ///
    /// - Parameters:
    ///   - sites: Only what matters there is compiled.
    ///   - demandsMode: Whether PeerAuthentications count.
    ///   - mesh: Takes the place of the mesh settings.
    func point(
        for policies: [AuthorizationPolicy], at sites: [LintSite], demandsMode: Bool = true, mesh: MeshSettings? = nil
    ) -> DecisionPoint? {
        var documents = documents
        let root = point.policySet.mesh.rootNamespace
        var namespaces: Set = [root]
        for site in sites {
            namespaces.insert(site.workload.description.namespace)
            if let service = site.workload.description.service { namespaces.insert(service.namespace) }
        }
        documents.authorizationPolicies = policies.filter { namespaces.contains($0.metadata.namespace) }
        documents.requestAuthentications.removeAll { !namespaces.contains($0.metadata.namespace) }
        documents.peerAuthentications.removeAll { !demandsMode || !namespaces.contains($0.metadata.namespace) }
        let names = Set(sites.compactMap { $0.destination.workload?.value })
        documents.inventory.workloads.removeAll { !names.contains("\($0.namespace)/\($0.name)") }
        documents.inventory.services = []
        do throws(InputError) {
            let compiled = try PolicySet.compile(
                documents, mesh: mesh ?? point.policySet.mesh, options: point.policySet.options)
            return DecisionPoint(policySet: compiled.policySet, options: point.options)
        } catch {
            return nil
        }
    }

    /// What the search for an allowed request came to.
    enum Search {
        /// The nearest ones.
        case found([RequestDocument])
        /// There is none.
        case none
        /// Nobody knows.
        case undecided

        var documents: [RequestDocument] { if case .found(let documents) = self { documents } else { [] } }
    }

    /// Looks for requests that are allowed, as near as can be to a given one. At a port where no HTTP is read there is none.
    mutating func allowed(by point: DecisionPoint, near base: RequestDocument) -> Search {
        base.request != nil && isOpaque(base.destination) ? .none : search(by: point, near: base)
    }

    /// Whether a Service or a Gateway says that what comes to a port is a stream of bytes.
    func isOpaque(_ destination: RequestDocument.Destination) -> Bool {
        guard let name = LintSite.name(of: destination), let port = destination.port else { return false }
        return opaquePorts[name]?.contains(port) ?? false
    }

    /// The same at whatever port, as if HTTP was read there.
    mutating func search(by point: DecisionPoint, near base: RequestDocument) -> Search {
        guard let workload = point.policySet.workload(for: base.destination) else { return .undecided }
        if decider.allows(base, for: workload, by: point) { return .found([base]) }
        var search = NearestRequest(of: base, for: workload, by: point, now: now)
        let result = search.search()
        return switch result.verdict {
        case .found: .found(result.changes.map(\.document))
        case .none: .none
        case .bounded: .undecided
        }
    }

    mutating func allows(_ document: RequestDocument, _ point: DecisionPoint) -> Bool {
        decider.allows(document, for: point.policySet.workload(for: document.destination), by: point)
    }

    mutating func report(_ document: RequestDocument, by other: DecisionPoint? = nil) -> DecisionReport {
        let point = other ?? point
        let found = point.policySet.workload(for: document)
        let decision = decider.decide(document, for: found.workload, by: point)
        return DecisionReport(
            decision, of: decider.request, sentPath: document.request?.path, for: found, at: point,
            in: decider.workspace)
    }

    /// Executes requests that belong together, without what makes no difference to any of them. What differs between them stays.
    mutating func proofs(_ requests: [(document: RequestDocument, remark: String)]) -> [LintFinding.Proof] {
        var documents = requests.map(\.document)
        var reports = documents.map { report($0) }
        for field in [RequestField.destinationIP, .sourceIP, .host] {
            let plain = documents.map { field.putting(.absent, into: $0) }
            let isShared = field == .destinationIP || Set(documents.map { field.text(in: $0) }).count == 1
            guard isShared else { continue }
            let others = plain.map { report($0) }
            guard zip(others, reports).allSatisfy({ $0.isLike($1) }) else { continue }
            (documents, reports) = (plain, others)
        }
        return requests.indices.map { index in
            LintFinding.Proof(remark: requests[index].remark, document: documents[index], report: reports[index])
        }
    }

    /// Executes a request, without what makes no difference to the decision.
    mutating func proof(_ document: RequestDocument, _ remark: String) -> LintFinding.Proof {
        proofs([(document, remark)])[0]
    }

    mutating func add(
        _ code: LintCode, _ subject: LintRule, at location: SourceLocation? = nil, _ message: String, hint: String,
        _ proofs: [LintFinding.Proof]
    ) {
        add(
            code, subject.policy.reference, rule: subject.ordinal + 1, at: location ?? subject.rule.location, message,
            hint: hint, proofs)
    }

    mutating func add(
        _ code: LintCode, _ policy: PolicyReference, rule: Int? = nil, at location: SourceLocation? = nil,
        _ message: String, hint: String, _ proofs: [LintFinding.Proof]
    ) {
        findings.append(
            LintFinding(
                code: code, policy: policy, rule: rule, location: location ?? policy.location, message: message,
                hint: hint, proofs: proofs))
    }

    /// The policies as they are, but for one rule. A policy that has no other stays, without rules, where it allows: an ALLOW policy
    /// keeps out what none allows.
    func policies(without subject: LintRule) -> [AuthorizationPolicy] {
        var policy = subject.policy
        policy.rules.remove(at: subject.ordinal)
        let isKept = !policy.rules.isEmpty || policy.action == .allow
        return policies(beside: subject) + (isKept ? [policy] : [])
    }

    /// All other policies that reach a site of the rule.
    func policies(beside subject: LintRule) -> [AuthorizationPolicy] {
        documents.authorizationPolicies.indices.filter { index in
            index != subject.index && subject.sites.contains { reached[$0.index].contains(index) }
        }.map { documents.authorizationPolicies[$0] }
    }

    /// The policies with another rule in the place of one.
    func policies(_ subject: LintRule, with rule: AuthorizationPolicy.Rule) -> [AuthorizationPolicy] {
        var policy = subject.policy
        policy.rules[subject.ordinal] = rule
        return policies(beside: subject) + [policy]
    }
}

extension DecisionReport {
    /// Whether two requests were decided alike, and by the same.
    fileprivate func isLike(_ other: DecisionReport) -> Bool {
        outcome == other.outcome && reason == other.reason && determiningPolicy == other.determiningPolicy
            && custom == other.custom
    }
}
