import ArgumentParser

/// Which listener `authz healthcheck` asks, and how.
enum HealthKind: String, CaseIterable, ExpressibleByArgument {
    /// `/readyz` of the admin listener.
    case http
    /// `grpc.health.v1.Health/Check` of the check listener.
    case grpc
}
