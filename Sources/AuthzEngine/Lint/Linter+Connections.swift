import AuthzCore
import AuthzPolicy

/// Ports, protocols and modes: what of a policy the connection takes away.
extension Linter {
    mutating func lint(_ policy: PeerAuthentication) {
        let reference = policy.reference
        let isInRoot = policy.metadata.namespace == point.policySet.mesh.rootNamespace
        if !findSelectorInRoot(policy, reference) {
            findUnselected(
                reference, policy.matchLabels.isEmpty ? .everything : .selector(policy.matchLabels),
                AttachmentPlaces(namespace: policy.metadata.namespaceLocation, parts: policy.attachmentPlaces),
                isReaching: policy.matchLabels.isEmpty && isInRoot || !sites(selectedBy: policy).isEmpty)
        }
        findIgnored(policy, reference)
        findGatewayMode(policy, reference)
        findServicePorts(policy, reference)
    }

    func sites(selectedBy policy: PeerAuthentication) -> [LintSite] {
        allSites.filter { site in
            site.workload.description.namespace == policy.metadata.namespace
                && AttachmentOutcome.selection(policy.matchLabels, of: site.workload.description.labels) == .attached
        }
    }

    // MARK: PeerAuthentication

    /// One whose place another of the same scope takes, as that is older.
    private mutating func findIgnored(_ policy: PeerAuthentication, _ reference: PolicyReference) {
        guard policy.mode != nil || !policy.portModes.isEmpty else { return }
        let root = point.policySet.mesh.rootNamespace
        let isInRoot = policy.metadata.namespace == root
        let inScope: [LintSite]
        if policy.matchLabels.isEmpty {
            inScope =
                isInRoot ? allSites : allSites.filter { $0.workload.description.namespace == policy.metadata.namespace }
        } else {
            inScope = isInRoot ? [] : sites(selectedBy: policy)
        }
        guard let site = inScope.first else { return }
        let winners = inScope.map { winner(like: policy, at: $0) }
        guard winners.allSatisfy({ $0 != nil && $0?.qualifiedName != reference.qualifiedName }),
            let winner = winners.compactMap(\.self).first
        else { return }
        let document = site.workload.readsHTTP ? site.request : site.connection
        add(
            .peerAuthenticationIgnored, reference,
            "\(winner.qualifiedName) is of the same scope and older, so this one sets no mode",
            hint: "keep one PeerAuthentication for each scope",
            [proof(document, "comes in plaintext, and the mode is that of \(winner.qualifiedName)")])
    }

    /// The policy that counts of those of one scope: the oldest, then the first by name.
    private func winner(like policy: PeerAuthentication, at site: LintSite) -> PolicyReference? {
        point.policySet.peerAuthentications.first { compiled in
            let other = compiled.policy
            guard other.metadata.namespace == policy.metadata.namespace,
                other.matchLabels.isEmpty == policy.matchLabels.isEmpty
            else { return false }
            return other.matchLabels.isEmpty
                || AttachmentOutcome.selection(other.matchLabels, of: site.workload.description.labels) == .attached
        }?.reference
    }

    // MARK: Ports of Services

    /// The port of the workload that a Service leads to from this one, where the workload itself has no such port.
    private func target(of port: UInt16, at site: LintSite) -> (port: UInt16, service: Inventory.Service)? {
        let services = documents.inventory.services(of: site.workload.description)
        guard !services.contains(where: { $0.ports.contains { $0.targetPort == "\(port)" } }) else { return nil }
        for service in services {
            for entry in service.ports where entry.port == port {
                if let target = UInt16(entry.targetPort), target != port { return (target, service) }
            }
        }
        return nil
    }

    /// Whether some workload that the rule reaches is known to have the port, or has no Service that leads elsewhere.
    private func hasPort(_ port: UInt16, _ subject: LintRule) -> Bool {
        allSites.contains { site in
            guard reaches(subject.policy, site) else { return false }
            let services = documents.inventory.services(of: site.workload.description)
            return documents.inventory.containerPorts(of: site.workload.description).contains(port)
                || !services.contains { service in service.ports.contains { $0.port == port } }
                // A headless Service leads to whatever port a client asks for.
                || services.contains(where: \.isHeadless)
        }
    }

    /// Ports of a rule that are those of a Service, which no sidecar ever sees.
    mutating func findServicePorts(_ subject: LintRule) {
        for test in subject.rule.tests where test.field == .destinationPort {
            for value in test.lists.values {
                guard let port = UInt16(value.value), !hasPort(port, subject) else { continue }
                let listed = test.lists.values
                for site in allSites where reaches(subject.policy, site) && site.workload.role == .sidecar {
                    guard let (target, service) = target(of: port, at: site),
                        !listed.contains(where: { $0.value == "\(target)" })
                    else { continue }
                    var document = written(subject.rule, at: site)
                    document.destination.port = target
                    let meant = subject.rule.keeping(Located("\(target)", at: value.location), of: test)
                    document = completed(document, for: meant, of: subject) { $0.destination.port == target }
                    add(
                        .servicePort, subject, at: value.location,
                        "\(port) is the port of the Service \(service.name.quoted), and the workload is reached at \(target): \(test.name.quoted) fits nothing by it",
                        hint: "write `\(target)`",
                        [proof(document, "comes through the Service, and the rule does not match it by this port")])
                    break
                }
            }
        }
    }

