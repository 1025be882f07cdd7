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

    static let patternIsLiteral = LintPage(
        why: """
            Values of `paths` know one star at an end, and the templates `{*}` and `{**}`. What other tools
            take for a pattern is text here: `/orders/:id` fits that path alone, `/admin/.*` what begins with
            `/admin/.`, and `^/admin` nothing. So it is in `hosts` with `.*\\.shop\\.example` and with a dot in
            front, where `*.shop.example` is what ends so, with several values in one, as `GET|POST` and
            `/a, /b` or `editors, chief` of a claim, and with `ALL` among `methods`.
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
                    paths: ["/orders/:id"]
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
                    paths: ["/orders/{*}"]
            """,
        remedy: """
            Write `{*}` for one segment, `{**}` for any number of them, and a star at the end for whatever
            follows; list alternatives one by one.
            """)
}
