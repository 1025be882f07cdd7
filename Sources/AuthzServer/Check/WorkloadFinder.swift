import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Finds the workload that a check is for. What names a workload that nobody knows, names none: nothing else is tried then.
struct WorkloadFinder {
    private var memo = WorkloadMemo()
    /// What the memo is asked for.
    private var key = WorkloadKey()

    /// The workload of the inventory with this name.
    mutating func find(named name: ByteSlice, of request: borrowing CheckRequest, in policySet: PolicySet)
        -> FoundWorkload
    {
        FoundWorkload(workload: workload(named: name, .path, of: request, in: policySet), source: .path)
    }

    /// The workload of an HTTP check that names none.
    ///
    /// - Parameter byHost: Whether the host may choose it.
    mutating func find(
        of request: borrowing CheckRequest, in snapshot: ServedSnapshot, byHost: Bool = false
    ) -> FoundWorkload {
        let policySet = snapshot.point.policySet
        return byAddress(of: request, in: policySet) ?? (byHost ? self.byHost(of: request, in: policySet) : nil)
            ?? byDefault(of: snapshot)
    }

    /// The workload of a gRPC check.
    @inline(__always)
    mutating func find(
        for message: borrowing CheckMessage, of request: borrowing CheckRequest, in snapshot: ServedSnapshot
    ) -> FoundWorkload {
        let policySet = snapshot.point.policySet
        return byContext(message.contextExtensions, of: request, in: policySet)
            ?? byDestination(message.destination, of: request, in: policySet)
            ?? byAddress(of: request, in: policySet) ?? byDefault(of: snapshot)
    }

    // MARK: Steps

    private mutating func workload(
        named name: ByteSlice, _ source: WorkloadSource, of request: borrowing CheckRequest, in policySet: PolicySet
    ) -> Workload? {
        key.begin(.name, source)
        key.append(name, of: request)
        if let memory = memo.recall(key, in: policySet) { return memory.workload }
        return remember(policySet.workload(named: request.text(name)))
    }

    private mutating func byContext(
        _ extensions: TextMap, of request: borrowing CheckRequest, in policySet: PolicySet
    ) -> FoundWorkload? {
        guard !extensions.isEmpty else { return nil }
        if let name = extensions.value(of: "workload", in: request) {
            return FoundWorkload(
                workload: workload(named: name, .contextExtensions, of: request, in: policySet),
                source: .contextExtensions)
        }
        guard let namespace = extensions.value(of: "namespace", in: request) else { return nil }
        let labels = extensions.value(of: "labels", in: request)
        key.begin(labels == nil ? .namespace : .labelText, .contextExtensions)
        key.append(namespace, of: request)
        if let labels { key.append(labels, of: request) }
        if let memory = memo.recall(key, in: policySet) {
            return FoundWorkload(workload: memory.workload, source: .contextExtensions)
        }
        var workload: Workload?
        if !namespace.isEmpty, let labels = LabelText.labels(in: labels.map(request.text) ?? "") {
            workload = policySet.workload(namespace: request.text(namespace), labels: labels, serviceAccount: nil)
        }
        return FoundWorkload(workload: remember(workload), source: .contextExtensions)
    }

    /// The labels of a destination lie in the namespace of its principal; without labels, the service account may tell.
    private mutating func byDestination(
        _ destination: PeerMessage, of request: borrowing CheckRequest, in policySet: PolicySet
    ) -> FoundWorkload? {
        guard !destination.principal.isEmpty else { return nil }
        // The memo is asked before the principal is read: it holds only what was remembered of one that could be.
        guard !destination.labels.isEmpty else {
            key.begin(.name, .destinationPrincipal)
            key.append(destination.principal, of: request)
            if let memory = memo.recall(key, in: policySet) {
                return memory.workload.map { FoundWorkload(workload: $0, source: .destinationPrincipal) }
            }
            guard let identity = ServiceAccountName(destination.principal, in: request) else { return nil }
            let workload = remember(
                policySet.workload(
                    namespace: request.text(identity.namespace),
                    serviceAccount: request.text(identity.serviceAccount)))
            return workload.map { FoundWorkload(workload: $0, source: .destinationPrincipal) }
        }
        key.begin(.labels, .destinationLabels)
        key.append(destination.principal, of: request)
        for entry in destination.labels.entries {
            key.append(entry.name, of: request)
            key.append(entry.value, of: request)
        }
        if let memory = memo.recall(key, in: policySet) {
            return FoundWorkload(workload: memory.workload, source: .destinationLabels)
        }
        guard let identity = ServiceAccountName(destination.principal, in: request) else { return nil }
        var labels: [String: String] = [:]
        for entry in destination.labels.entries { labels[request.text(entry.name)] = request.text(entry.value) }
        let workload = policySet.workload(
            namespace: request.text(identity.namespace), labels: labels,
            serviceAccount: request.text(identity.serviceAccount))
        return FoundWorkload(workload: remember(workload), source: .destinationLabels)
    }

    private mutating func remember(_ workload: Workload?) -> Workload? {
        memo.remember(workload, key)
        return workload
    }

    private func byAddress(of request: borrowing CheckRequest, in policySet: PolicySet) -> FoundWorkload? {
        guard case .known(let address) = request.destination.ip,
            let workload = policySet.workload(atServiceAddress: address)
        else { return nil }
        return FoundWorkload(workload: workload, source: .destinationAddress)
    }

    private mutating func byHost(of request: borrowing CheckRequest, in policySet: PolicySet) -> FoundWorkload? {
        key.begin(.name, .host)
        key.append(request.operation.host, of: request)
        let workload =
            if let memory = memo.recall(key, in: policySet) {
                memory.workload
            } else {
                remember(policySet.workload(forHost: request.text(request.operation.host)))
            }
        return workload.map { FoundWorkload(workload: $0, source: .host) }
    }

    private func byDefault(of snapshot: ServedSnapshot) -> FoundWorkload {
        FoundWorkload(workload: snapshot.defaultWorkload, source: snapshot.defaultWorkload.map { _ in .listener })
    }
}
