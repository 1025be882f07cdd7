package import AuthzEngine

/// What is in force at one moment. A class, so that a request takes it with one retain.
package final class ServedSnapshot: Sendable {
    package let point: DecisionPoint
    /// The workload of requests that name none; `nil` where there is none, and then they are denied.
    package let defaultWorkload: Workload?

    package init(point: DecisionPoint, defaultWorkload: Workload?) {
        self.point = point
        self.defaultWorkload = defaultWorkload
    }
}
