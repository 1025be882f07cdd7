extension BypassPages {
    static let denyPlaintextBypass = LintPage(
        why: """
            The identity of a peer is proven by mutual TLS alone. Where the mode is PERMISSIVE, which is the
            default without a PeerAuthentication, plaintext is accepted too, and has no identity: a DENY
            rule that names one does not match it. So the workload that is to be kept out only has to
            connect without TLS, from a pod without a sidecar or past its own.
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
                    paths: ["/orders", "/orders/*"]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-batch, namespace: production}
            spec:
              action: DENY
              rules:
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/batch"]
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
              - to:
                - operation:
                    paths: ["/orders", "/orders/*"]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-batch, namespace: production}
            spec:
              action: DENY
              rules:
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/batch"]
            """,
        remedy: """
            Set the mode to STRICT, or demand an identity with a DENY of `notPrincipals: ["*"]`. Better
            still, allow the principals that may.
            """)

    static let denyTokenBypass = LintPage(
        why: """
            A request without a token is no error: RequestAuthentication only refuses tokens that are not
            good. It then has no request principal and no claims, so a DENY rule that names some does not
            match. Whoever is to be kept out leaves the token away.
            """,
        bad: """
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
                    requestPrincipals: ["https://auth.example.com/*"]
                to:
                - operation:
                    paths: ["/account"]
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/frontend"]
                to:
                - operation:
                    paths: ["/orders"]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-guests, namespace: production}
            spec:
              action: DENY
              rules:
              - from:
                - source:
                    requestPrincipals: ["https://auth.example.com/mallory"]
                to:
                - operation:
                    ports: ["8080"]
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
                    requestPrincipals: ["https://auth.example.com/*"]
                to:
                - operation:
                    paths: ["/account", "/orders"]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-guests, namespace: production}
            spec:
              action: DENY
              rules:
              - from:
                - source:
                    requestPrincipals: ["https://auth.example.com/mallory"]
                to:
                - operation:
                    ports: ["8080"]
            """,
        remedy: """
            Ask for a token wherever the rule counts: in the ALLOW rules, or with a DENY of
            `notRequestPrincipals: ["*"]`. Or turn the test around and deny everyone who lacks the claim,
            with `notValues`.
            """)

    static let denyHeaderBypass = LintPage(
        why: """
            Headers are what the client sends, unless a proxy on the way sets them. A DENY rule that tests a
            header for a value does not match where the header is missing, so leaving it away gets through.
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
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-guests, namespace: production}
            spec:
              action: DENY
              rules:
              - to:
                - operation:
                    ports: ["8080"]
                when:
                - key: "request.headers[x-role]"
                  values: ["guest"]
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
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-guests, namespace: production}
            spec:
              action: DENY
              rules:
              - to:
                - operation:
                    ports: ["8080"]
                when:
                - key: "request.headers[x-role]"
                  notValues: ["admin", "staff"]
            """,
        remedy: """
            Deny what does not have the header that is wanted, with `notValues`, or allow by the header. If
            a proxy in front always sets it, say so in a suppression.
            """)
}
