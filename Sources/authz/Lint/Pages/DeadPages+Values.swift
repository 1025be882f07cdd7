extension DeadPages {
    static let valueNeverMatches = LintPage(
        why: """
            One of the listed values is like no request. Envoy normalizes the path of a request and never
            the text of a policy: where the mesh merges slashes, no path has two in a row; nor does any have
            a `?`, since the query is cut off. Principals are compared without `spiffe://`. In a DENY rule
            such a value denies nothing, without a word.
            """,
        bad: """
            \(PageDocuments.strict)
            ---
            \(PageDocuments.api)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: api-access, namespace: production}
            spec:
              action: ALLOW
              rules:
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/frontend"]
                to:
                - operation:
                    paths: ["/orders", "/orders?all=1"]
            """,
        good: """
            \(PageDocuments.strict)
            ---
            \(PageDocuments.api)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: api-access, namespace: production}
            spec:
              action: ALLOW
              rules:
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/frontend"]
                to:
                - operation:
                    paths: ["/orders", "/orders/*"]
            """,
        remedy: """
            Write the value as requests have it when policies see them: the path normalized and without
            query, the principal without `spiffe://`, the issuer as the JWT rule has it.
            """)

    static let methodCase = LintPage(
        why: """
            Methods are compared with their case, and requests have them in upper case: `get` matches no
            GET. An ALLOW rule then allows less than it says, and a DENY rule denies nothing.
            """,
        bad: """
            \(PageDocuments.strict)
            ---
            \(PageDocuments.api)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: api-access, namespace: production}
            spec:
              action: ALLOW
              rules:
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/frontend"]
                to:
                - operation:
                    methods: ["get", "HEAD"]
                    paths: ["/orders"]
            """,
        good: """
            \(PageDocuments.strict)
            ---
            \(PageDocuments.api)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: api-access, namespace: production}
            spec:
              action: ALLOW
              rules:
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/frontend"]
                to:
                - operation:
                    methods: ["GET", "HEAD"]
                    paths: ["/orders"]
            """,
        remedy: """
            Write methods in upper case.
            """)
}
