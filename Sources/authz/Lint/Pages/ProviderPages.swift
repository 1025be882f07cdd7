/// Pages of what CUSTOM policies leave to a provider.
enum ProviderPages {
    static let providerNotAsked = LintPage(
        why: """
            A CUSTOM policy asks its provider only about the requests that its rules match; all others go
            past it. Envoy compares hosts with their port and paths byte by byte, so `app.example.com:8443`
            and `/admin/` are not `app.example.com` and `/admin`: whoever writes them that way is never
            asked for a login, and what the other policies allow gets through.
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
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: login, namespace: production}
            spec:
              action: CUSTOM
              provider: {name: oauth2-proxy}
              rules:
              - to:
                - operation:
                    hosts: ["app.example.com"]
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
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: login, namespace: production}
            spec:
              action: CUSTOM
              provider: {name: oauth2-proxy}
              rules:
              - to:
                - operation:
                    notPaths: ["/healthz"]
            """,
        remedy: """
            Ask about everything, and name what is open with `notPaths` or `notHosts`. Or allow the hosts
            and paths that are known with an ALLOW policy: no other spelling gets through then.
            """)
}
