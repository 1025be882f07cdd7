package import AuthzCore

/// The workloads and services that plain Kubernetes manifests describe.
package struct Inventory: Sendable {
    /// Something that runs: a Pod, or the Pod template of a Deployment and its like.
    package struct Workload: Sendable {
        package var namespace: String
        package var name: String
        /// `Pod`, `Deployment`, `StatefulSet`, `DaemonSet`, `ReplicaSet`, `Job`, `CronJob`, `WorkloadEntry`, `WorkloadGroup`.
        package var kind: String
        package var labels: [String: String]
        /// Labels of the Deployment, or its like, itself, which no selector reads.
        package var ownLabels: [String: String] = [:]
        /// `default` where none is written.
        package var serviceAccount: String
        /// `containerPort` of all containers; nothing makes anybody write them.
        package var containerPorts: [UInt16]
        /// Those of them that have a name.
        package var portsByName: [String: UInt16] = [:]
        /// Whether it runs nothing but the proxy of Istio, as a gateway does.
        package var isProxyAlone = false
        package var location: SourceLocation

        package init(
            namespace: String, name: String, kind: String, labels: [String: String], serviceAccount: String,
            containerPorts: [UInt16] = [], location: SourceLocation
        ) {
            self.namespace = namespace
            self.name = name
            self.kind = kind
            self.labels = labels
            self.serviceAccount = serviceAccount
            self.containerPorts = containerPorts
            self.location = location
        }
    }

    /// A Service: which workloads it selects and where it is reached.
    package struct Service: Sendable {
        package var namespace: String
        package var name: String
        package var selector: [String: String]
        package var clusterIPs: [String]
        package var ports: [ServicePort]
        /// Whether its `clusterIP` is `None`.
        package var isHeadless = false
        /// The waypoint that acts for it by its own labels.
        package var waypoint: WaypointLabel?
        package var location: SourceLocation

        package init(
            namespace: String, name: String, selector: [String: String] = [:], clusterIPs: [String] = [],
            ports: [ServicePort] = [], location: SourceLocation
        ) {
            self.namespace = namespace
            self.name = name
            self.selector = selector
            self.clusterIPs = clusterIPs
            self.ports = ports
            self.location = location
        }

        /// Whether it selects a workload of its namespace that has these labels.
        package func selects(_ labels: [String: String]) -> Bool {
            !selector.isEmpty && selector.allSatisfy { labels[$0.key] == $0.value }
        }
    }

    /// A port of a Service.
    package struct ServicePort: Sendable, Equatable {
        package var port: UInt16
        /// The number or the name of the workload's port.
        package var targetPort: String
        /// What `appProtocol` says, or else the name up to its first `-`, in lower case; empty where neither is written.
        package var protocolName: String

        package init(port: UInt16, targetPort: String, protocolName: String = "") {
            self.port = port
            self.targetPort = targetPort
            self.protocolName = protocolName
        }

        /// Whether Istio takes what comes for a stream of bytes. Where nothing is said, or what it does not know, it looks at the
        /// first bytes, and HTTP is HTTP.
        package var isOpaque: Bool {
            ["tcp", "tls", "https", "mongo", "mysql", "redis", "udp"].contains(protocolName)
        }

        /// Whether Istio takes what comes for HTTP, whatever its first bytes are.
        package var isHTTP: Bool {
            ["http", "http2", "grpc", "grpc-web", "kubernetes.io/h2c", "kubernetes.io/ws"].contains(protocolName)
        }
    }

    /// What `istio.io/use-waypoint` says.
    package struct WaypointLabel: Sendable, Equatable {
        package var name: String
        /// `nil`: that of what has the label.
        package var namespace: String?

        /// `nil` where there is no such label.
        init?(_ labels: [String: String]) {
            guard let name = labels["istio.io/use-waypoint"] else { return nil }
            self.name = name
            namespace = labels["istio.io/use-waypoint-namespace"]
        }
    }

    /// A server of a Gateway of `networking.istio.io`, or a listener of one of the Gateway API.
    package struct GatewayServer: Sendable, Equatable {
        /// As clients reach it, in front of a Service.
        package var port: UInt16
        /// In upper case, such as `HTTPS`.
        package var protocolName: String
        /// `tls.mode` as written, in upper case.
        package var tlsMode: String?

        package init(port: UInt16, protocolName: String, tlsMode: String? = nil) {
            self.port = port
            self.protocolName = protocolName
            self.tlsMode = tlsMode
        }

        /// Whether requests are read there: the protocol is HTTP, and TLS ends at the gateway.
        package var isHTTP: Bool {
            ["HTTP", "HTTPS", "HTTP2", "GRPC", "GRPC-WEB"].contains(protocolName)
                && !["PASSTHROUGH", "AUTO_PASSTHROUGH"].contains(tlsMode)
        }

        /// Whether what comes is handed on by its server name alone, and no policy is asked.
        package var isUnfiltered: Bool { tlsMode == "AUTO_PASSTHROUGH" }
    }

    /// A resource that is only known by name: Namespace, ServiceAccount, ServiceEntry, Gateway.
    package struct NamedResource: Sendable {
        package var kind: String
        package var namespace: String
        package var name: String
        /// The waypoint that acts for the Services of a Namespace by its labels.
        package var waypoint: WaypointLabel?
        /// `gatewayClassName` of a Gateway.
        package var gatewayClass: String?
        /// The labels of the workloads that a Gateway of `networking.istio.io` is for; empty of other resources.
        package var selector: [String: String] = [:]
        /// Where a Gateway takes connections.
        package var servers: [GatewayServer] = []
        package var location: SourceLocation

        /// Whether it is a Gateway that policies can have as a target: one of `networking.istio.io` selects its workloads.
        package var isOfGatewayAPI: Bool { kind == "Gateway" && selector.isEmpty }

        package init(
            kind: String, namespace: String, name: String, gatewayClass: String? = nil, location: SourceLocation
        ) {
            self.gatewayClass = gatewayClass
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.location = location
        }
    }

    package var workloads: [Workload] = []
    package var services: [Service] = []
    package var others: [NamedResource] = []
    /// Whether a label of one of them says that it is of an ambient mesh, or that its requests go through a waypoint.
    package var isOfAmbient = false

    package init() {}
}
