/// How the check listener reads what it is sent.
package struct CheckSettings: Sendable {
    /// Whether the paths of Envoy's calls are normalized here: for an Envoy without `normalize_path`.
    package var normalizesEnvoyPaths = false
    /// Whether answers that allow also take headers away which differ by `_` or `.` from those that are set or taken away.
    package var removesHeaderAliases = false
    /// The proxies that may ask by forward-auth.
    package var forwardAuth: Set<ForwardAuthPreset> = []
    /// Whether the host of a request that names no workload may choose one.
    package var findsWorkloadByHost = false
    /// Whether answers to forward-auth name the reason.
    package var tellsReason = false
    /// Whether `POST /v1/explain` is answered. It tells what the policies say.
    package var explains = false
    /// Whether the Authorization API 1.0 (AuthZEN) is answered. It takes its caller's word for who the subject is.
    package var answersAccess = false
    /// The URL by which that API is known, without a path; `nil`: as it is asked.
    package var accessURL: String?
    /// Whether the listener speaks TLS, so that its own URLs are of `https`.
    package var listensWithTLS = false
    package var maximumBatchCount = 1000

    package init() {}
}
