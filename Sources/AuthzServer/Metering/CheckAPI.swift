/// Over which interface a decision was asked for: the label `api` of the metrics.
package enum CheckAPI: String, Sendable, CaseIterable {
    /// Envoy's HTTP service: `/check/…` and `/workload/NAMESPACE/NAME/check/…`.
    case http
    case grpc
    case forwardAuth = "forward-auth"
    /// `POST /v1/check`: one for each document.
    case document
    /// `POST /v1/explain`: one for each document.
    case explain
    /// The Authorization API 1.0: one for each evaluation.
    case authzen

    /// Its place among all of them.
    var place: Int {
        switch self {
        case .http: 0
        case .grpc: 1
        case .forwardAuth: 2
        case .document: 3
        case .authzen: 4
        case .explain: 5
        }
    }
}
