extension BypassPages {
    /// An ALLOW policy for the frontend with another operation.
    private static func frontend(_ operation: String) -> String {
        """
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
                \(operation)
        """
    }

    static let notHostsBypass = LintPage(
        why: """
            `notHosts` of an ALLOW rule means to leave out a host, and leaves out one form of it. Hosts are
            compared with their port, which the client writes: `admin.example.com:8443` is not listed, so
            the rule allows it, and the program behind the proxy may take it for the same.
            """,
        bad: frontend(#"notHosts: ["admin.example.com"]"#),
        good: frontend(#"hosts: ["api.example.com"]"#),
        remedy: """
            List the hosts that are allowed in `hosts`.
            """)

    static let notMethodsBypass = LintPage(
        why: """
            `notMethods` of an ALLOW rule leaves out GET and allows HEAD, which tells what GET would answer
            but for its body: whether something is there, how long it is, and when it changed.
            """,
        bad: frontend(#"notMethods: ["GET"]"#),
        good: frontend(#"methods: ["POST", "PUT"]"#),
        remedy: """
            List the methods that are allowed in `methods`, or leave out `HEAD` beside `GET`.
            """)

    private static func publicAndAdmin(_ normalization: String) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data:
          mesh: "pathNormalization: {normalization: \(normalization)}"
        ---
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
            to:
            - operation:
                paths: ["/public/*"]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: no-internal, namespace: production}
        spec:
          action: DENY
          rules:
          - from:
            - source:
                notPrincipals: ["cluster.local/ns/production/sa/operator"]
            to:
            - operation:
                paths: ["/internal/*"]
                ports: ["8080"]
        """
    }

    static let prefixPathBypass = LintPage(
        why: """
            A pattern such as `/public/*` looks at the beginning of a path only. `/public/..%2Finternal/x`
            begins with it, and a program that decodes `%2F` and resolves `..` serves `/internal/x`, from
            which the policies keep the same request. Under the normalization NONE a plain `/public/../`
            does. It is told of paths that a DENY rule or `notPaths` names, and of what nobody without an
            identity may get to.
            """,
        bad: publicAndAdmin("BASE"),
        good: publicAndAdmin("DECODE_AND_MERGE_SLASHES"),
        remedy: """
            Set `pathNormalization: {normalization: DECODE_AND_MERGE_SLASHES}` in the mesh settings, if no
            path needs an encoded slash, or list the paths as a whole. Where the program behind the proxy is
            known to keep `%2F` as it is, say so in a suppression.
            """)
}
