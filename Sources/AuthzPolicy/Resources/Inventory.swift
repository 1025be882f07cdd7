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

    /// A resource that is only known by name: Namespace, ServiceAccount, ServiceEntry, Gateway.
    package struct NamedResource: Sendable {
        package var kind: String
        package var namespace: String
        package var name: String
        /// `gatewayClassName` of a Gateway.
        package var gatewayClass: String?
        /// Where a Gateway takes HTTP.
        package var ports: [UInt16] = []
        package var location: SourceLocation

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
