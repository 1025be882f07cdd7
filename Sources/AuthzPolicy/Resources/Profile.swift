/// Which data plane enforces the policies at ordinary workloads.
package enum Profile: String, Sendable, CaseIterable {
    /// The workload's own Envoy.
    case sidecar
    /// ztunnel, which judges connections alone; gateways and waypoints are Envoys here too.
    case ambient
}
