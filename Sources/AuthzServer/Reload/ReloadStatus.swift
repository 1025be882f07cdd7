package import AuthzCore

/// What became of the loads since the server started, for readiness and metrics.
package struct ReloadStatus: Sendable {
    /// What was wrong at the last load.
    package struct Problem: Sendable, Equatable {
        /// The first error, with its place and code.
        package var text: String
        package var errorCount: Int

        init(_ error: InputError) {
            let errors = error.diagnostics.filter { $0.severity == .error }
            text = errors.first.map { "\($0.location): \($0.message) [\($0.code.rawValue)]" } ?? "unknown"
            errorCount = errors.count
        }
    }

    package private(set) var successes = 0
    package private(set) var failures = 0
    /// Of the last load; `nil` where that one was good.
    package private(set) var problem: Problem?
    /// When the policies in force were loaded.
    package private(set) var loaded: ContinuousClock.Instant

    package init(now: ContinuousClock.Instant) {
        loaded = now
    }

    package mutating func succeeded(at now: ContinuousClock.Instant) {
        successes += 1
        problem = nil
        loaded = now
    }

    package mutating func failed(_ error: InputError) {
        failures += 1
        problem = Problem(error)
    }
}
