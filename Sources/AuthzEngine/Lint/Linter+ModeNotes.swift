import AuthzCore
import AuthzPolicy

/// What is suspected of modes that reach less than is meant, and of paths that do.
extension Linter {
    /// The only PeerAuthentication is STRICT for one namespace, and others have policies that ask who the peer is.
    var modeNotes: [LintNote] {
        let root = point.policySet.mesh.rootNamespace
        guard documents.peerAuthentications.count == 1, let mode = documents.peerAuthentications.first,
            mode.matchLabels.isEmpty, mode.mode?.value == .strict, mode.metadata.namespace != root
        else { return [] }
        let asking = Set(
            documents.authorizationPolicies.filter { policy in
                !policy.isDryRun && policy.rules.contains { $0.tests.contains(where: \.field.isPeerIdentity) }
            }.map(\.metadata.namespace)
        ).subtracting([root, mode.metadata.namespace])
        let exposed = Set(
            everySite.filter { $0.workload.role == .sidecar && $0.mode != .strict }
                .map(\.workload.description.namespace)
        ).intersection(asking).sorted()
        guard !exposed.isEmpty else { return [] }
        let names = exposed.map(\.quoted).joined(separator: ", ")
        let name = mode.reference.qualifiedName
        return [
            LintNote(
                policy: mode.reference,
                message:
                    "no PeerAuthentication reaches the namespace\(exposed.count > 1 ? "s" : "") \(names), where plaintext passes, and policies there ask who the peer is: \(name) is for its own namespace alone",
                hint: "mesh-wide it belongs in the namespace \(root.quoted)")
        ]
    }

    /// PeerAuthentications without a mode, which change nothing at the workloads that they reach.
    var unsetModeNotes: [LintNote] {
        documents.peerAuthentications.compactMap { policy in
            guard policy.mode == nil, policy.portModes.isEmpty else { return nil }
            let isInRoot = policy.metadata.namespace == point.policySet.mesh.rootNamespace
            let sites = isInRoot ? allSites : sites(selectedBy: policy)
            let modes = Set(sites.filter { $0.workload.role == .sidecar }.map(\.mode.rawValue)).sorted()
            guard modes.count == 1 else { return nil }
            return LintNote(
                policy: policy.reference,
                message:
                    "\(policy.reference.qualifiedName) sets no mode, so that it changes nothing: the mode there is \(modes[0])",
                hint: "if plaintext is to be refused, write `mtls: {mode: STRICT}`")
        }
    }

    /// Paths of ALLOW rules with a slash at their end, where neither the path without it nor one below is named.
    var slashNotes: [LintNote] {
        documents.authorizationPolicies.filter { $0.action == .allow }.flatMap { policy -> [LintNote] in
            let named = policy.rules.flatMap(\.tests).filter { $0.field == .path }.flatMap(\.lists.values).map(\.value)
            return policy.rules.enumerated().flatMap { ordinal, rule in
                rule.tests.filter { $0.field == .path }.flatMap(\.lists.values).compactMap { value in
                    let path = value.value
                    guard path.hasPrefix("/"), path.hasSuffix("/"), path.count > 1,
                        !path.contains(where: { "*{}".contains($0) }),
                        !named.contains(where: { $0 == path.dropLast() || $0.hasPrefix(path) && $0 != path })
                    else { return nil }
                    let bare = String(path.dropLast())
                    return LintNote(
                        policy: policy.reference,
                        message:
                            "\(path.quoted) of \(policy.reference.qualifiedName), rule \(ordinal + 1), is that path alone: neither \(bare.quoted) nor what stands below",
                        hint: "if these are meant, write `\(bare)` and `\(path)*`")
                }
            }
        }
    }
}
