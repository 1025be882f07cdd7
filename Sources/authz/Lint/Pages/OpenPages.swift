/// Pages of what allows more than it seems to.
enum OpenPages {
    static let allowAll = LintPage(
        why: """
            ALLOW policies add up: a request needs one rule that matches it, of whatever policy. A rule that
            matches everything makes the others pointless, and everyone is let in, even who connects in
            plaintext and has no token. It is often left over from a test, or was meant to be a default.
            Beside rules that say who may do what it is told where DENY rules keep strangers out, too.
            """,
        bad: """
            \(PageDocuments.api)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: api-access, namespace: production}
            spec:
              action: ALLOW
              rules:
              - {}
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
                    paths: ["/orders", "/orders/*"]
            """,
        remedy: """
            Name who may do what: principals, methods, paths. To allow nothing by default, write an ALLOW
            policy without rules, `spec: {}`.
            """)

    static let allowByExclusion = LintPage(
        why: """
            A rule of which every test is negative allows whatever nobody thought of: new paths, unusual
            methods, another host, callers without an identity. What is added to the program later is open
            on the day it is added. It is found where somebody without an identity gets in by it: mode STRICT,
            or a rule that also names callers, keeps such requests out.
            """,
        bad: """
            \(PageDocuments.api)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: api-access, namespace: production}
            spec:
              action: ALLOW
              rules:
              - to:
                - operation:
                    notMethods: ["DELETE"]
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
                    methods: ["GET", "HEAD", "POST"]
                    paths: ["/orders", "/orders/*"]
            """,
        remedy: """
            List what is allowed, in `methods` and `paths`, and who may; keep `not…` for exceptions within
            such a list.
            """)

    static let notPrincipalsPlaintext = LintPage(
        why: """
            A rule that allows everyone but some peers also allows who proves no identity at all: a
            plaintext request has no principal, so it is none of those named. The peer that is left out only
            has to connect without TLS, which the mode PERMISSIVE (the default) accepts.
            """,
        bad: """
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
                    notPrincipals: ["cluster.local/ns/production/sa/batch"]
                to:
                - operation:
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
                    notPrincipals: ["cluster.local/ns/production/sa/batch"]
                to:
                - operation:
                    paths: ["/orders"]
            """,
        remedy: """
            Name the principals that may. Where they are too many, set the mode to STRICT, or write
            `principals: ["*"]` beside `notPrincipals`.
            """)
}
