/// Pages of what never acts.
enum DeadPages {
    static let ruleNeverMatches = LintPage(
        why: """
            All tests of a rule have to hold at once. Here none of the requests that can reach the workload
            fulfils them: they contradict each other, or ask for a value that no request has, such as a path
            with `?`. An ALLOW rule of this kind allows nothing, which is noticed; a DENY rule denies
            nothing, which is not.
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
                    paths: ["/orders"]
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/frontend"]
                to:
                - operation:
                    paths: ["/admin"]
                    notPaths: ["/admin*"]
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
                    paths: ["/orders"]
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/ops"]
                to:
                - operation:
                    paths: ["/admin", "/admin/*"]
            """,
        remedy: """
            See which two tests exclude each other, and drop one or correct its value. Alternatives belong
            into one list, or into rules of their own.
            """)

    static let ruleShadowed = LintPage(
        why: """
            Everything that this rule matches, other rules of the same action match too, so taking it out
            would change no decision. Who changes it later, to close something, finds that nothing closes:
            the other rules still allow it.
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
                    paths: ["/orders/*"]
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/frontend"]
                to:
                - operation:
                    methods: ["GET", "HEAD"]
                    paths: ["/orders/7"]
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
                    paths: ["/orders/*"]
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/frontend"]
                to:
                - operation:
                    methods: ["POST"]
                    paths: ["/orders/7"]
            """,
        remedy: """
            Remove it, or narrow the wider rule to what it alone is for.
            """)

    static let allowAlwaysDenied = LintPage(
        why: """
            DENY goes before ALLOW: what a DENY rule matches is denied, whoever an ALLOW rule names. All
            that this ALLOW rule matches is denied, so it has no effect. Often the DENY was meant to have an
            exception, which an ALLOW rule cannot be. A DENY rule that matches every request is told itself,
            in the place of all ALLOW rules: a default of deny is an ALLOW policy without rules (`spec: {}`).
            So is one that by itself denies all of several ALLOW rules, or of all that there are: look for
            `namespaces` in the place of `notNamespaces`, or for a dash too many.
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
                    paths: ["/orders"]
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/ops"]
                to:
                - operation:
                    paths: ["/admin"]
                    ports: ["8080"]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-admin, namespace: production}
            spec:
              action: DENY
              rules:
              - to:
                - operation:
                    ports: ["8080"]
                    paths: ["/admin"]
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
                    paths: ["/orders"]
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/ops"]
                to:
                - operation:
                    paths: ["/admin"]
                    ports: ["8080"]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-admin, namespace: production}
            spec:
              action: DENY
              rules:
              - from:
                - source:
                    notPrincipals: ["cluster.local/ns/production/sa/ops"]
                to:
                - operation:
                    ports: ["8080"]
                    paths: ["/admin"]
            """,
        remedy: """
            Write the exception into the DENY rule, as `notPrincipals`, or remove the ALLOW rule.
            """)
}
