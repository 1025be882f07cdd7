/// Resources that most of the sets on pages have.
enum PageDocuments {
    /// Mutual TLS everywhere, so that each peer has an identity.
    static let strict = """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: istio-system}
        spec: {mtls: {mode: STRICT}}
        """

    /// The one workload.
    static let api = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: api, namespace: production}
        spec: {template: {metadata: {labels: {app: api}}}}
        """
}
