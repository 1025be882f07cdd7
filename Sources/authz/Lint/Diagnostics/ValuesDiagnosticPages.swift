/// What a value means.
enum ValuesDiagnosticPages {
    static let invalidName = DiagnosticPage(
        .policies,
        means: """
            Names in Kubernetes have small letters, digits and `-`, resources also `.`, and begin and end
            with a letter or digit.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: Example_1}
            spec:
              action: ALLOW
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example-1}
            spec:
              action: ALLOW
            """)

    static let invalidCIDR = DiagnosticPage(
        .policies,
        means: """
            What stands in `ipBlocks`, `remoteIpBlocks` and conditions on addresses is an address, or one
            with the length of its prefix: 0 to 32 for IPv4, 0 to 128 for IPv6.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {ipBlocks: ["10.0.0.0/33"]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {ipBlocks: ["10.0.0.0/8"]}
            """)

    static let invalidPort = DiagnosticPage(
        .policies,
        means: """
            A port is a number from 1 to 65535, that of the workload. Names of ports do not count in
            policies.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {ports: ["http"]}
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

    static let invalidServiceAccount = DiagnosticPage(
        .policies,
        means: """
            A service account is `ACCOUNT`, of the namespace of the policy, or `NAMESPACE/ACCOUNT`.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {serviceAccounts: ["shop/sa/cart"]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {serviceAccounts: ["shop/cart"]}
            """)

    static let invalidTrustDomain = DiagnosticPage(
        .policies,
        means: """
            A trust domain is text without `/`, and a star counts at its end or its beginning only.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {trustDomains: ["a*b"]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - from:
                - source: {trustDomains: ["a*"]}
            """)

    static let invalidPathTemplate = DiagnosticPage(
        .policies,
        means: """
            In a path, `{*}` stands for one segment and `{**}` for any number; each is a whole segment, and
            behind `{**}` only literals may follow.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {paths: ["/orders/{**}/{*}"]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {paths: ["/orders/{*}/{**}"]}
            """)

    static let invalidConditionKey = DiagnosticPage(
        .policies,
        means: """
            A key of `when` with brackets has a name in them: `request.headers[x-role]`,
            `request.auth.claims[groups]`.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - when:
                - {key: "request.headers[]", values: [a]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - when:
                - {key: "request.headers[x-role]", values: [a]}
            """)

    static let unknownConditionKey = DiagnosticPage(
        .policies,
        means: """
            Istio knows no such attribute: a rule with it would be left out.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - when:
                - {key: source.ipp, values: ["10.0.0.1"]}
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

    static let invalidHeaderName = DiagnosticPage(
        .policies,
        means: """
            The name of a header has letters, digits and `-`, `_` and the like, and no blank.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                outputClaimToHeaders:
                - {header: "x sub", claim: sub}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                outputClaimToHeaders:
                - {header: x-sub, claim: sub}
            """)

    static let invalidURL = DiagnosticPage(
        .policies,
        means: """
            A URL of keys begins with `https://` or `http://` and has a host.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: example, namespace: shop}
            spec:
              jwtRules:
              - issuer: https://issuer.example
                jwksUri: issuer.example/keys
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

    static let unquotedText = DiagnosticPage(
        .policies,
        means: """
            Without quotes Kubernetes takes this for a Boolean or a number, as YAML 1.1 does with `true`, `yes`,
            `on`, `8080` and `1.10`, and refuses the resource: all values of these kinds are text. `authz`
            reads the text that is written, so no decision hangs on it.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {ports: [8080]}
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
}
