import AuthzCore

/// Decodes the Kubernetes manifests that say which workloads and services there are. Only what decisions need is read;
/// fields are not checked otherwise.
struct InventoryDecoder {
    private let collector: DiagnosticCollector

    init(collector: DiagnosticCollector) {
        self.collector = collector
    }

    /// Whether the inventory has resources of this kind.
    static func reads(kind: String, group: String) -> Bool {
        switch group {
        case "": ["Namespace", "Pod", "Service", "ServiceAccount"].contains(kind)
        case "apps": ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].contains(kind)
        case "batch": ["Job", "CronJob"].contains(kind)
        case "networking.istio.io": ["WorkloadEntry", "WorkloadGroup", "ServiceEntry", "Gateway"].contains(kind)
        case "gateway.networking.k8s.io": kind == "Gateway"
        default: false
        }
    }

    /// Adds a resource of a kind that ``reads(kind:group:)`` names.
    func decode(
        kind: String, metadata: ResourceMetadata, from resource: inout DocumentReader, into inventory: inout Inventory
    ) {
        if metadata.labels["istio.io/dataplane-mode"] == "ambient" || metadata.labels["istio.io/use-waypoint"] != nil {
            inventory.isOfAmbient = true
        }
        switch kind {
        case "Pod":
            inventory.workloads.append(
                workload(kind, metadata, labels: metadata.labels, pod: resource.reader("spec")))
        case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job":
            var spec = resource.reader("spec")
            inventory.workloads.append(workload(kind, metadata, template: spec?.reader("template")))
        case "CronJob":
            var spec = resource.reader("spec")
            var job = spec?.reader("jobTemplate")
            var jobSpec = job?.reader("spec")
            inventory.workloads.append(workload(kind, metadata, template: jobSpec?.reader("template")))
        case "WorkloadEntry":
            var spec = resource.reader("spec")
            let labels = MetadataDecoder.dictionary(spec?.textMap("labels") ?? [])
            inventory.workloads.append(
                Inventory.Workload(
                    namespace: metadata.namespace, name: metadata.name, kind: kind,
                    labels: metadata.labels.merging(labels) { _, own in own },
                    serviceAccount: spec?.nonEmptyText("serviceAccount")?.value ?? "default",
                    location: metadata.location))
        case "WorkloadGroup":
            var spec = resource.reader("spec")
            var templateMetadata = spec?.reader("metadata")
            var template = spec?.reader("template")
            let outer = MetadataDecoder.dictionary(templateMetadata?.textMap("labels") ?? [])
            let inner = MetadataDecoder.dictionary(template?.textMap("labels") ?? [])
            inventory.workloads.append(
                Inventory.Workload(
                    namespace: metadata.namespace, name: metadata.name, kind: kind,
                    labels: outer.merging(inner) { _, own in own },
                    serviceAccount: template?.nonEmptyText("serviceAccount")?.value ?? "default",
                    location: metadata.location))
        case "Service":
            inventory.services.append(service(metadata, from: &resource))
        default:
            var other = Inventory.NamedResource(
                kind: kind, namespace: kind == "Namespace" ? "" : metadata.namespace, name: metadata.name,
                location: metadata.location)
            if kind == "Namespace" { other.waypoint = Inventory.WaypointLabel(metadata.labels) }
            if kind == "Gateway" {
                var spec = resource.reader("spec")
                other.gatewayClass = spec?.text("gatewayClassName")?.value
                other.selector = MetadataDecoder.dictionary(spec?.textMap("selector") ?? [])
                other.servers = Self.servers(spec?.node("servers")?.items ?? [], spec?.node("listeners")?.items ?? [])
            }
            inventory.others.append(other)
        }
    }

    /// - Parameters:
    ///   - servers: Those of `networking.istio.io`.
    ///   - listeners: Those of the Gateway API.
    private static func servers(_ servers: [DocumentNode], _ listeners: [DocumentNode]) -> [Inventory.GatewayServer] {
        let text = { (node: DocumentNode?) -> String? in
            if case .scalar(let scalar)? = node { scalar.text.uppercased() } else { nil }
        }
        let places = servers.map { ($0["port"]?["number"], $0["port"]?["protocol"], $0["tls"]?["mode"]) }
        return (places + listeners.map { ($0["port"], $0["protocol"], $0["tls"]?["mode"]) })
            .compactMap { port, name, mode in
                guard let port = text(port).flatMap(UInt16.init), let name = text(name) else { return nil }
                return Inventory.GatewayServer(port: port, protocolName: name, tlsMode: text(mode))
            }
    }

    private func workload(_ kind: String, _ metadata: ResourceMetadata, template: DocumentReader?) -> Inventory.Workload
    {
        var template = template
        var templateMetadata = template?.reader("metadata")
        var workload = workload(
            kind, metadata, labels: MetadataDecoder.dictionary(templateMetadata?.textMap("labels") ?? []),
            pod: template?.reader("spec"))
        workload.ownLabels = metadata.labels
        return workload
    }

    private func workload(
        _ kind: String, _ metadata: ResourceMetadata, labels: [String: String], pod: DocumentReader?
    ) -> Inventory.Workload {
        var pod = pod
        let account = pod?.nonEmptyText("serviceAccountName") ?? pod?.nonEmptyText("serviceAccount")
        var workload = Inventory.Workload(
            namespace: metadata.namespace, name: metadata.name, kind: kind, labels: labels,
            serviceAccount: account?.value ?? "default", location: metadata.location)
        let containers = pod?.node("containers")?.items ?? []
        workload.isProxyAlone =
            !containers.isEmpty && containers.allSatisfy { $0["name"]?.isText("istio-proxy") ?? false }
        for port in containers.flatMap({ $0["ports"]?.items ?? [] }) {
            guard case .scalar(let text)? = port["containerPort"], let number = UInt16(text.text) else { continue }
            workload.containerPorts.append(number)
            if case .scalar(let name)? = port["name"] { workload.portsByName[name.text] = number }
        }
        return workload
    }

    private func service(_ metadata: ResourceMetadata, from resource: inout DocumentReader) -> Inventory.Service {
        var service = Inventory.Service(
            namespace: metadata.namespace, name: metadata.name, location: metadata.location)
        service.waypoint = Inventory.WaypointLabel(metadata.labels)
        guard var spec = resource.reader("spec") else { return service }
        service.selector = MetadataDecoder.dictionary(spec.textMap("selector"))
        var addresses = spec.texts("clusterIPs")
        if let address = spec.text("clusterIP") { addresses.append(address) }
        service.isHeadless = addresses.contains { $0.value == "None" }
        for address in addresses where address.value != "None" && !address.value.isEmpty {
            if !service.clusterIPs.contains(address.value) { service.clusterIPs.append(address.value) }
        }
        for node in spec.list("ports") ?? [] {
            guard var port = DocumentReader(node, name: "ports", collector: collector),
                let number = port.integer("port", in: 1...65535), let servicePort = UInt16(exactly: number.value)
            else { continue }
            let name = port.text("appProtocol")?.value ?? port.text("name")?.value.prefix { $0 != "-" }.description
            service.ports.append(
                Inventory.ServicePort(
                    port: servicePort, targetPort: port.text("targetPort")?.value ?? String(servicePort),
                    protocolName: name?.lowercased() ?? ""))
        }
        return service
    }
}
