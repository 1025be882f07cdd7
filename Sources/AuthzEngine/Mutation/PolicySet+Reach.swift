package import AuthzPolicy

extension PolicySet {
    /// Whether a policy is among those that decide for a destination. A PeerAuthentication may be, where its namespace is looked at.
    package func reaches(_ destination: RequestDocument.Destination, by policy: PolicyReference) -> Bool {
        workload(for: destination).map { reaches($0, by: policy) } ?? false
    }

    /// The same of the workload that a document is decided for, however it says which that is.
    package func reaches(_ document: RequestDocument, by policy: PolicyReference) -> Bool {
        workload(for: document).workload.map { reaches($0, by: policy) } ?? false
    }

    func reaches(_ workload: Workload, by policy: PolicyReference) -> Bool {
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

    /// The namespaces whose policies are looked at for a document: that of its workload, that of the service that a waypoint acts for,
    /// and the root namespace. None where nobody knows the workload.
    package func policyNamespaces(for document: RequestDocument) -> [String] {
        guard let description = workload(for: document).workload?.description else { return [] }
        return [description.namespace, description.service?.namespace, mesh.rootNamespace].compactMap(\.self).uniqued()
    }
}
