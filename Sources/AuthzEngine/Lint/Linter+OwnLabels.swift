import AuthzCore
import AuthzPolicy

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
}
