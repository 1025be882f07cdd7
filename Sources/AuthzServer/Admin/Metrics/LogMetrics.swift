/// Lines that were lost: nobody read the log as fast as it was written, or it could not be written.
package struct LogMetrics: MetricsSource {
    private let log: DecisionLog?

    /// - Parameter log: `nil` where decisions are not logged.
    package init(log: DecisionLog?) {
        self.log = log
    }

    package func write(to writer: inout MetricsWriter) {
        writer.family(
            "authz_decision_log_dropped_total", .counter,
            help: "Decisions that are missing in the log because it is not written fast enough, or cannot be written.")
        writer.sample(log?.droppedCount ?? 0)
    }
}
