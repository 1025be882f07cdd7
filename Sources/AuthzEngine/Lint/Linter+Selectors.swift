import AuthzCore
import AuthzPolicy

/// Where a policy says what it is for.
struct AttachmentPlaces {
    /// `nil` where no namespace is written.
    var namespace: SourceLocation?
    /// By label, or by name of a target.
    var parts: [String: SourceLocation]

    /// The first place in the text at which one of these is written.
    func first(of names: some Sequence<String>) -> SourceLocation? { names.compactMap { parts[$0] }.min() }
}

/// Which workloads a selector may be meant for.
extension Linter {
    /// `app=api,tier=front`.
    static func text(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    /// What to write for a policy of a namespace that is not there.
    func namespaceHint(
        _ policy: PolicyReference, _ attachment: Attachment, _ near: String?, _ places: AttachmentPlaces
    ) -> String {
        if case .selector(let labels) = attachment, let other = elsewhere(labels, policy.namespace) {
            let namespace = other.workload.description.namespace
            let none = places.namespace == nil ? "none is written; " : ""
            return
                "\(none)\(other.workload.displayName) has \(Self.text(labels).quoted): write `namespace: \(namespace)`"
        }
        if places.namespace == nil { return "write the `namespace` of its workloads in `metadata`" }
        return near.map { "did you mean `\($0)`?" }
            ?? "correct the namespace of the policy, or add the Namespace to the inventory"
    }

    /// What to write for targets that are not there.
    func targetHint(_ refs: [TargetRef], _ namespace: String) -> String {
        for ref in refs {
            let known = documents.inventory.names(of: ref.kind, in: namespace)
            if let near = NameSuggestion.nearest(to: ref.name, among: known) { return "did you mean `\(near)`?" }
            guard !known.isEmpty else { continue }
            let names = known.prefix(4).map(\.quoted).joined(separator: ", ")
            return "name a \(ref.kind.word) that is there, as \(names); a sidecar is reached by a `selector`"
        }
        return "name one that is there; a sidecar is reached by a `selector`"
    }

    /// A workload of another namespace that has all of the labels.
    func elsewhere(_ labels: [String: String], _ namespace: String) -> LintSite? {
        allSites.first { site in
            let description = site.workload.description
            return description.namespace != namespace
                && AttachmentOutcome.selection(labels, of: description.labels) == .attached
        }
    }

    /// The labels by which workloads are told apart, rather than versions of one.
    private static let tellingLabels: Set = ["app", "app.kubernetes.io/name", "k8s-app", "name"]

    /// What of a selector a workload lacks.
    func lackHint(_ labels: [String: String], at site: LintSite) -> String {
        let own = site.workload.description.labels
        guard !own.isEmpty else { return "\(site.workload.displayName) has no labels" }
        let written = "\(site.workload.displayName) has \(Self.text(own).quoted)"
        let other = labels.filter { own[$0.key] != $0.value }.keys.sorted()
        // A key that is missing beside one that tells the workload is one too many; else it may be misspelled.
        guard other.allSatisfy({ own[$0] == nil }), Self.isTold(labels, site) else { return written }
        return "\(written), and no label \(other.map(\.quoted).joined(separator: ", "))"
    }

    private static func isTold(_ labels: [String: String], _ site: LintSite) -> Bool {
        labels.contains { tellingLabels.contains($0.key) && site.workload.description.labels[$0.key] == $0.value }
    }

    /// The workload that has a label which tells it, then that which has most of the labels, or else the most similar values.
    func nearest(to labels: [String: String], _ sites: [LintSite]) -> LintSite {
        let distance = { (site: LintSite) -> Int in
            labels.reduce(Self.isTold(labels, site) ? 0 : 1000) { sum, label in
                let labels = site.workload.description.labels
                // A label of the same value under another key may be meant.
                guard let own = labels[label.key] else { return sum + (labels.values.contains(label.value) ? 50 : 100) }
                return sum + NameSuggestion.distance(own, label.value)
            }
        }
        // INVARIANT: there is one.
        return sites.enumerated().min { (distance($0.element), $0.offset) < (distance($1.element), $1.offset) }?.element
            ?? sites[0]
    }
}
