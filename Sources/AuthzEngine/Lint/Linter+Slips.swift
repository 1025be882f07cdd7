import AuthzCore
import AuthzPolicy

/// What can be told of selectors where no workload is at hand that they could fit.
extension Linter {
    /// What was not looked into, for lack of an inventory.
    var uncheckedNotes: [LintNote] {
        var notes: [LintNote] = []
        if documents.inventory.workloads.isEmpty, selectors.contains(where: { $0.policy != nil }) {
            notes.append(
                LintNote(
                    message:
                        "no workload is among the policies, so nobody can say whether a selector fits one: requests are tried at made-up workloads with just the labels that selectors name",
                    hint: "add the manifests of the workloads (Deployment, StatefulSet, Pod, …) to the policies"))
        }
        let inhabited = Set(documents.inventory.workloads.map(\.namespace)).sorted()
        for namespace in emptyNamespaces.sorted() {
            let near = inhabited.first { NameSuggestion.isSlip(namespace, of: $0) }
            let other = selectors.lazy.filter { $0.policy != nil && $0.namespace == namespace }
                .compactMap { selector in self.elsewhere(selector.labels, namespace).map { (selector, $0) } }.first
            let meant = other.map { selector, site in
                "\(site.workload.displayName) has \(Self.text(selector.labels).quoted): is \(selector.owner) meant for \(site.workload.description.namespace.quoted)?"
            }
            notes.append(
                LintNote(
                    message:
                        "no workload of the namespace \(namespace.quoted) is among the policies, so nobody can say whether the policies there reach one",
                    hint: near.map { "did you mean `\($0)`?" } ?? meant
                        ?? "add the manifests of its workloads to the policies"))
        }
        for slip in slips {
            notes.append(
                LintNote(
                    policy: slip.policy, message: slip.message,
                    hint: "did you mean `\(slip.otherLabel)`? write the same where both mean one workload"))
        }
        return notes
    }

    /// What a policy selects by, or a Service.
    private struct Selector {
        /// `nil` of a Service.
        var policy: PolicyReference?
        var namespace: String
        /// Such as `shop/no-admin`.
        var owner: String
        var labels: [String: String]
        var location: SourceLocation

        init(_ policy: PolicyReference, _ labels: [String: String]) {
            self.policy = policy
            self.labels = labels
            (namespace, owner, location) = (policy.namespace, policy.qualifiedName, policy.location)
        }

        init(_ service: Inventory.Service) {
            (namespace, labels, location) = (service.namespace, service.selector, service.location)
            owner = "the Service \(service.namespace)/\(service.name)"
        }
    }

    /// All selectors that no workload of the inventory could have, by place.
    private var selectors: [Selector] {
        let inhabited = Set(documents.inventory.workloads.map(\.namespace))
        let root = point.policySet.mesh.rootNamespace
        let attached =
            documents.authorizationPolicies.map { ($0.reference, $0.attachment) }
            + documents.requestAuthentications.map { ($0.reference, $0.attachment) }
        let chosen = attached.compactMap { policy, attachment -> Selector? in
            if case .selector(let labels) = attachment { Selector(policy, labels) } else { nil }
        }
        let modes = documents.peerAuthentications.filter { !$0.matchLabels.isEmpty }
            .map { Selector($0.reference, $0.matchLabels) }
        let services = documents.inventory.services.filter { !$0.selector.isEmpty }.map { Selector($0) }
        return (chosen + modes + services).filter { selector in
            !inhabited.contains(selector.namespace) && (selector.namespace != root || inhabited.isEmpty)
        }.sorted { $0.location < $1.location }
    }

    /// A label of a selector that looks like that of another one, misspelled.
    private struct Slip {
        var policy: PolicyReference
        /// `app=paymets`.
        var label: String
        var other: String
        var otherLabel: String

        var message: String {
            "\(label.quoted) of \(policy.qualifiedName) is one letter away from \(otherLabel.quoted) of \(other)"
        }
    }

    /// A label of a namespace, and a selector that has it.
    private struct Label {
        var namespace: String
        var key: String
        var value: String
        var owner: Selector
        /// How many selectors have it. That of a Service is taken to be right.
        var count = 1

        var text: String { "\(key)=\(value)" }
    }

    /// Pairs of labels that are likely to mean the same, each once: the one that fewer have, the later of two alike, is the slip.
    private var slips: [Slip] {
        let root = point.policySet.mesh.rootNamespace
        var labels: [Label] = []
        var places: [String: Int] = [:]
        for selector in selectors {
            for (key, value) in selector.labels.sorted(by: { $0.key < $1.key }) {
                let name = "\(selector.namespace)/\(key)=\(value)"
                if let place = places[name] {
                    labels[place].count += 1
                    if selector.policy == nil { labels[place].owner = selector }
                } else {
                    places[name] = labels.count
                    labels.append(Label(namespace: selector.namespace, key: key, value: value, owner: selector))
                }
            }
        }
        var slips: [Slip] = []
        for (index, later) in labels.enumerated() {
            for earlier in labels[..<index] {
                guard later.namespace == earlier.namespace || [later.namespace, earlier.namespace].contains(root),
                    later.key == earlier.key && NameSuggestion.isSlip(later.value, of: earlier.value)
                        || later.value == earlier.value && NameSuggestion.isSlip(later.key, of: earlier.key)
                else { continue }
                let isEarlier =
                    later.owner.policy == nil || earlier.owner.policy != nil && earlier.count < later.count
                let (slip, model) = isEarlier ? (earlier, later) : (later, earlier)
                guard let policy = slip.owner.policy else { continue }
                slips.append(Slip(policy: policy, label: slip.text, other: model.owner.owner, otherLabel: model.text))
            }
        }
        // What is near to several is one of a series.
        let counts = slips.reduce(into: [String: Int]()) { counts, slip in
            counts[slip.label, default: 0] += 1
            counts[slip.otherLabel, default: 0] += 1
        }
        return slips.filter { (counts[$0.label] ?? 0) < 3 && (counts[$0.otherLabel] ?? 0) < 3 }
    }

    /// Findings of policies whose selector may be misspelled are likely to come from that.
    mutating func explainSlips() {
        let slips = slips
        guard !slips.isEmpty else { return }
        var labels: [PolicyReference: Set<String>] = [:]
        for selector in selectors {
            if let policy = selector.policy { labels[policy] = Set(selector.labels.map { "\($0.key)=\($0.value)" }) }
        }
        for index in findings.indices {
            let own = labels[findings[index].policy] ?? []
            guard let slip = slips.first(where: { own.contains($0.label) || own.contains($0.otherLabel) }) else {
                continue
            }
            findings[index].hint =
                "\(slip.message): if both mean one workload, mend that first; or else \(findings[index].hint)"
        }
    }
}
