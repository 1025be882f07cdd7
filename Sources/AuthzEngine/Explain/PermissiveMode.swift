import AuthzCore
import AuthzPolicy

/// Why a connection without mutual TLS is accepted, for whoever expects that it is refused.
package struct PermissiveMode {
    /// What the mode is, who sets it, and what to write.
    package private(set) var sentence = ""
    /// Whether a policy is there that seems to be meant to refuse it, so that this is told also where it is not asked for.
    package private(set) var isEvident = false
    /// Whether a policy says that it is accepted.
    package private(set) var isWritten = false

    private let workload: Workload
    private let policySet: PolicySet

    /// `nil` where it is refused.
    ///
    /// - Parameter port: Of the workload; `nil` where none is known.
    package init?(at workload: Workload, port: UInt16?, in policySet: PolicySet) {
        self.workload = workload
        self.policySet = policySet
        guard workload.role == .sidecar else {
            sentence = "no PeerAuthentication is enforced at a \(workload.role.rawValue)"
            return
        }
        let effective = workload.peerAuthentication
        let setting = port.map { effective.setting(forPort: $0) } ?? effective.workload
        guard setting.mode != .strict else { return nil }
        let start = "the mode at \(workload.displayName.quoted) is \(setting.mode.rawValue)"
        let reaching = policySet.peerAuthentications.indices.filter { index in
            WorkloadBuilder(policySet).attachment(of: policySet.peerAuthentications[index], to: workload.description)
                == .attached
        }
        guard let policy = setting.policy else {
            sentence = "\(start) (Istio's default)"
            if let inert = inert(reaching, after: nil, port) {
                isEvident = true
                sentence += "; \(inert)"
            } else {
                let missed = missed
                isEvident = missed != nil
                let other = missed ?? elsewhere
                sentence += ": no PeerAuthentication with STRICT reaches it" + (other.map { "; \($0)" } ?? "")
            }
            return
        }
        isWritten = true
        let setter = policySet.peerAuthentications[policy]
        sentence = "\(start) by \(name(policy, at: setter.location(ofModeAt: setting.port)))"
        let evidence = inert(reaching, after: policy, port) ?? overridden(reaching, by: policy)
        isEvident = evidence != nil
        sentence += "; \(evidence ?? "plaintext is refused with `mode: STRICT` there")"
    }

    private func name(_ index: Int, at place: SourceLocation? = nil) -> String {
        let reference = policySet.peerAuthentications[index].reference
        return "\(reference.qualifiedName.quoted) (\(place ?? reference.location))"
    }

    /// 0 for the mesh, 1 for the namespace, 2 for workloads.
    private func rank(_ index: Int) -> Int {
        let policy = policySet.peerAuthentications[index].policy
        guard policy.matchLabels.isEmpty else { return 2 }
        return policy.metadata.namespace == policySet.mesh.rootNamespace ? 0 : 1
    }

    /// The narrowest policy that reaches the workload and would set its mode, if it had one.
    ///
    /// - Parameter setter: The policy that does.
    private func inert(_ reaching: [Int], after setter: Int?, _ port: UInt16?) -> String? {
        let found = reaching.filter { index in
            let policy = policySet.peerAuthentications[index].policy
            let ownMode = port.flatMap { policy.portModes[$0] } ?? nil
            return policy.mode == nil && ownMode == nil && (setter.map { rank($0) < rank(index) } ?? true)
        }.max { rank($0) < rank($1) }
        guard let found else { return nil }
        let strict = policySet.peerAuthentications[found].policy.portModes.filter { $0.value == .strict }.keys.sorted()
        guard strict.isEmpty || port == nil else {
            let ports = strict.map { "\($0)".quoted }.joined(separator: ", ")
            let targets = policySet.servicePorts.targets(of: workload.description)
            let isOfService = strict.contains { targets[$0] == port }
            let why = isOfService ? ", the port of a Service, and \("\(port ?? 0)".quoted) is that of the workload" : ""
            return "\(name(found)) is STRICT for port \(ports) alone\(why)"
        }
        let counts = setter == nil ? "the default counts" : "the wider one counts"
        return "\(name(found)) reaches it and sets no mode, so that \(counts): write `mtls: {mode: STRICT}` in it"
    }

    /// A STRICT policy in whose place the one that sets the mode counts.
    private func overridden(_ reaching: [Int], by setter: Int) -> String? {
        let strict = reaching.filter { $0 != setter && policySet.peerAuthentications[$0].policy.mode?.value == .strict }
        guard let other = strict.max(by: { rank($0) < rank($1) }) else { return nil }
        let place = policySet.peerAuthentications[other].location(ofModeAt: nil)
        guard rank(other) < rank(setter) else {
            return
                "it counts in the place of \(name(other, at: place)), which is STRICT and for the same: keep one of them"
        }
        let scope = rank(other) == 0 ? "mesh" : "namespace"
        return
            "it goes before \(name(other, at: place)), which is STRICT for the \(scope): take the mode out of it, or write STRICT"
    }

    private var strict: [Int] {
        policySet.peerAuthentications.indices.filter { policySet.peerAuthentications[$0].policy.mode?.value == .strict }
    }

    /// A STRICT policy that misses the workload by its selector.
    private var missed: String? {
        let description = workload.description
        for index in strict {
            let (labels, namespace) = (
                policySet.peerAuthentications[index].policy.matchLabels,
                policySet.peerAuthentications[index].reference.namespace
            )
            let selection = AttachmentOutcome.selection(labels, of: description.labels)
            if namespace == policySet.mesh.rootNamespace, !labels.isEmpty, selection == .attached {
                return
                    "\(name(index)) is STRICT, and in the root namespace one with a selector reaches nothing: write `namespace: \(description.namespace)` in it"
            }
            if namespace == description.namespace, case .labelDiffers(let key, let value, let own) = selection,
                !policySet.hasWorkload(in: namespace, selectedBy: labels)
            {
                let has = own.map { "has \("\(key)=\($0)".quoted)" } ?? "has no such label"
                return "\(name(index)) is STRICT for \("\(key)=\(value)".quoted), and this workload \(has)"
            }
        }
        return nil
    }

    /// A STRICT policy for another namespace.
    private var elsewhere: String? {
        let (own, root) = (workload.description.namespace, policySet.mesh.rootNamespace)
        let other = strict.first { index in
            let policy = policySet.peerAuthentications[index]
            return ![own, root].contains(policy.reference.namespace) && policy.policy.matchLabels.isEmpty
        }
        guard let other else { return nil }
        let namespace = policySet.peerAuthentications[other].reference.namespace
        let isEmpty = !policySet.named.isEmpty && !policySet.hasWorkload(in: namespace, selectedBy: [:])
        return isEmpty
            ? "\(name(other)) is STRICT for its namespace alone, where no workload is: is `namespace: \(own)` meant, or \(root.quoted) for the mesh?"
            : "\(name(other)) is STRICT for its namespace alone: one for \(own.quoted) is missing, if not `namespace: \(own)` is meant there, or \(root.quoted) for the mesh"
    }
}
