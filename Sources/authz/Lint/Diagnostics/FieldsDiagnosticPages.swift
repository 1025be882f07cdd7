/// Fields and their types.
enum FieldsDiagnosticPages {
    static let unknownField = DiagnosticPage(
        .policies,
        means: """
            No field has this name at this place. Istio refuses the resource as well, or, where it does not,
            drops the field: the policy would be wider than it looks.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {namespace: [shop]}
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

    static let missingField = DiagnosticPage(
        .policies,
        means: """
            A field that has to be there is not.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - when:
                - {key: source.ip}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - when:
                - {key: source.ip, values: ["10.0.0.1"]}
            """)

    static let wrongType = DiagnosticPage(
        .policies,
        means: """
            The value is of another type: text where a list belongs, a mapping where text belongs, or null.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {ports: "8080"}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {ports: ["8080"]}
            """)

    static let emptyValue = DiagnosticPage(
        .policies,
        means: """
            A value that has to say something is empty.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: ""
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
            """)

    static let unknownValue = DiagnosticPage(
        .policies,
        means: """
            The field has a closed list of values, and this is none of them. Case counts.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: Deny
              rules:
              - {}
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

    static let invalidNumber = DiagnosticPage(
        .policies,
        means: """
            The number is none, or out of range.
            """,
        bad: """
            apiVersion: v1
            kind: Service
            metadata: {name: cart, namespace: shop}
            spec:
              ports:
              - port: 80800
            """,
        good: """
            apiVersion: v1
            kind: Service
            metadata: {name: cart, namespace: shop}
            spec:
              ports:
              - port: 8080
            """)

    static let invalidDuration = DiagnosticPage(
        .policies,
        means: """
            A time span is a number with its unit: `5s`, `1m30s`, `250ms`.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                timeout: 5
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                timeout: 5s
            """)

    static let invalidTime = DiagnosticPage(
        .policies,
        means: """
            A time is written as in RFC 3339, and has to exist.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, creationTimestamp: 2026-02-30T00:00:00Z}
            spec:
              action: ALLOW
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, creationTimestamp: 2026-02-28T00:00:00Z}
            spec:
              action: ALLOW
            """)

    static let tooManyValues = DiagnosticPage(
        .policies,
        means: """
            The API server refuses a list of so many entries: 16 targets or service accounts, 64 claims,
            4096 labels.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {serviceAccounts: [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
            a16, a17]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {serviceAccounts: [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, \
            a16]}
            """)
}
