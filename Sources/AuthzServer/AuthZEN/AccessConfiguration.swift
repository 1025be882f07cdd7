import AuthzCore

/// The metadata of the decision point (AuthZEN §9): what it is called, and where its endpoints are.
struct AccessConfiguration {
    private let identifier: String

    /// `nil` where neither the settings nor the request name the server.
    ///
    /// - Parameter name: The workload whose decision point this is; it is part of the identifier.
    init?(_ settings: CheckSettings, _ intake: borrowing RequestIntake, name: ByteSlice?) {
        let host = intake.request.text(intake.request.operation.host)
        guard settings.accessURL != nil || !host.isEmpty else { return nil }
        let base = settings.accessURL ?? "\(settings.listensWithTLS ? "https" : "http")://\(host)"
        identifier = base + (name.map { "/workload/\(intake.request.text($0))" } ?? "")
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("policy_decision_point", identifier)
        writer.member("access_evaluation_endpoint", "\(identifier)\(AccessTarget.evaluation.path)")
        writer.member("access_evaluations_endpoint", "\(identifier)\(AccessTarget.evaluations.path)")
        writer.endObject()
    }
}
