import AuthzCore
import AuthzPolicy

/// What an ALLOW rule allows beyond what it seems to.
extension Linter {
    mutating func findOpenings(_ subject: LintRule) {
        findExceptionBypasses(subject)
        let tests = subject.rule.tests
        if isTrivial(subject.rule) { return findAllowAll(subject) }
        findAllowByHeader(subject)
        let identity = tests.filter(\.field.isPeerIdentity)
        if !identity.isEmpty, identity.allSatisfy(\.lists.values.isEmpty) {
            findPlaintextException(subject, identity)
        } else if identity.isEmpty, tests.allSatisfy(\.lists.values.isEmpty) {
            findExclusion(subject)
        }
    }

    /// Whether every test of the rule holds of every request.
    func isTrivial(_ rule: AuthorizationPolicy.Rule) -> Bool {
        guard rule.when.isEmpty, rule.from.isEmpty || rule.from.contains(where: \.fields.isEmpty) else { return false }
        return rule.to.isEmpty
            || rule.to.contains { operation in
                operation.fields.allSatisfy { field in
                    guard field.lists.notValues.isEmpty else { return false }
                    let every: Set<String> =
                        switch field.field {
                        case .paths: ["*", "/*", "/{**}"]
                        case .hosts, .methods: ["*"]
                        case .ports: []
                        }
                    return field.lists.values.contains { every.contains($0.value) }
                }
            }
    }

    private mutating func findAllowAll(_ subject: LintRule) {
        guard let alone = point(for: [subject.alone()], at: subject.sites) else { return }
        for (site, principal) in strangers(at: subject.likelySites) {
            var document = site.plainest
            document.request?.path = "/whatever"
            document.source.principal = principal
            guard allows(document, point), allows(document, alone) else { continue }
            let whom =
                principal == nil
                ? "anybody, without mutual TLS and without a token"
                : "every workload of the mesh, whoever it is, and without a token"
            overriding.insert(subject.title)
            return add(
                .allowAll, subject, "an ALLOW rule that matches every request lets in \(whom)",
                hint: "name who may do what; if it is meant to be open, say so in an annotation",
                [proof(document, "is allowed")])
        }
        findAllowBeside(subject)
    }

    /// Whoever comes: first without a name, where plaintext is taken, then under one of which no policy knows anything.
    private func strangers(at sites: [LintSite]) -> [(site: LintSite, principal: String?)] {
        sites.filter(\.takesPlaintext).map { ($0, nil) } + sites.map { ($0, stranger) }
    }

    /// The plainest requests of whoever comes.
    func strangerRequests(to subject: LintRule) -> [RequestDocument] {
        strangers(at: subject.likelySites.filter(\.workload.readsHTTP)).map { site, principal in
            var request = subject.request(at: site)
            request.source.principal = principal
            return request
        }
    }

    /// Some workload of the mesh, of which no policy knows anything.
    private var stranger: String { "spiffe://\(point.policySet.mesh.trustDomain)/ns/other/sa/other" }

    /// What a DENY rule tests.
    enum Denial {
        /// That there is something in a field of the source.
        case source(AuthorizationPolicy.SourceMatch.Field)
        /// That a field of the operation is not a text.
        case operation(AuthorizationPolicy.OperationMatch.Field, unlike: String)
        /// That a condition has a value.
        case condition(String)
    }

    /// A DENY policy of some rules, where another policy is: it leaves fewer requests to search in.
    static func denial(like policy: AuthorizationPolicy, _ denials: Denial...) -> AuthorizationPolicy {
        let place = policy.metadata.location
        var result = policy
        result.action = .deny
        result.provider = nil
        result.isDryRun = false
        result.metadata.name = "lint-denies"
        let any = AuthorizationPolicy.ValueLists(values: [Located("*", at: place)])
        result.rules = denials.map { denial in
            var rule = AuthorizationPolicy.Rule(from: [], to: [], when: [], location: place)
            switch denial {
            case .source(let field):
                rule.from = [AuthorizationPolicy.SourceMatch(fields: [(field: field, lists: any)], location: place)]
            case .operation(let field, let text):
                let others = AuthorizationPolicy.ValueLists(notValues: [Located(text, at: place)])
                rule.to = [AuthorizationPolicy.OperationMatch(fields: [(field: field, lists: others)], location: place)]
            case .condition(let key):
                rule.when = [AuthorizationPolicy.Condition(key: Located(key, at: place), lists: any)]
            }
            return rule
        }
        return result
    }

    private mutating func findExclusion(_ subject: LintRule) {
        guard let alone = point(for: [subject.alone()], at: subject.sites),
            let strangers = point(
                for: policies(beside: subject) + [subject.policy]
                    + [Self.denial(like: subject.policy, .source(.principals), .source(.requestPrincipals))],
                at: subject.sites)
        else { return }
        for site in subject.likelySites where site.workload.readsHTTP && site.takesPlaintext {
            var base = subject.request(at: site)
            base.request?.path = "/whatever"
            guard let document = request(matching: alone, allowedBy: strangers, near: base), allows(document, point)
            else { continue }
            let names = subject.rule.tests.map { $0.name(isNegated: true).quoted }
            return add(
                .allowByExclusion, subject,
                "an ALLOW rule of \(names.joined(separator: ", ")) alone allows all that it does not name, without an identity, too",
                hint: "list what is allowed, in place of what is not", [proof(document, "is allowed")])
        }
    }

