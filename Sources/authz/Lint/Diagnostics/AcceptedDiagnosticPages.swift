/// What is accepted, but is probably not what was meant, and keys.
enum AcceptedDiagnosticPages {
    static let unknownProvider = DiagnosticPage(
        .policies,
        means: """
            A CUSTOM policy names a provider that the mesh settings do not have: what it matches is denied,
            and nobody is asked.
            """,
        bad: """
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            spec:
              meshConfig:
                extensionProviders:
                - name: opa
                  envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 9191}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: CUSTOM
              provider: {name: oap}
              rules:
              - {}
            """,
        good: """
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            spec:
              meshConfig:
                extensionProviders:
                - name: opa
                  envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 9191}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: CUSTOM
              provider: {name: opa}
              rules:
              - {}
            """)

    static let emptySelector = DiagnosticPage(
        .policies,
        means: """
            A selector without labels selects every workload of the namespace, or of the mesh in the root
            namespace.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              selector: {}
              action: ALLOW
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              selector: {matchLabels: {app: cart}}
              action: ALLOW
            """)

    static let deniesAllTCP = DiagnosticPage(
        .policies,
        means: """
            On ports of TCP nothing of HTTP can be read. A DENY rule loses there what it says of HTTP, and
            denies every connection that the rest of it matches. It is an error in none, and a surprise to
            most. Where Services say of all ports of the workloads that they are for HTTP (`name: http`, or
            `appProtocol`), there is no TCP, and nothing is warned of.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: DENY
              rules:
              - to:
                - operation: {methods: [DELETE]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: DENY
              rules:
              - to:
                - operation: {methods: [DELETE], ports: ["8080"]}
            """)

    static let principalForm = DiagnosticPage(
        .policies,
        means: """
            A principal is compared with the identity in the certificate of a workload, without `spiffe://`, and a
            request principal with issuer and subject of a token; a service account is `NAMESPACE/ACCOUNT`. One of
            another form is accepted, as by Istio, and matches nobody.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {principals: ["spiffe://cluster.local/ns/shop/sa/web"]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {principals: ["cluster.local/ns/shop/sa/web"]}
            """)

    static let quotedName = DiagnosticPage(
        .policies,
        means: """
            Quotes in the brackets of a condition's key are letters of the name, and hardly any claim or header
            has such a name.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - when:
                - key: request.auth.claims["groups"]
                  values: [ops]
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - when:
                - key: request.auth.claims[groups]
                  values: [ops]
            """)

    static let secretKey = DiagnosticPage(
        .policies,
        means: """
            The key set in the policy holds a private or symmetric key: whoever reads the policy can sign
            tokens.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                jwks: '{"keys": [{"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"}]}'
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                jwksUri: https://issuer.example/keys
            """)

    static let uncompilableCondition = DiagnosticPage(
        .policies,
        means: """
            The API server takes this key, and Istio cannot compile it. Of an ALLOW policy it leaves the
            rule out, which allows less; elsewhere it ignores the condition, which matches more.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - when:
                - {key: "request.headersX[a]", values: [v]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - when:
                - {key: "request.headers[a]", values: [v]}
            """)

    static let unsupportedByZtunnel = DiagnosticPage(
        .command,
        means: """
            ztunnel decides about connections, and cannot test what is of HTTP, nor verify tokens. Under
            `--profile ambient` such a part of a policy does not act as it is written; a waypoint can
            enforce it.
            """,
        bad: """
            authz lint --profile ambient policies/
            """,
        good: """
            authz lint policies/
            """)

    static let skippedKey = DiagnosticPage(
        .policies,
        means: """
            A key of a key set is not used: it is too short, of an unknown type, not for verifying, or a
            shared secret from outside. Tokens that it signed are refused.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                jwks: |
                  {"keys": [
                    {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": \
            "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
                    {"use": "enc", "kty": "EC", "crv": "P-256", "x": \
            "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
                  ]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                jwks: |
                  {"keys": [
                    {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": \
            "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
                  ]}
            """)

    static let unusableKeySet = DiagnosticPage(
        .policies,
        means: """
            The text is no key set: it is not JSON, has no list `keys`, or holds a key that Envoy cannot
            read. Envoy would refuse to serve with it.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                jwks: '{"kids": []}'
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                jwks: |
                  {"keys": [
                    {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": \
            "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
                  ]}
            """)
}
