import AuthzCore
import Testing

@Suite struct AttachmentDiagnosticTests {
    static let cases: [DiagnosticCase] = [
        DiagnosticCase(
            .conflictingFields, .authorizationPolicy, why: "a selector and a target",
            bad: "{selector: {matchLabels: {a: b}}, targetRefs: [{kind: Service, name: s}]}",
            good: "{selector: {matchLabels: {a: b}}, targetRefs: []}",
            text: """
                p.yaml:4:41: error: `targetRefs` cannot stand beside `selector` [conflicting-fields]
                    4 | spec: {selector: {matchLabels: {a: b}}, targetRefs: [{kind: Service, name: s}]}
                      |                                         ^~~~~~~~~~ expected at most one of `selector`, `targetRef` and `targetRefs`
                """),
        DiagnosticCase(
            .conflictingFields, .requestAuthentication, why: "the old field beside the new one",
            bad: "{targetRef: {kind: Service, name: s}, targetRefs: [{kind: Service, name: s}]}",
            good: "{targetRef: {kind: Service, name: s}}",
            text: """
                p.yaml:4:45: error: `targetRefs` cannot stand beside `targetRef` [conflicting-fields]
                    4 | spec: {targetRef: {kind: Service, name: s}, targetRefs: [{kind: Service, name: s}]}
                      |                                             ^~~~~~~~~~ expected at most one of `selector`, `targetRef` and `targetRefs`
                """),
        DiagnosticCase(
            .unknownField, .peerAuthentication, why: "a PeerAuthentication has no targets",
            bad: "{targetRefs: []}",
            good: "{selector: {matchLabels: {a: b}}}",
            text: """
                p.yaml:4:8: error: unknown field `targetRefs` in `spec` [unknown-field]
                    4 | spec: {targetRefs: []}
                      |        ^~~~~~~~~~ expected one of the fields of `spec`
                      = hint: its fields are `selector`, `mtls`, `portLevelMtls`
                """),
        DiagnosticCase(
            .unknownField, .authorizationPolicy, why: "selectors have labels only",
            bad: "{selector: {matchExpressions: []}}",
            good: "{selector: {matchLabels: {a: b}}}",
            text: """
                p.yaml:4:19: error: unknown field `matchExpressions` in `selector` [unknown-field]
                    4 | spec: {selector: {matchExpressions: []}}
                      |                   ^~~~~~~~~~~~~~~~ expected one of the fields of `selector`
                      = hint: its field is `matchLabels`
                """),
        DiagnosticCase(
            .invalidSelector, .authorizationPolicy, why: "a star in a value",
            bad: #"{selector: {matchLabels: {app: "web*"}}}"#,
            good: "{selector: {matchLabels: {app: web}}}",
            text: """
                p.yaml:4:38: error: `web*` has a `*` [invalid-selector]
                    4 | spec: {selector: {matchLabels: {app: "web*"}}}
                      |                                      ^~~~~~ labels are compared as they are
                """),
        DiagnosticCase(
            .invalidSelector, .peerAuthentication, why: "a label without a name, a label without a value",
            bad: #"{selector: {matchLabels: {"": web}}}"#,
            good: #"{selector: {matchLabels: {app: ""}}}"#,
            text: """
                p.yaml:4:33: error: a label has no name [invalid-selector]
                    4 | spec: {selector: {matchLabels: {"": web}}}
                      |                                 ^~ expected a name
                """),
        DiagnosticCase(
            .invalidSelector, .requestAuthentication, why: "the 64th character",
            bad: "{selector: {matchLabels: {app: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}}",
            good: "{selector: {matchLabels: {app: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}}",
            text: """
                p.yaml:4:38: error: the value of the label `app` is too long [invalid-selector]
                    4 | spec: {selector: {matchLabels: {app: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa …
                      |                                      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ at most 63 characters
                """),
        DiagnosticCase(
            .emptySelector, .authorizationPolicy, why: "a selector without labels",
            bad: "{selector: {}}",
            good: "{}",
            text: """
                p.yaml:4:8: warning: a selector without labels selects every workload in scope [empty-selector]
                    4 | spec: {selector: {}}
                      |        ^~~~~~~~ expected labels
                      = hint: leave `selector` out if that is meant
                """),
        DiagnosticCase(
            .emptySelector, .peerAuthentication, why: "no labels in it",
            bad: "{selector: {matchLabels: {}}}",
            good: "{selector: {matchLabels: {a: b}}}",
            text: """
                p.yaml:4:8: warning: a selector without labels selects every workload in scope [empty-selector]
                    4 | spec: {selector: {matchLabels: {}}}
                      |        ^~~~~~~~ expected labels
                      = hint: leave `selector` out if that is meant
                """),
        DiagnosticCase(
            .invalidTargetRef, .authorizationPolicy, why: "a route has no proxy",
            bad: "{targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}]}",
            good: "{targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: r}]}",
            text: """
                p.yaml:4:62: error: a policy cannot be attached to `gateway.networking.k8s.io/HTTPRoute` [invalid-target-ref]
                    4 | spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}]}
                      |                                                              ^~~~~~~~~ expected Service, ServiceEntry, Gateway or GatewayClass, each with its group
                """),
        DiagnosticCase(
            .invalidTargetRef, .authorizationPolicy, why: "a Gateway without its group",
            bad: "{targetRefs: [{kind: Gateway, name: g}]}",
            good: "{targetRefs: [{kind: Service, name: g}]}",
            text: """
                p.yaml:4:28: error: a policy cannot be attached to `Gateway` [invalid-target-ref]
                    4 | spec: {targetRefs: [{kind: Gateway, name: g}]}
                      |                            ^~~~~~~ expected Service, ServiceEntry, Gateway or GatewayClass, each with its group
                      = hint: write `group: gateway.networking.k8s.io` beside it
                """),
        DiagnosticCase(
            .invalidTargetRef, .authorizationPolicy, why: "another namespace",
            bad: "{targetRefs: [{kind: Service, name: s, namespace: other}]}",
            good: #"{targetRefs: [{kind: Service, name: s, namespace: ""}]}"#,
            text: """
                p.yaml:4:57: error: a target in another namespace is not supported [invalid-target-ref]
                    4 | spec: {targetRefs: [{kind: Service, name: s, namespace: other}]}
                      |                                                         ^~~~~ a policy is attached to resources of its own namespace
                      = hint: write the policy in the namespace `other`, and leave this out
                """),
        DiagnosticCase(
            .missingField, .requestAuthentication, why: "a target without a name",
            bad: "{targetRefs: [{kind: Service}]}",
            good: "{targetRefs: [{kind: Service, name: s}]}",
            text: """
                p.yaml:4:21: error: `name` is missing in `targetRefs` [missing-field]
                    4 | spec: {targetRefs: [{kind: Service}]}
                      |                     ^~~~~~~~~~~~~~~ expected `name`
                """),
        DiagnosticCase(
            .tooManyValues, .authorizationPolicy, why: "the 17th target",
            bad:
                "{targetRefs: [{kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}]}",
            good:
                "{targetRefs: [{kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}]}",
            text: """
                p.yaml:4:8: error: `targetRefs` has 17 entries [too-many-values]
                    4 | spec: {targetRefs: [{kind: Service, name: s}, {kind: Service, name: s}, {kind: Service, name: s}, {k …
                      |        ^~~~~~~~~~ at most 16
                """),
        DiagnosticCase(
            .wrongType, .authorizationPolicy, why: "a list where a mapping belongs",
            bad: "{selector: [a]}",
            good: "{selector: {matchLabels: {a: b}}}",
            text: """
                p.yaml:4:18: error: `selector` is a list, not a mapping [wrong-type]
                    4 | spec: {selector: [a]}
                      |                  ^~~ expected a mapping
                      = hint: write its fields without `- ` or `[ ]`
                """),
    ]

    @Test("a policy is attached in one way", arguments: cases)
    func refusal(_ row: DiagnosticCase) { row.check() }
}
