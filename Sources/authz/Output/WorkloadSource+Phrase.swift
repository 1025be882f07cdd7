import AuthzEngine

extension WorkloadSource {
    /// What named the workload, in words.
    var phrase: String {
        switch self {
        case .requestDocument: "named by the request document"
        case .contextExtensions: "named by context_extensions"
        case .path: "named by the path"
        case .destinationLabels: "found by the labels of the destination"
        case .destinationPrincipal: "found by the principal of the destination"
        case .destinationAddress: "found by the address of the destination"
        case .host: "found by the host"
        case .listener: "named by --workload"
        }
    }
}
