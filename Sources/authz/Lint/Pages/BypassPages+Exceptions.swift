extension BypassPages {
    static let notPathsBypass = LintPage(
        why: """
            `notPaths` of an ALLOW rule means to leave out a path, and leaves out one spelling of it.
            `/admin/`, `//admin` or `/ADMIN` is none of those listed, so the rule allows it, and the program
            behind the proxy may serve the same page.
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
                    notPaths: ["/admin"]
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
            List what is allowed in `paths`.
            """)

    static let suffixPathBypass = LintPage(
        why: """
            A pattern such as `*.css` looks at the end of a path only, and the client chooses the end:
            `/admin;.css` ends with `.css`, and many programs drop what stands behind `;` and serve
            `/admin`. No `pathNormalization` removes it.
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
                    paths: ["/orders", "*.css"]
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
                    paths: ["/orders", "/static/*"]
            """,
        remedy: """
            Say where such files are, with a prefix as `/static/*`, not how their names end.
            """)

    static let forgedRemoteIP = LintPage(
        why: """
            At a sidecar `remoteIpBlocks` and `remote.ip` read the last address of `x-forwarded-for`, and
            any client can write that header. Inside the mesh nobody overwrites it, so a peer brings the
            address that is asked for. `ipBlocks` and `source.ip` read the connection, which cannot be
            chosen.
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
                    remoteIpBlocks: ["203.0.113.0/24"]
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
                    principals: ["cluster.local/ns/production/sa/frontend"]
                    ipBlocks: ["203.0.113.0/24"]
                to:
                - operation:
                    paths: ["/orders"]
            """,
        remedy: """
            Write `ipBlocks` at a sidecar, and keep `remoteIpBlocks` for the policies of gateways, with
            `numTrustedProxies` set.
            """)
}
