/// What fits together, and how a policy is attached.
enum CombinationsDiagnosticPages {
    static let invalidDryRun = DiagnosticPage(
        .policies,
        means: """
            The annotation `istio.io/dry-run` is `"true"` or `"false"`, as text.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, annotations: {istio.io/dry-run: "yes"}}
            spec:
              rules:
              - {}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, annotations: {istio.io/dry-run: "true"}}
            spec:
              rules:
              - {}
            """)

    static let invalidSelector = DiagnosticPage(
        .policies,
        means: """
            Labels are compared as they are: no stars, no empty name, and no value of more than 63
            characters.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              selector: {matchLabels: {app: "cart*"}}
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

    static let invalidTargetRef = DiagnosticPage(
        .policies,
        means: """
            A policy can be attached to a Service, ServiceEntry, Gateway or GatewayClass of its own
            namespace, each with its group.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              targetRefs:
              - {kind: Gateway, name: edge}
              action: ALLOW
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              targetRefs:
              - {group: gateway.networking.k8s.io, kind: Gateway, name: edge}
              action: ALLOW
            """)

    static let conflictingFields = DiagnosticPage(
        .policies,
        means: """
            Two fields of which only one may be there.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                jwks: '{"keys": []}'
                jwksUri: https://issuer.example/keys
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

    static let emptyMatch = DiagnosticPage(
        .policies,
        means: """
            A source or operation without a value tests nothing. To match any, leave `from` or `to` out.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {namespaces: [shop]}
            """)

    static let missingRules = DiagnosticPage(
        .policies,
        means: """
            Without rules a policy matches no request. An ALLOW policy then allows nothing, which may be
            meant; one that denies, audits or asks does nothing.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: DENY
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: DENY
              rules:
              - {}
            """)

    static let notWithAction = DiagnosticPage(
        .policies,
        means: """
            The field has a meaning only under another action: a `provider` is asked by a CUSTOM policy.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: DENY
              provider: {name: opa}
              rules:
              - {}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: CUSTOM
              provider: {name: opa}
              rules:
              - {}
            """)

    static let reservedAnnotation = DiagnosticPage(
        .policies,
        means: """
            Istio keeps annotations `internal.istio.io/…` for itself.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, annotations: {internal.istio.io/parents: x}}
            spec:
              action: ALLOW
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, annotations: {example.com/parents: x}}
            spec:
              action: ALLOW
            """)

    static let portLevelNeedsSelector = DiagnosticPage(
        .policies,
        means: """
            Ports are those of workloads, so modes of ports need a selector.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              portLevelMtls:
                8080: {mode: STRICT}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              selector: {matchLabels: {app: cart}}
              portLevelMtls:
                8080: {mode: STRICT}
            """)

    static let unsupportedSetting = DiagnosticPage(
        .policies,
        means: """
            The mesh settings ask for something that changes how proxies read requests, and that `authz`
            does not do: its decisions would be others.
            """,
        bad: """
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            spec:
              meshConfig:
                defaultConfig:
                  connectionSettings: {profile: EDGE}
            """,
        good: """
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            spec:
              meshConfig:
                defaultConfig: {concurrency: 2}
            """)

    static let invalidProvider = DiagnosticPage(
        .policies,
        means: """
            An extension provider lacks what it takes to ask it. CUSTOM policies that name it deny whatever
            they match.
            """,
        bad: """
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            spec:
              meshConfig:
                extensionProviders:
                - name: opa
                  envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local}
            """,
        good: """
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            spec:
              meshConfig:
                extensionProviders:
                - name: opa
                  envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 9191}
            """)
}