    /// Somebody who is left out by name, and gets in without one.
    private mutating func findPlaintextException(_ subject: LintRule, _ identity: [RuleTest]) {
        for test in identity where !test.lists.notValues.contains(where: { $0.value == "*" }) {
            var lists = test.lists
            (lists.values, lists.notValues) = (lists.notValues, [])
            guard let named = point(for: [subject.alone(subject.rule.replacing(test, with: lists))], at: subject.sites),
                let alone = point(for: [subject.alone()], at: subject.sites)
            else { continue }
            for site in subject.likelySites where site.takesPlaintext {
                let base = subject.plainest(at: site)
                for document in allowed(by: named, near: base).documents where document.source.principal != nil {
                    var plain = document
                    plain.source.principal = nil
                    guard !allows(document, point), allows(plain, point), allows(plain, alone) else { continue }
                    return add(
                        .notPrincipalsPlaintext, subject, at: test.lists.notValues[0].location,
                        "who is left out by \(test.name(isNegated: true).quoted) gets in without a name, in plaintext",
                        hint: "list who may, or \(Self.demand(at: site.workload.role))",
                        proofs([(document, "is denied, as it is meant to be"), (plain, "passes, in plaintext")]))
                }
            }
        }
    }

    // MARK: Addresses that the client writes

    /// At a sidecar the address of a client is what the last proxy, or the client itself, wrote to `x-forwarded-for`.
    mutating func findForgedAddresses(_ subject: LintRule) {
        guard subject.policy.action == .allow || subject.policy.action == .deny else { return }
        for test in subject.rule.tests where test.field == .remoteIP {
            for site in subject.likelySites
            where site.workload.readsHTTP && site.workload.role == .sidecar && !mayBeGateway(site) {
                if findForgedAddress(subject, test, at: site) { break }
            }
        }
    }

    /// Whether a workload that is taken for a sidecar may be a gateway all the same, which only its installer knows.
    func mayBeGateway(_ site: LintSite) -> Bool {
        let description = site.workload.description
        let root = point.policySet.mesh.rootNamespace
        return documents.inventory.isGateway(description, root: root)
            || documents.inventory.workloads.isEmpty && description.namespace == root
    }

    /// Whether an identity is that of a gateway of the inventory, or by its name of another one.
    private func isGateway(_ principal: String) -> Bool {
        let account = principal.split(separator: "/").last?.lowercased() ?? ""
        if account.contains("gateway") || account.contains("ingress") { return true }
        let gateways = documents.inventory.workloads.filter { workload in
            point.policySet.workload(named: "\(workload.namespace)/\(workload.name)")?.role == .gateway
        }
        let domains = point.policySet.mesh.trustDomains
        return gateways.contains { gateway in
            domains.contains { principal == "spiffe://\($0)/ns/\(gateway.namespace)/sa/\(gateway.serviceAccount)" }
        }
    }

    private mutating func findForgedAddress(_ subject: LintRule, _ test: RuleTest, at site: LintSite) -> Bool {
        let part = subject.rule.replacing(test, with: test.lists)
        guard let alone = point(for: [subject.alone(part)], at: subject.sites) else { return false }
        let isAllow = subject.policy.action == .allow
        let base = subject.request(at: site)
        let found =
            isAllow
            ? request(matching: alone, allowedBy: point, near: base)
            : request(matching: part, of: subject, alone, allowedBy: policies(without: subject), near: base)
        guard let document = found else { return false }
        // A gateway writes down whom it has the request from, behind whatever the client wrote.
        if let principal = document.source.principal, isGateway(principal) { return false }
        let address = document.source.remoteIP ?? document.source.ip ?? LintSite.stranger
        var honest = document
        honest.source.remoteIP = nil
        honest.request?.headers.removeAll { $0.name.lowercased() == "x-forwarded-for" }
        let values = test.lists.values + test.lists.notValues
        let blocks = values.compactMap { CIDRBlock(parsing: Array($0.value.utf8).span)?.base }
        // Allowed from the address, or denied from it; and the same from another one with a header that the client chose.
        for stranger in [LintSite.stranger, IPAddress(v4: 0xc633_6401), IPAddress(v4: 0x0a09_0807)] + blocks
        where stranger != address {
            honest.source.ip = isAllow ? stranger : address
            var forged = honest
            forged.request?.headers.append(("x-forwarded-for", "\(isAllow ? address : stranger)"))
            guard !allows(honest, point), allows(forged, point) else { continue }
            add(
                .forgedRemoteIP, subject, at: values[0].location,
                "at a sidecar \(test.name.quoted) is what the client says in `x-forwarded-for`",
                hint: "test `remoteIpBlocks` at the gateway, or `ipBlocks` here",
                proofs([
                    (honest, "is denied, as it is meant to be"),
                    (forged, "passes, as the header is taken for the address"),
                ]))
            return true
        }
        return false
    }
}
