extension DeadPages {
    static let servicePort = LintPage(
        why: """
            Policies are enforced at the workload, after a Service has mapped its `port` to the
            `targetPort`. A rule for the Service's own port never sees a request that came through the
            Service: an ALLOW rule allows nothing there, a DENY rule denies nothing, and a mode in
            `portLevelMtls` is set for a port that nobody uses.
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
                    ports: ["80"]
                    paths: ["/orders"]
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
                    ports: ["8080"]
                    paths: ["/orders"]
            """,
        remedy: """
            Write the `targetPort`: the port on which the program listens.
            """)

    static let principalNeedsMTLS = LintPage(
        why: """
            The identity of a peer comes from its certificate. Where the mode is DISABLE, the workload takes
            plaintext alone, so no peer has one: an ALLOW rule by principal lets nobody in, and a DENY rule
            by principal keeps nobody out.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: istio-system}
            spec: {mtls: {mode: DISABLE}}
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
            """,
        remedy: """
            Set the mode to STRICT, or to PERMISSIVE while callers move into the mesh. Where plaintext has
            to stay, test what it has: `ipBlocks`, paths, a token.
            """)

    static let tokenNeverVerified = LintPage(
        why: """
            Only RequestAuthentication verifies tokens and makes request principals and claims of them. None
            reaches this workload, so to policies no request ever has a token: an ALLOW rule that asks for
            one allows nothing, and a DENY rule that names one denies nothing.
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
                    requestPrincipals: ["https://auth.example.com/*"]
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
            kind: RequestAuthentication
            metadata: {name: jwt-auth, namespace: production}
            spec:
              jwtRules:
              - issuer: https://auth.example.com
                audiences: ["api.example.com"]
                jwksUri: https://auth.example.com/keys
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
                    requestPrincipals: ["https://auth.example.com/*"]
                to:
                - operation:
                    paths: ["/orders"]
            """,
        remedy: """
            Add a RequestAuthentication with the issuer, in the namespace of the workload or the root
            namespace, and see that its selector has the labels of the workload.
            """)

    static let peerAuthenticationIgnored = LintPage(
        why: """
            Of several PeerAuthentications for the same namespace, or for the same workload, the oldest
            alone counts; the others are not even merged. With the same age the name decides. The mode that
            this one asks for is never set, so a STRICT may be missing that everyone believes in. A gateway
            has no mode at all: it takes connections by `tls` of its Gateway.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: first, namespace: production, creationTimestamp: 2026-01-01T00:00:00Z}
            spec: {mtls: {mode: PERMISSIVE}}
            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: second, namespace: production, creationTimestamp: 2026-02-01T00:00:00Z}
            spec: {mtls: {mode: STRICT}}
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
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: first, namespace: production, creationTimestamp: 2026-01-01T00:00:00Z}
            spec: {mtls: {mode: STRICT}}
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
            """,
        remedy: """
            Keep one PeerAuthentication for each namespace and each selector, and write the mode there.
            """)
}
