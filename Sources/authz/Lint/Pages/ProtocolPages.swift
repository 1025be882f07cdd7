/// Pages of what the protocol or the provider takes away.
enum ProtocolPages {
    static let httpFieldsOnTCP = LintPage(
        why: """
            The Service declares this port as TCP, so the proxy reads no requests there: it has no path,
            method, host, header or token to test. An ALLOW rule with such a field allows nothing on that
            port, and of a DENY rule the field is left out, so that it denies the whole port. At a gateway it
            is the Gateway that says so, by a server of TCP or one that hands TLS on, and the names of the
            ports of its Service say nothing.
            """,
        bad: """
            \(PageDocuments.strict)
            ---
            \(PageDocuments.api)
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: production}
            spec:
              selector: {app: api}
              ports:
              - {name: http, port: 80, targetPort: 8080}
              - {name: tcp-db, port: 3306, targetPort: 3306}
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
                    ports: ["8080", "3306"]
            """,
        good: """
            \(PageDocuments.strict)
            ---
            \(PageDocuments.api)
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: production}
            spec:
              selector: {app: api}
              ports:
              - {name: http, port: 80, targetPort: 8080}
              - {name: tcp-db, port: 3306, targetPort: 3306}
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
                    ports: ["8080"]
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/frontend"]
                to:
                - operation:
                    ports: ["3306"]
            """,
        remedy: """
            Keep the rule to the ports of HTTP with `ports`, and write another one, by principals and ports,
            for TCP. Where the port is HTTP after all, name it `http…` in the Service.
            """)

    static let providerOmitsHeader = LintPage(
        why: """
            Envoy sends a provider of the kind `envoyExtAuthzHttp` only the headers that
            `includeRequestHeadersInCheck` lists, beside `authorization` and the host. A policy here reads
            another one. This service never sees it, takes it for missing, and decides otherwise than the
            policy says.
            """,
        bad: """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data:
              mesh: |
                extensionProviders:
                - name: authz
                  envoyExtAuthzHttp:
                    service: authz.istio-system.svc.cluster.local
                    port: 9191
                    includeRequestHeadersInCheck: ["x-request-id"]
            ---
            \(PageDocuments.strict)
            ---
            \(PageDocuments.api)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: ask-authz, namespace: production}
            spec:
              action: CUSTOM
              provider: {name: authz}
              rules:
              - {}
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
                when:
                - key: "request.headers[x-tenant]"
                  values: ["acme"]
            """,
        good: """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data:
              mesh: |
                extensionProviders:
                - name: authz
                  envoyExtAuthzHttp:
                    service: authz.istio-system.svc.cluster.local
                    port: 9191
                    includeRequestHeadersInCheck: ["x-request-id", "x-tenant"]
            ---
            \(PageDocuments.strict)
            ---
            \(PageDocuments.api)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: ask-authz, namespace: production}
            spec:
              action: CUSTOM
              provider: {name: authz}
              rules:
              - {}
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
                when:
                - key: "request.headers[x-tenant]"
                  values: ["acme"]
            """,
        remedy: """
            List the header in `includeRequestHeadersInCheck`, or use `envoyExtAuthzGrpc`, which sends them
            all.
            """)
}
