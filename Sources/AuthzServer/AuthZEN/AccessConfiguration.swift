import AuthzCore

/// The metadata of the decision point (AuthZEN §9): what it is called, and where its endpoints are.
struct AccessConfiguration {
    private let identifier: String

    /// - Parameter name: The workload whose decision point this is; it is part of the identifier.
    init(_ settings: CheckSettings, _ request: borrowing CheckRequest, name: ByteSlice?) {
        let base = settings.accessURL ?? "http://\(request.text(request.operation.host))"
        identifier = base + (name.map { "/workload/\(request.text($0))" } ?? "")
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("policy_decision_point", identifier)
        writer.member("access_evaluation_endpoint", "\(identifier)\(AccessTarget.evaluation.path)")
        writer.member("access_evaluations_endpoint", "\(identifier)\(AccessTarget.evaluations.path)")
        writer.endObject()
    }
}
