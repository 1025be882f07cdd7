extension DeadPages {
    static let selectsNothing = LintPage(
        why: """
            The selector asks for labels that no workload of its namespace has, so the policy does nothing.
            An ALLOW policy then does not close the workload for everyone else, a DENY policy denies
            nothing, and a workload that no ALLOW policy reaches is open. Selectors look at the labels of
            pods, exact and with their case. `targetRefs` name what is in the namespace of the policy, and one
            for a Service acts at a waypoint alone.
            A PeerAuthentication with a selector reaches nothing in the root namespace.
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
              selector: {matchLabels: {app: apis}}
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
              selector: {matchLabels: {app: api}}
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
            Write the labels of the pod template (`spec.template.metadata.labels`) into the selector.
            """)

    static let unknownNamespace = LintPage(
        why: """
            No namespace has this name, so nobody matches it. In an ALLOW rule the callers that were meant
            are shut out; in a DENY rule they get in; in `notNamespaces` the exception is for nobody.
            """,
        bad: """
            apiVersion: v1
            kind: Namespace
            metadata: {name: production}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
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
                    namespaces: ["shop", "stop"]
                to:
                - operation:
                    paths: ["/orders"]
            """,
        good: """
            apiVersion: v1
            kind: Namespace
            metadata: {name: production}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
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
                    namespaces: ["shop", "production"]
                to:
                - operation:
                    paths: ["/orders"]
            """,
        remedy: """
            Correct the name. If the namespace is yet to come, or not among the files that are linted, say
            so in a suppression.
            """)

    static let ineffectiveSelector = LintPage(
        why: """
            At a waypoint selectors do not count: only policies with `targetRefs` reach it. This selector
            has the labels of one, so it looks as if the policy were enforced there, and it is not.
            """,
        bad: """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: api, namespace: production}
            spec:
              template:
                metadata:
                  labels: {app: api, team: core}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: waypoint, namespace: production}
            spec:
              template:
                metadata:
                  labels:
                    team: core
                    gateway.networking.k8s.io/gateway-name: waypoint
                    gateway.networking.k8s.io/gateway-class-name: istio-waypoint
                    gateway.istio.io/managed: istio.io-mesh-controller
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: api-access, namespace: production}
            spec:
              selector: {matchLabels: {team: core}}
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
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: api, namespace: production}
            spec:
              template:
                metadata:
                  labels: {app: api, team: core}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: waypoint, namespace: production}
            spec:
              template:
                metadata:
                  labels:
                    team: core
                    gateway.networking.k8s.io/gateway-name: waypoint
                    gateway.networking.k8s.io/gateway-class-name: istio-waypoint
                    gateway.istio.io/managed: istio.io-mesh-controller
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: api-access, namespace: production}
            spec:
              selector: {matchLabels: {app: api}}
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
            Name the Gateway or the Service in `targetRefs`, in a policy of its own, and let the selector
            fit the other workloads alone.
            """)

    static let notAccepted = LintPage(
        why: """
            Istio writes into `status` whether a waypoint or ztunnel has accepted the policy. Here it has
            not, or not the whole of it: what the policy says is not what is enforced, although it is in the
            cluster.
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
            status:
              conditions:
              - {type: ZtunnelAccepted, status: "False", reason: UnsupportedValue, message: "HTTP attributes"}
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
            status:
              conditions:
              - {type: ZtunnelAccepted, status: "True", reason: Accepted, message: "attached to ztunnel"}
            """,
        remedy: """
            Read `reason` and `message` of the condition. HTTP fields need a waypoint, named in
            `targetRefs`; a target that was not found has to be there first.
            """)
}
