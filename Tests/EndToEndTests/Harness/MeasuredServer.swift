import Foundation

/// A server of which everything can be measured: TLS, keys from a file and from an issuer that does not answer, tokens, denials, dry runs.
struct MeasuredServer {
    let tls: RunningTLSServer
    /// Its policies beside the reference ones; a test may break them.
    let policies: URL
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let keys = try folder.write(KeyScene.keySet([(KeyScene.first, "1")]), to: "keys.json")
        policies = try folder.write(
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: issuers, namespace: production}
            spec:
              jwtRules:
              - {issuer: 'https://file.example', jwksUri: 'https://file.example/keys'}
              - {issuer: 'https://silent.example', jwksUri: 'https://127.0.0.1:1/keys'}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: considered, namespace: production, annotations: {istio.io/dry-run: "true"}}
            spec: {action: DENY, rules: [{to: [{operation: {paths: [/account]}}]}]}
            """, to: "policies.yaml")
        tls = try RunningTLSServer(
            verifiesClients: false,
            ["--policies", policies.path(), "--jwks", "https://file.example/keys=\(keys.path())", "--decision-log"])
        try poll("readiness") { try HTTP.send("GET", "/readyz", to: tls.server.admin).status == 200 ? () : nil }
        guard try tls.check("/account", token: Example.alice).status == 200,
            try tls.check("/account", token: Example.forged).status == 401, try tls.check("/account").status == 403
        else { throw TimedOut(description: "no decisions") }
    }

    var server: RunningServer { tls.server }
}
