/// The workload that a request is for, and what said so.
package struct FoundWorkload: Sendable {
    /// `nil` where what was named is not known.
    package var workload: Workload?
    /// `nil` where nothing names a workload.
    package var source: WorkloadSource?

    package init(workload: Workload? = nil, source: WorkloadSource? = nil) {
        self.workload = workload
        self.source = source
    }
}
