import AuthzCore
import AuthzPolicy

/// Why a connection without mutual TLS is accepted, for whoever expects that it is refused.
package enum PermissiveMode {
    /// `nil` where it is refused.
    ///
    /// - Parameter port: Of the workload; `nil` where none is known.
    package static func sentence(at workload: Workload, port: UInt16?, in policySet: PolicySet) -> String? {
        let effective = workload.peerAuthentication
        let setting = port.map { effective.setting(forPort: $0) } ?? effective.workload
        guard setting.mode != .strict else { return nil }
        let start = "the mode at \(workload.displayName.quoted) is \(setting.mode.rawValue)"
        if let policy = setting.policy {
            return "\(start) by \(policySet.peerAuthentications[policy].reference.qualifiedName.quoted)"
        }
        let text = "\(start) (Istio's default): no PeerAuthentication with STRICT reaches it"
        let root = policySet.mesh.rootNamespace
        let elsewhere = policySet.peerAuthentications.first { other in
            other.policy.mode?.value == .strict && other.policy.matchLabels.isEmpty
                && other.reference.namespace != root && other.reference.namespace != workload.description.namespace
        }
        guard let elsewhere else { return text }
        return
            "\(text); \(elsewhere.reference.qualifiedName.quoted) is STRICT for its namespace alone, mesh-wide it belongs in \(root.quoted)"
    }
}