    /// The same for the ports of a PeerAuthentication.
    private mutating func findServicePorts(_ policy: PeerAuthentication, _ reference: PolicyReference) {
        for (port, mode) in policy.portModes.sorted(by: { $0.key < $1.key }) {
            for site in sites(selectedBy: policy) {
                guard let (target, service) = target(of: port, at: site) else { continue }
                var document = site.request
                document.destination.port = target
                let wanted = mode?.rawValue ?? "that of the workload"
                add(
                    .servicePort, reference, at: policy.portLocations[port],
                    "\(port) is the port of the Service \(service.name.quoted), and the workload is reached at \(target): the mode of the port never counts",
                    hint: "write `\(target)`",
                    [
                        proof(
                            document,
                            "comes in plaintext through the Service, and its mode is not \(wanted) by this line")
                    ])
                break
            }
        }
    }

    // MARK: Methods

    static let standardMethods: Set = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ]

    /// - Returns: Whether there is a finding.
    mutating func findMethodCase(_ subject: LintRule) -> Bool {
        let before = findings.count
        for test in subject.rule.tests where test.field == .method {
            for value in test.lists.values + test.lists.notValues {
                let upper = value.value.uppercased()
                guard upper != value.value, Self.standardMethods.contains(upper),
                    !test.lists.values.contains(where: { $0.value == upper }),
                    let site = subject.sites.first(where: { $0.workload.readsHTTP })
                else { continue }
                var document = written(subject.rule, at: site)
                document.request?.method = upper
                let isNegated = test.lists.notValues.contains { $0.location == value.location }
                let meant =
                    isNegated ? subject.rule : subject.rule.keeping(Located(upper, at: value.location), of: test)
                document = completed(document, for: meant, of: subject) { $0.request?.method == upper }
                add(
                    .methodCase, subject, at: value.location,
                    "methods are compared by case, so \(value.value.quoted) does not fit \(upper)",
                    hint: value.value == upper.prefix(1) + upper.dropFirst().lowercased()
                        ? "write `\(upper)`; a method of gRPC is the end of a path: `paths: [\"/PACKAGE.SERVICE/\(value.value)\"]`"
                        : "write `\(upper)`",
                    [proof(document, "is \(upper), and the rule does not match it by this value")])
            }
        }
        return findings.count > before
    }

    // MARK: HTTP fields at ports of TCP

    mutating func findTCPFields(_ subject: LintRule) {
        guard subject.policy.action == .allow || subject.policy.action == .deny,
            let test = subject.rule.tests.first(where: \.field.isHTTPOnly),
            let rest = point(for: [subject.alone(subject.rule.removing(\.isHTTPOnly))], at: subject.sites),
            let without = point(for: policies(without: subject), at: subject.sites)
        else { return }
        let isDenial = subject.policy.action == .deny
        let named = Set(
            subject.rule.tests.filter { $0.field == .destinationPort }.flatMap { $0.lists.values.map(\.value) })
        let root = point.policySet.mesh.rootNamespace
        for site in allSites where reaches(subject.policy, site) && site.workload.readsHTTP {
            let ports = LintPorts(of: site.workload.description, documents.inventory, root: root)
            for stream in ports.streams {
                // Where there is HTTP, too, a rule is for that unless it names the port.
                guard isDenial || !ports.hasHTTP || named.contains("\(stream.port)"),
                    let document = connection(to: stream.port, at: site, rest, isDenial ? without : nil)
                else { continue }
                let what = "port \(stream.port) is \(stream.phrase)"
                let effect = isDenial ? "denies every connection" : "allows none"
                return add(
                    .httpFieldsOnTCP, subject,
                    "\(what), where \(test.name.quoted) cannot be read: the rule \(effect)",
                    hint:
                        "keep rules of HTTP to the ports of HTTP with `ports`, and write one without HTTP fields for this port",
                    [proof(document, isDenial ? "is denied, whatever it carries" : "is not allowed by the rule")])
            }
        }
    }

    /// A connection to a port that a rule fits but for its HTTP fields: one that a DENY rule alone keeps out, or that no ALLOW rule
    /// lets in.
    ///
    /// - Parameter without: The policies but for a DENY rule; `nil` for an ALLOW rule.
    private mutating func connection(
        to port: UInt16, at site: LintSite, _ rest: DecisionPoint, _ without: DecisionPoint?
    ) -> RequestDocument? {
        var base = site.connection
        base.destination.port = port
        if let without {
            guard let document = request(matching: rest, allowedBy: without, near: base) else { return nil }
            return allows(document, point) ? nil : document
        }
        let documents = allowed(by: rest, near: base).documents.filter { $0.destination.port == port }
        for document in documents where report(document).reason == .noAllowPolicyMatched { return document }
        return nil
    }
}
