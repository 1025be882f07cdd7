/// Pages of ALLOW rules that ask for less than it seems.
extension OpenPages {
    static let allowByHeader = LintPage(
        why: """
            Headers are written by the client. A rule that asks for nothing but `x-internal: true`, and not
            for who sends it, lets in whoever knows or guesses the name: it is in logs, in documentation and
            in every client. Proxies pass such headers on unless they are told to take them away.
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
              - to:
                - operation:
                    paths: ["/internal/report"]
                when:
                - key: "request.headers[x-internal]"
                  values: ["true"]
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
                    principals: ["cluster.local/ns/production/sa/reports"]
                to:
                - operation:
                    paths: ["/internal/report"]
                when:
                - key: "request.headers[x-internal]"
                  values: ["true"]
            """,
        remedy: """
            Also ask who sends the header: `principals` of the proxy that sets it, or a token in its place.
            """)

    static let splitRule = LintPage(
        why: """
            `from` and `to` of one rule must both hold; two rules are alternatives. One dash too many makes
            two of one: the first then allows its callers everything, the second allows everybody its
            operations. The policy is valid and looks much like what was meant. So it is with two entries of
            `to`, one of methods and one of paths, or two of `from`, one of the peer and one of its token:
            each is enough, and what one leaves out the other lets in. A `when` of its own allows everything
            to whoever meets it, and in a DENY policy denies everything that it is true of, as do hosts and
            `notPaths` in two entries. A `when` of claims
            allows everything to whoever has such a token, wherever he calls from; it is not told where it
            stands first, or where another rule asks for a token, too. So do two ALLOW policies of the same
            workloads, one of the caller and one of the token: each is enough.
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
              - to:
                - operation:
                    methods: ["GET"]
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
                    methods: ["GET"]
                    paths: ["/orders"]
            """,
        remedy: """
            Take the dash before `to` (or `when`, or the second entry) away. Where an operation is open to all, say so: in a policy of its
            own, or in an annotation.
            """)
}
