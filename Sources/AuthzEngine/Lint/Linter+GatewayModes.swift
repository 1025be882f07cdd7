import AuthzCore
import AuthzPolicy

/// Modes for gateways, which take connections by the TLS settings of their Gateway.
extension Linter {
    mutating func findGatewayMode(_ policy: PeerAuthentication, _ reference: PolicyReference) {
        let modes = [policy.mode?.value] + policy.portModes.sorted { $0.key < $1.key }.map(\.value)
        guard !policy.matchLabels.isEmpty, let mode = modes.compactMap(\.self).first(where: { $0 != .permissive })
        else { return }
        let selected = sites(selectedBy: policy)
        guard let site = selected.first, selected.allSatisfy({ $0.workload.role == .gateway }),
            !findings.contains(where: { $0.policy == reference })
        else { return }
        var document = site.plainest
        let isStrict = mode == .strict
        document.source.principal = isStrict ? nil : "spiffe://\(point.policySet.mesh.trustDomain)/ns/other/sa/other"
        let proof = proof(
            document, isStrict ? "comes in plaintext, and is not refused" : "comes by mutual TLS, and is not refused")
        guard !proof.report.reason.isOfConnection else { return }
        add(
            .peerAuthenticationIgnored, reference, at: policy.mode?.location,
            "\(site.workload.displayName) is a gateway: what comes to it is taken by `tls` of its Gateway, whatever the mode",
            hint: "set `tls: {mode: \(isStrict ? "MUTUAL" : "SIMPLE")}` in the Gateway, and leave this out", [proof])
    }
}
