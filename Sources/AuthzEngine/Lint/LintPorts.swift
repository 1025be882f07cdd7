import AuthzCore
import AuthzPolicy

/// What is read at the ports of a workload, for all that the inventory says: a sidecar goes by the ports of its Services, and a gateway
/// by the servers of its Gateways alone, whatever the ports of its Service are called.
struct LintPorts {
    /// A port at which connections are a stream of bytes.
    struct Stream {
        var port: UInt16
        /// Such as ``HTTPS by the Service `api` ``.
        var phrase: String
    }

    /// Those that something leads to, in the order in which they are written.
    private(set) var all: [UInt16] = []
    /// Those at which there are streams for policies, and no HTTP.
    private(set) var streams: [Stream] = []
    /// Those at which no request is read.
    private(set) var opaque: Set<UInt16> = []
    /// Whether there is one of HTTP.
    private(set) var hasHTTP = false
    private var requests: Set<UInt16> = []

    init(of workload: WorkloadDescription, _ inventory: Inventory, root: String) {
        let services = inventory.services(of: workload)
        let gateways = inventory.gateways(of: workload)
        let isGateway = inventory.isGateway(workload, root: root)
        for gateway in gateways {
            for server in gateway.servers {
                // A Service stands in front of the gateway.
                let entries = services.flatMap(\.ports).filter { $0.port == server.port }
                let targets = entries.isEmpty ? [server.port] : entries.compactMap { UInt16($0.targetPort) }
                let mode = server.tlsMode == "PASSTHROUGH" ? " with `tls: {mode: PASSTHROUGH}`" : ""
                for port in targets where !isAdded(port, isHTTP: server.isHTTP) && !server.isUnfiltered {
                    streams.append(
                        Stream(
                            port: port, phrase: "\(server.protocolName)\(mode) by the Gateway \(gateway.name.quoted)"))
                }
            }
        }
        for service in services {
            for entry in service.ports {
                // Where a target is told by its name, nobody may know which port it is.
                if !isGateway, !entry.isOpaque { hasHTTP = true }
                guard let port = UInt16(entry.targetPort) else { continue }
                if isGateway {
                    // Its own health is there, and no policy.
                    if !all.contains(port), port != Self.health { all.append(port) }
                } else if !isAdded(port, isHTTP: !entry.isOpaque) {
                    let name = entry.protocolName.uppercased()
                    streams.append(Stream(port: port, phrase: "\(name) by the Service \(service.name.quoted)"))
                }
            }
        }
        opaque.subtract(requests)
        streams.removeAll { requests.contains($0.port) }
    }

    /// Where the agent of a proxy says how it is.
    private static let health: UInt16 = 15021

    /// - Returns: Whether there is HTTP at the port.
    private mutating func isAdded(_ port: UInt16, isHTTP: Bool) -> Bool {
        if !all.contains(port) { all.append(port) }
        if isHTTP {
            requests.insert(port)
            hasHTTP = true
        } else {
            opaque.insert(port)
        }
        return isHTTP
    }
}

extension Inventory {
    /// The Gateways that a workload is of: that of the Gateway API by its label, those of `networking.istio.io` by their selectors.
    func gateways(of workload: WorkloadDescription) -> [NamedResource] {
        guard workload.role != .waypoint else { return [] }
        let name = workload.labels[WorkloadDescription.Label.gatewayName]
        return others.filter { gateway in
            guard gateway.kind == "Gateway" else { return false }
            return gateway.isOfGatewayAPI
                ? gateway.namespace == workload.namespace && gateway.name == name
                : gateway.selector.allSatisfy { workload.labels[$0.key] == $0.value }
        }
    }

    /// Whether a workload is a gateway, for all that anybody can tell: by its labels, by a Gateway, or by what it runs.
    func isGateway(_ workload: WorkloadDescription, root: String) -> Bool {
        workload.role == .gateway || GatewayName.isLikely(workload.labels, in: workload.namespace, root: root)
            || !gateways(of: workload).isEmpty
            || workloads.contains {
                $0.isProxyAlone && $0.namespace == workload.namespace && $0.name == workload.name
            }
    }
}
