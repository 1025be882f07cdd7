import AuthzCore
import AuthzPolicy

/// What can be told of selectors where no workload is at hand that they could fit.
extension Linter {
    /// What was not looked into, for lack of an inventory.
    var uncheckedNotes: [LintNote] {
        var notes: [LintNote] = []
        if documents.inventory.workloads.isEmpty {
            if !selectors.isEmpty {
                notes.append(
                    LintNote(
                        message:
                            "no workload is among the policies, so nobody can say whether a selector fits one: requests are tried at made-up workloads with just the labels that selectors name",
                        hint: "add the manifests of the workloads (Deployment, StatefulSet, Pod, …) to the policies"))
            }
            for slip in slips {
                notes.append(
                    LintNote(
                        policy: slip.policy, message: slip.message,
                        hint: "did you mean `\(slip.otherLabel)`? write the same where both mean one workload")
                )
            }
        }
        let inhabited = Set(documents.inventory.workloads.map(\.namespace)).sorted()
        for namespace in emptyNamespaces.sorted() {
            let near = inhabited.first { NameSuggestion.isSlip(namespace, of: $0) }
            notes.append(
                LintNote(
                    message:
                        "no workload of the namespace \(namespace.quoted) is among the policies, so nobody can say whether the policies there reach one",
                    hint: near.map { "did you mean `\($0)`?" } ?? "add the manifests of its workloads to the policies"))
        }
        return notes
    }

    /// What a policy selects by.
    private struct Selector {
        var policy: PolicyReference
        var labels: [String: String]
    }

    private var selectors: [Selector] {
        let all =
            documents.authorizationPolicies.map { ($0.reference, $0.attachment) }
            + documents.requestAuthentications.map { ($0.reference, $0.attachment) }
        let chosen = all.compactMap { policy, attachment -> Selector? in
            if case .selector(let labels) = attachment { Selector(policy: policy, labels: labels) } else { nil }
        }
        let modes = documents.peerAuthentications.filter { !$0.matchLabels.isEmpty }
        return (chosen + modes.map { Selector(policy: $0.reference, labels: $0.matchLabels) })
            .sorted { $0.policy.location < $1.policy.location }
    }

    /// A label of a selector that looks like that of another one, misspelled.
    private struct Slip {
        var policy: PolicyReference
        /// `app=paymets`.
        var label: String
        var other: PolicyReference
        var otherLabel: String

        var message: String {
            "\(label.quoted) of \(policy.qualifiedName) is one letter away from \(otherLabel.quoted) of \(other.qualifiedName)"
        }
    }

    /// Pairs of labels that are likely to mean the same, each once: the one that fewer policies have, the later of two alike, is the slip.
    private var slips: [Slip] {
        let root = point.policySet.mesh.rootNamespace
        struct Label: Hashable { var namespace, key, value: String }
        var places: [(label: Label, policy: PolicyReference)] = []
        for selector in selectors {
            for (key, value) in selector.labels.sorted(by: { $0.key < $1.key }) {
                places.append((Label(namespace: selector.policy.namespace, key: key, value: value), selector.policy))
            }
        }
        let counts = places.reduce(into: [:]) { counts, place in counts[place.label, default: 0] += 1 }
        var seen: Set<Label> = []
        let distinct = places.filter { seen.insert($0.label).inserted }
        var slips: [Slip] = []
        for (index, place) in distinct.enumerated() {
            for earlier in distinct[..<index] {
                let (left, right) = (place.label, earlier.label)
                guard left.namespace == right.namespace || [left.namespace, right.namespace].contains(root),
                    left.key == right.key && NameSuggestion.isSlip(left.value, of: right.value)
                        || left.value == right.value && NameSuggestion.isSlip(left.key, of: right.key)
                else { continue }
                let isEarlier = (counts[right] ?? 0) < (counts[left] ?? 0)
                let (slip, model) = isEarlier ? (earlier, place) : (place, earlier)
                slips.append(
                    Slip(
                        policy: slip.policy, label: "\(slip.label.key)=\(slip.label.value)", other: model.policy,
                        otherLabel: "\(model.label.key)=\(model.label.value)"))
            }
        }
        return slips
    }

    /// Findings of policies whose selector may be misspelled are likely to come from that.
    mutating func explainSlips() {
        guard documents.inventory.workloads.isEmpty else { return }
        let slips = slips
        guard !slips.isEmpty else { return }
        let labels = Dictionary(
            selectors.map { ($0.policy, Set($0.labels.map { "\($0.key)=\($0.value)" })) },
            uniquingKeysWith: { first, _ in first })
        for index in findings.indices {
            let own = labels[findings[index].policy] ?? []
            let slip = slips.first { slip in
                own.contains(slip.label) || own.contains(slip.otherLabel)
            }
            guard let slip else { continue }
            findings[index].hint =
                "\(slip.message): if both mean one workload, mend that first; or else \(findings[index].hint)"
        }
    }
}
