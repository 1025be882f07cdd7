extension OpenPages {
    static let missingTokenPasses = LintPage(
        why: """
            RequestAuthentication refuses tokens that are not good, and lets a request without any token
            pass. That a token is needed, only an AuthorizationPolicy says. Without one, whoever sends no
            token gets in, and only who sends a bad one is kept out.
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
            Ask for a token in the ALLOW rules, with `requestPrincipals: ["https://issuer/*"]`, or deny what
            has none, with `notRequestPrincipals: ["*"]`.
            """)

    static let audienceNotChecked = LintPage(
        why: """
            An issuer signs tokens for many programs, and `aud` says for which. A JWT rule without
            `audiences` takes all of them: whoever runs another program of the same issuer can use the
            tokens that its users send it, and act as them here.
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
            Write `audiences` into the JWT rule, with the name under which the issuer knows this program.
            """)

    static let symmetricKey = LintPage(
        why: """
            A key of type `oct` is a secret that signs and verifies alike. Written into a policy, everyone
            who may read the policy can sign tokens with any subject and any claim: people with read access
            to the cluster or to the repository, and every backup of them.
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
                jwks: |
                  {"keys": [{"kty": "oct", "alg": "HS256", "kid": "shared",
                    "k": "ZXhhbXBsZS1vbmx5LXN5bW1ldHJpYy1rZXktb2YtMzItYnl0ZXM"}]}
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
                jwks: |
                  {"keys": [{"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "example-only-ec",
                    "x": "kIoYZABGyEEyagmC75mWxSDEojfuulx2a0d4b8yTRX4",
                    "y": "4OM9VIaBjBWhGjhdoiNoloGj0kJIOrBnH38w7_Vi2dI"}]}
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
            Let the issuer sign with an asymmetric key (ES256, RS256, EdDSA), and write its public half, or
            its `jwksUri`. The secret that stood here is known: replace it.
            """)
}
