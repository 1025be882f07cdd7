/// Pages of what a DENY policy or an exception lets through in another form.
enum BypassPages {
    static let denyPathBypass = LintPage(
        why: """
            A DENY rule stops the one spelling of a path that it names. The program behind the proxy often
            serves the same page under others: `/admin/`, `//admin`, `/ADMIN`, `/admin;x`, `/%61dmin`. Envoy
            compares bytes, so whoever writes the path another way gets through. How much the mesh's
            `pathNormalization` makes equal decides which spellings are left; letter case, `;` and a slash
            at the end are never among them.
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
            metadata: {name: deny-admin, namespace: production}
            spec:
              action: DENY
              rules:
              - to:
                - operation:
                    paths: ["/admin"]
                    ports: ["8080"]
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
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/ops"]
                to:
                - operation:
                    paths: ["/admin", "/admin/*"]
            """,
        remedy: """
            Allow the paths that are known, each for those who need it, and leave everything else to the
            ALLOW policies that do not name it. Where a DENY has to stay, also set `pathNormalization` to
            `DECODE_AND_MERGE_SLASHES`.
            """)

    static let denyHostBypass = LintPage(
        why: """
            A host in a policy is compared as a whole with what the client sent. `admin.example.com:443` and
            `admin.example.com.` name the same host and are other texts, so a DENY of `admin.example.com`
            does not stop them. Every client can send them, and most servers treat the three alike.
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
            metadata: {name: deny-admin, namespace: production}
            spec:
              action: DENY
              rules:
              - to:
                - operation:
                    hosts: ["admin.example.com"]
                    ports: ["8080"]
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
                    hosts: ["api.example.com"]
            """,
        remedy: """
            Allow the hosts that are known: what they do not name is then denied. In a DENY also list the
            host with `:*`, with `.` and with `.:*` behind it.
            """)

    static let denyMethodBypass = LintPage(
        why: """
            HEAD is GET without the body: servers run the same code, and its headers tell whether something
            is there, how long it is and when it changed. A DENY of GET alone lets HEAD pass, and some
            frameworks even answer it with what GET would do.
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
                    namespaces: ["production"]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-read, namespace: production}
            spec:
              action: DENY
              rules:
              - from:
                - source:
                    notPrincipals: ["cluster.local/ns/production/sa/ops"]
                to:
                - operation:
                    methods: ["GET"]
                    ports: ["8080"]
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
                    namespaces: ["production"]
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny-read, namespace: production}
            spec:
              action: DENY
              rules:
              - from:
                - source:
                    notPrincipals: ["cluster.local/ns/production/sa/ops"]
                to:
                - operation:
                    methods: ["GET", "HEAD"]
                    ports: ["8080"]
            """,
        remedy: """
            Write `HEAD` beside `GET` in a DENY, or allow only the methods that are needed.
            """)
}
