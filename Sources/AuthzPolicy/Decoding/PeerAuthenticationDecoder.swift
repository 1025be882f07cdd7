import AuthzCore

/// Decodes a PeerAuthentication with the checks of Istio's admission.
struct PeerAuthenticationDecoder {
    private let metadata: ResourceMetadata
    private let collector: DiagnosticCollector

    init(metadata: ResourceMetadata, collector: DiagnosticCollector) {
        self.metadata = metadata
        self.collector = collector
    }

    /// Decodes `spec`. What is returned is whole only if nothing was reported as an error.
    func decode(from resource: inout DocumentReader) -> PeerAuthentication {
        MetadataDecoder.checkAnnotations(of: &resource, allowsDryRun: false)
        var policy = PeerAuthentication(metadata: metadata)
        guard var spec = resource.reader("spec") else { return policy }
        policy.matchLabels = AttachmentDecoder.selector(from: &spec)
        policy.attachmentPlaces = AttachmentDecoder.places(in: &spec, hasTargets: false)
        if var mtls = spec.reader("mtls") {
            policy.mode = mode(from: &mtls)
            mtls.finish()
        }
        if let node = spec.node("portLevelMtls"), let place = spec.keyLocation("portLevelMtls") {
            policy.portModes = portModes(
                node, at: place, hasLabels: !policy.matchLabels.isEmpty, locations: &policy.portLocations)
        }
        spec.finish()
        return policy
    }

    private func mode(from reader: inout DocumentReader) -> Located<PeerAuthentication.Mode>? {
        guard let text = reader.text("mode"), text.value != "UNSET" else { return nil }
        if let mode = PeerAuthentication.Mode(rawValue: text.value) { return Located(mode, at: text.location) }
        reader.unknownValue(
            text, of: "mode", expected: PeerAuthentication.Mode.allCases.map(\.rawValue) + ["UNSET"])
        return nil
    }

    private func portModes(
        _ node: DocumentNode, at place: SourceLocation, hasLabels: Bool, locations: inout [UInt16: SourceLocation]
    ) -> [UInt16: PeerAuthentication.Mode?] {
        guard case .mapping(let entries, _) = node else {
            collector.error(
                .wrongType, at: node.location, "`portLevelMtls` is \(node.kindName), not a mapping",
                label: "expected a mapping of ports to modes")
            return [:]
        }
        if entries.isEmpty {
            collector.error(
                .emptyValue, at: place, "`portLevelMtls` is empty", label: "expected at least one port")
        } else if !hasLabels {
            collector.error(
                .portLevelNeedsSelector, at: place, "`portLevelMtls` needs a selector with labels",
                label: "ports are those of workloads", hint: "add `selector.matchLabels`")
        }
        var modes: [UInt16: PeerAuthentication.Mode?] = [:]
        for entry in entries {
            let key = entry.key
            guard ValueCheck.port(key.text) == nil, let port = UInt16(key.text), port > 0 else {
                collector.error(
                    .invalidPort, at: key.location, "\(key.text.quoted) is not a port of a workload",
                    label: "expected a number from 1 to 65535")
                continue
            }
            guard modes[port] == nil else {
                collector.error(
                    .duplicateKey, at: key.location, "the port \(port) is written twice", label: "expected it once")
                continue
            }
            guard !entry.value.isNull else {
                modes[port] = .some(nil)
                continue
            }
            guard
                var reader = DocumentReader(
                    entry.value, name: key.text, spelling: .snakeCaseToo, collector: collector)
            else { continue }
            let mode = mode(from: &reader)
            modes[port] = .some(mode?.value)
            locations[port] = mode?.location ?? key.location
            reader.finish()
        }
        return modes
    }
}
