import AuthzCore
import AuthzPolicy

/// What selectors and namespaces of policies are likely to be meant for, where no workload is found by them.
extension Linter {
    /// A workload that would have the labels of a selector if those of its Deployment were those of its pods.
    func unlabeled(_ labels: [String: String], _ sites: [LintSite]) -> (site: LintSite, hint: String)? {
        for site in sites {
            let description = site.workload.description
            let missing = labels.filter { description.labels[$0.key] != $0.value }
            guard
                let workload = documents.inventory.workloads.first(where: {
                    $0.namespace == description.namespace && $0.name == description.name
                }), missing.allSatisfy({ workload.ownLabels[$0.key] == $0.value })
            else { continue }
            return (
                site,
                "\(site.workload.displayName) has \(Self.text(missing).quoted) in the `metadata` of its \(workload.kind) alone, and a selector reads those of its pods: write it below `spec.template.metadata.labels`, too"
            )
        }
        return nil
    }

    /// Where a policy without a namespace is likely to belong: to the workload that its selector fits, or to the only namespace that there is.
    func namespaceHint(_ attachment: Attachment, _ places: AttachmentPlaces) -> String? {
        guard places.namespace == nil else { return nil }
        if case .selector(let labels) = attachment {
            guard let site = elsewhere(labels, "default") else { return nil }
            return
                "\(site.workload.displayName) has \(Self.text(labels).quoted): write `namespace: \(site.workload.description.namespace)` below `metadata`"
        }
        let inhabited = Set(documents.inventory.workloads.map(\.namespace))
        guard inhabited.count == 1, let namespace = inhabited.first else { return nil }
        return "write `namespace: \(namespace)` below `metadata`"
    }
}
