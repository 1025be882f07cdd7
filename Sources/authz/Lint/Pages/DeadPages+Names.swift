extension DeadPages {
    private static let twoAccounts = """
        \(PageDocuments.strict)
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: api, namespace: production}
        spec: {template: {metadata: {labels: {app: api}}, spec: {serviceAccountName: api}}}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: frontend, namespace: production}
        """

    static let unknownServiceAccount = LintPage(
        why: """
            No workload can have this name, as there is no such service account. In an ALLOW rule the
            caller that was meant is shut out; in a DENY rule it gets in; in an exception, such as
            `notPrincipals`, it is not the one that is left out. Accounts are known from ServiceAccounts and
            from the workloads of the inventory, and nothing is said where it has fewer than two of the
            namespace, unless the name is a letter away from one, or that of a workload which runs as
            `default`.
            """,
        bad: """
            \(twoAccounts)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: api-access, namespace: production}
            spec:
              action: ALLOW
              rules:
              - from:
                - source:
                    principals: ["cluster.local/ns/production/sa/frontned"]
                to:
                - operation:
                    paths: ["/orders"]
            """,
        good: """
            \(twoAccounts)
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
            Correct the name: a principal is TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT, and the account is
            `serviceAccountName` of the pod, not the name of the Deployment. If the account is yet to come,
            or not among the files that are linted, say so in a suppression.
            """)

    static let uselessSuppression = LintPage(
        why: """
            An annotation `lint.authz/CODE` takes away findings of that code from its policy, and its value
            says why. This one names no code, gives no reason, or is for what is not found: it takes nothing
            away, and may hide tomorrow what nobody has looked at.
            """,
        bad: """
            \(PageDocuments.strict)
            ---
            \(PageDocuments.api)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata:
              name: api-access
              namespace: production
              annotations: {lint.authz/allow-all: the front page is for everybody}
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
            \(PageDocuments.api)
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata:
              name: api-access
              namespace: production
              annotations: {lint.authz/allow-all: the front page is for everybody}
            spec:
              action: ALLOW
              rules:
              - {}
            """,
        remedy: """
            Take the annotation out, correct its code, or write a reason.
            """)
}
