extension DeadPages {
    static let innerStarIsLiteral = LintPage(
        why: """
            A value is compared as a whole, by its beginning (`a*`) or by its end (`*a`). Any other star is
            a character: `cluster.local/ns/*/sa/web` fits nobody, `/v1/*/items` only a path with a star in
            it, and `*admin*` what ends with `admin*`. A DENY then denies nothing, an ALLOW lets nobody in.
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
                    methods: ["GET"]
                    paths: ["/v1/*/items"]
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
                    methods: ["GET"]
                    paths: ["/v1/{*}/items"]
            """,
        remedy: """
            In paths write `{*}` for one segment and `{**}` for any number of them. Elsewhere list the
            values, or keep one star at an end; `namespaces` take a star anywhere.
            """)
}
