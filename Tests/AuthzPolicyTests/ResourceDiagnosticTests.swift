import AuthzCore
import Testing

@Suite struct ResourceDiagnosticTests {
    static let cases: [DiagnosticCase] = [
        DiagnosticCase(
            .wrongType, .resources, why: "a document is no mapping",
            bad: """
                just text
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                """,
            text: """
                p.yaml:1:1: error: the resource is text, not a mapping [wrong-type]
                    1 | just text
                      | ^~~~~~~~~ expected a mapping
                """),
        DiagnosticCase(
            .missingField, .resources, why: "a document without a kind",
            bad: """
                metadata: {name: p}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                """,
            text: """
                p.yaml:1:1: error: `kind` is missing in the resource [missing-field]
                    1 | metadata: {name: p}
                      | ^~~~~~~~ expected `kind`
                """),
        DiagnosticCase(
            .missingField, .resources, why: "a kind without its API",
            bad: """
                kind: AuthorizationPolicy
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                """,
            text: """
                p.yaml:1:1: error: `apiVersion` is missing in the resource [missing-field]
                    1 | kind: AuthorizationPolicy
                      | ^~~~ expected `apiVersion`
                      = hint: write `apiVersion: security.istio.io/v1`
                """),
        DiagnosticCase(
            .missingField, .resources, why: "a resource without a name",
            bad: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: p}
                """,
            text: """
                p.yaml:1:1: error: `metadata` is missing in `PeerAuthentication` [missing-field]
                    1 | apiVersion: security.istio.io/v1
                      | ^~~~~~~~~~ expected `metadata`
                """),
        DiagnosticCase(
            .unknownKind, .resources, why: "a kind of the group that is not known is not skipped",
            bad: """
                apiVersion: security.istio.io/v1
                kind: AuthorisationPolicy
                metadata: {name: p}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                """,
            text: """
                p.yaml:2:7: error: unknown kind `AuthorisationPolicy` of `security.istio.io` [unknown-kind]
                    2 | kind: AuthorisationPolicy
                      |       ^~~~~~~~~~~~~~~~~~~ expected AuthorizationPolicy, RequestAuthentication or PeerAuthentication
                      = hint: did you mean `AuthorizationPolicy`?
                """),
        DiagnosticCase(
            .unknownVersion, .resources, why: "a version to come",
            bad: """
                apiVersion: security.istio.io/v2
                kind: AuthorizationPolicy
                metadata: {name: p}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                """,
            text: """
                p.yaml:1:13: error: unknown version `v2` of `security.istio.io` [unknown-version]
                    1 | apiVersion: security.istio.io/v2
                      |             ^~~~~~~~~~~~~~~~~~~~ expected `security.istio.io/v1` or `security.istio.io/v1beta1`
                """),
        DiagnosticCase(
            .unknownVersion, .resources, why: "a slip in the group is not skipped, another group is",
            bad: """
                apiVersion: securty.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                """,
            good: """
                apiVersion: policy.linkerd.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                """,
            text: """
                p.yaml:1:13: error: unknown API `securty.istio.io/v1` [unknown-version]
                    1 | apiVersion: securty.istio.io/v1
                      |             ^~~~~~~~~~~~~~~~~~~ expected `security.istio.io/v1`
                      = hint: did you mean `security.istio.io/v1`?
                """),
        DiagnosticCase(
            .unknownField, .resources, why: "a slip in the top level",
            bad: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                specs: {}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                spec: {}
                """,
            text: """
                p.yaml:4:1: error: unknown field `specs` in `AuthorizationPolicy` [unknown-field]
                    4 | specs: {}
                      | ^~~~~ expected one of the fields of `AuthorizationPolicy`
                      = hint: did you mean `spec`?
                """),
        DiagnosticCase(
            .unknownField, .resources, why: "a slip would drop all items",
            bad: """
                apiVersion: v1
                kind: List
                item: []
                """,
            good: """
                apiVersion: v1
                kind: List
                items: []
                """,
            text: """
                p.yaml:3:1: error: unknown field `item` in the resource [unknown-field]
                    3 | item: []
                      | ^~~~ expected one of the fields of the resource
                      = hint: did you mean `items`?
                """),
        DiagnosticCase(
            .invalidName, .resources, why: "a name has only small letters",
            bad: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: Web_1}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: web-1.a}
                """,
            text: """
                p.yaml:3:18: error: `Web_1` is not a name of Kubernetes [invalid-name]
                    3 | metadata: {name: Web_1}
                      |                  ^~~~~ expected at most 253 of `a` to `z`, `0` to `9`, `-` and `.`
                      = hint: write `web-1`
                """),
        DiagnosticCase(
            .invalidName, .resources, why: "a namespace has no dots",
            bad: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: p, namespace: a.b}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: p, namespace: a-b}
                """,
            text: """
                p.yaml:3:32: error: `a.b` is not a name of Kubernetes [invalid-name]
                    3 | metadata: {name: p, namespace: a.b}
                      |                                ^~~ expected at most 63 of `a` to `z`, `0` to `9` and `-`
                """),
        DiagnosticCase(
            .emptyValue, .resources, why: "a name is text",
            bad: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: ""}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: a}
                """,
            text: """
                p.yaml:3:18: error: `name` is empty [empty-value]
                    3 | metadata: {name: ""}
                      |                  ^~ expected text
                """),
        DiagnosticCase(
            .invalidTime, .resources, why: "not every year has this day",
            bad: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: p, creationTimestamp: 2026-02-29T00:00:00Z}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: p, creationTimestamp: 2024-02-29T00:00:00Z}
                """,
            text: """
                p.yaml:3:40: error: `2026-02-29T00:00:00Z` is not a time [invalid-time]
                    3 | metadata: {name: p, creationTimestamp: 2026-02-29T00:00:00Z}
                      |                                        ^~~~~~~~~~~~~~~~~~~~ expected a time such as `2026-01-01T00:00:00Z`
                """),
        DiagnosticCase(
            .duplicateResource, .resources, why: "no namespace is the namespace `default`, in either version",
            bad: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                ---
                apiVersion: security.istio.io/v1beta1
                kind: AuthorizationPolicy
                metadata: {name: p, namespace: default}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p}
                ---
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, namespace: other}
                """,
            text: """
                p.yaml:6:1: error: the AuthorizationPolicy `default/p` is defined twice [duplicate-resource]
                    6 | kind: AuthorizationPolicy
                      | ^~~~ the first is at p.yaml:2:1
                """),
        DiagnosticCase(
            .reservedAnnotation, .resources, why: "a name that Istio keeps for itself",
            bad: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, annotations: {internal.istio.io/parents: x}}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, annotations: {istio.io/parents: x}}
                """,
            text: """
                p.yaml:3:35: error: the annotation `internal.istio.io/parents` is reserved [reserved-annotation]
                    3 | metadata: {name: p, annotations: {internal.istio.io/parents: x}}
                      |                                   ^~~~~~~~~~~~~~~~~~~~~~~~~ Istio keeps this name for itself
                """),
        DiagnosticCase(
            .invalidDryRun, .resources, why: "Go knows no `yes`",
            bad: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, annotations: {istio.io/dry-run: "yes"}}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, annotations: {istio.io/dry-run: "T"}}
                """,
            text: """
                p.yaml:3:53: error: `yes` is not a Boolean [invalid-dry-run]
                    3 | metadata: {name: p, annotations: {istio.io/dry-run: "yes"}}
                      |                                                     ^~~~~ expected `true` or `false`
                """),
        DiagnosticCase(
            .invalidDryRun, .resources, why: "an AUDIT policy decides nothing anyway",
            bad: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, annotations: {istio.io/dry-run: "true"}}
                spec: {action: AUDIT}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, annotations: {istio.io/dry-run: "true"}}
                spec: {action: ALLOW}
                """,
            text: """
                p.yaml:3:35: error: `istio.io/dry-run` has no meaning here [invalid-dry-run]
                    3 | metadata: {name: p, annotations: {istio.io/dry-run: "true"}}
                      |                                   ^~~~~~~~~~~~~~~~ only ALLOW and DENY policies can be a dry run
                """),
        DiagnosticCase(
            .invalidDryRun, .resources, why: "other kinds cannot be a dry run",
            bad: """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: p, annotations: {istio.io/dry-run: "true"}}
                """,
            good: """
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p, annotations: {istio.io/dry-run: "true"}}
                """,
            text: """
                p.yaml:3:35: error: `istio.io/dry-run` has no meaning here [invalid-dry-run]
                    3 | metadata: {name: p, annotations: {istio.io/dry-run: "true"}}
                      |                                   ^~~~~~~~~~~~~~~~ only an AuthorizationPolicy can be a dry run
                """),
        DiagnosticCase(
            .invalidNumber, .resources, why: "a Service has no port 0",
            bad: """
                apiVersion: v1
                kind: Service
                metadata: {name: s}
                spec: {ports: [{port: 0}]}
                """,
            good: """
                apiVersion: v1
                kind: Service
                metadata: {name: s}
                spec: {ports: [{port: 1}]}
                """,
            text: """
                p.yaml:4:23: error: `0` is out of range for `port` [invalid-number]
                    4 | spec: {ports: [{port: 0}]}
                      |                       ^ expected a number from 1 to 65535
                """),
        DiagnosticCase(
            .duplicateResource, .resources, why: "mesh settings in two places",
            bad: """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio}
                data:
                  mesh: |
                    {}
                ---
                apiVersion: install.istio.io/v1alpha1
                kind: IstioOperator
                metadata: {name: i}
                spec: {meshConfig: {}}
                """,
            good: """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio}
                data:
                  mesh: |
                    {}
                """,
            text: """
                p.yaml:11:8: error: the mesh settings are defined twice [duplicate-resource]
                   11 | spec: {meshConfig: {}}
                      |        ^~~~~~~~~~ the first are at p.yaml:5:3
                """),
        DiagnosticCase(
            .unknownSetting, .resources, why: "text inside a ConfigMap has its place in the file",
            bad: """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio}
                data:
                  mesh: |
                    rootNamespace: istio-system
                    trustDomian: a
                """,
            good: """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio}
                data:
                  mesh: |
                    rootNamespace: istio-system
                    trustDomain: a
                """,
            text: """
                p.yaml:7:5: warning: unknown field `trustDomian` in the mesh settings [unknown-setting]
                    7 |     trustDomian: a
                      |     ^~~~~~~~~~~ expected one of the fields of the mesh settings
                      = hint: did you mean `trustDomain`?
                """),
        DiagnosticCase(
            .invalidYAML, .resources, why: "the YAML inside a ConfigMap is broken",
            bad: """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio}
                data:
                  mesh: |
                    a: [1
                """,
            good: """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio}
                data:
                  mesh: |
                    trustDomain: a
                """,
            text: """
                p.yaml:6:8: error: this is not YAML: did not find expected ',' or ']' [invalid-yaml]
                    6 |     a: [1
                      |        ^ while parsing a flow sequence
                      = hint: a `,` is missing between two values, or the `]` behind the last
                """),
    ]

    @Test("a resource that cannot be read is not skipped", arguments: cases)
    func refusal(_ row: DiagnosticCase) { row.check() }
}
