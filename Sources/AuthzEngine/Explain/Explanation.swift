package import AuthzCore
package import AuthzPolicy

/// A decision with what led to it.
package struct Explanation: Sendable {
    package var report: DecisionReport
    package var trace: Trace
    /// The decision with the other answer of CUSTOM providers; `nil` where none was assumed.
    package var otherwise: DecisionReport?

    package init(report: DecisionReport, trace: Trace, otherwise: DecisionReport? = nil) {
        self.report = report
        self.trace = trace
        self.otherwise = otherwise
    }

    /// Decides a document, and where the answer of CUSTOM providers was assumed, once more with the other one.
    ///
    /// - Parameters:
    ///   - found: The workload that the document means.
    ///   - now: Seconds since 1970.
    ///   - keyFailures: Why there are no keys, by key source.
    ///   - prepare: Changes the request before it is decided, as its reader is told to.
    package init(
        of document: RequestDocument, for found: FoundWorkload, by point: DecisionPoint, now: Int64,
        keyFailures: [Int: String] = [:], in workspace: inout Workspace,
        prepare: (inout CheckRequest) -> Void = { _ in }
    ) {
        var trace: Trace? = Trace(keyFailures: keyFailures)
        var request = CheckRequest()
        func decide(
            by point: DecisionPoint, in workspace: inout Workspace, trace: inout Trace?
        ) -> DecisionReport {
            request.fill(from: document, for: found.workload, in: point.policySet)
            prepare(&request)
            let decision = point.decide(&request, for: found.workload, now: now, in: &workspace, trace: &trace)
            return DecisionReport(
                decision, of: request, sentPath: document.request?.path, for: found, at: point, in: workspace,
                seeksSlips: true)
        }
        report = decide(by: point, in: &workspace, trace: &trace)
        self.trace = trace ?? Trace()
        if report.custom.contains(where: \.isAssumed) {
            var untraced: Trace?
            otherwise = decide(by: point.assumingOtherwise, in: &workspace, trace: &untraced)
        }
    }
}

extension DecisionPoint {
    /// The same with the other answer of CUSTOM providers that cannot be asked.
    fileprivate var assumingOtherwise: DecisionPoint {
        var options = options
        options.customAnswer = options.customAnswer == .allow ? .deny : .allow
        return DecisionPoint(policySet: policySet, keySets: keySets, options: options, generation: generation)
    }
}

extension DecisionReport.CustomMatch {
    /// Whether the provider's answer is not known.
    fileprivate var isAssumed: Bool { answer.hasPrefix("assumed-") }
}
