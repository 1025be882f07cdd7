/// What said for which workload a request is, as decisions and their log name it. First that applies, in this order.
package enum WorkloadSource: String, Sendable, CaseIterable {
    /// `destination` of a request document, which names the workload or spells it out.
    case requestDocument = "request-document"
    /// `workload`, or `namespace` with or without `labels`, in the `context_extensions` of a gRPC check.
    case contextExtensions = "context-extensions"
    /// `/workload/NAMESPACE/NAME/check` of an HTTP check.
    case path
    /// The labels of the destination, in the namespace of its principal.
    case destinationLabels = "destination-labels"
    /// The service account of the destination's principal, where one workload alone runs under it.
    case destinationPrincipal = "destination-principal"
    /// The destination address, as that of a Service which selects one workload.
    case destinationAddress = "destination-address"
    /// The host, as that of a Service which selects one workload, under `--workload-from-host`.
    case host
    /// `--workload`
    case listener
}
