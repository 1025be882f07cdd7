import AuthzCore
import Testing

@Suite struct PeerAuthenticationDiagnosticTests {
    static let cases: [DiagnosticCase] = [
        DiagnosticCase(
            .unknownValue, .peerAuthentication, why: "a slip in the mode",
            bad: "{mtls: {mode: STRIKT}}",
            good: "{mtls: {mode: STRICT}}",
            text: """
                p.yaml:4:21: error: unknown value `STRIKT` of `mode` [unknown-value]
                    4 | spec: {mtls: {mode: STRIKT}}
                      |                     ^~~~~~ expected DISABLE, PERMISSIVE, STRICT or UNSET
                      = hint: did you mean `STRICT`?
                """),
        DiagnosticCase(
            .unknownValue, .peerAuthentication, why: "a mode of DestinationRules",
            bad: "{mtls: {mode: ISTIO_MUTUAL}}",
            good: "{mtls: {mode: UNSET}}",
            text: """
                p.yaml:4:21: error: unknown value `ISTIO_MUTUAL` of `mode` [unknown-value]
                    4 | spec: {mtls: {mode: ISTIO_MUTUAL}}
                      |                     ^~~~~~~~~~~~ expected DISABLE, PERMISSIVE, STRICT or UNSET
                """),
        DiagnosticCase(
            .portLevelNeedsSelector, .peerAuthentication, why: "ports are those of workloads",
            bad: "{portLevelMtls: {80: {mode: STRICT}}}",
            good: "{selector: {matchLabels: {a: b}}, portLevelMtls: {80: {mode: STRICT}}}",
            text: """
                p.yaml:4:8: error: `portLevelMtls` needs a selector with labels [port-level-needs-selector]
                    4 | spec: {portLevelMtls: {80: {mode: STRICT}}}
                      |        ^~~~~~~~~~~~~ ports are those of workloads
                      = hint: add `selector.matchLabels`
                """),
        DiagnosticCase(
            .emptyValue, .peerAuthentication, why: "no ports are written",
            bad: "{selector: {matchLabels: {a: b}}, portLevelMtls: {}}",
            good: "{selector: {matchLabels: {a: b}}, portLevelMtls: {80: {}}}",
            text: """
                p.yaml:4:41: error: `portLevelMtls` is empty [empty-value]
                    4 | spec: {selector: {matchLabels: {a: b}}, portLevelMtls: {}}
                      |                                         ^~~~~~~~~~~~~ expected at least one port
                """),
        DiagnosticCase(
            .invalidPort, .peerAuthentication, why: "no workload has port 0",
            bad: "{selector: {matchLabels: {a: b}}, portLevelMtls: {0: {}}}",
            good: "{selector: {matchLabels: {a: b}}, portLevelMtls: {1: {}}}",
            text: """
                p.yaml:4:57: error: `0` is not a port of a workload [invalid-port]
                    4 | spec: {selector: {matchLabels: {a: b}}, portLevelMtls: {0: {}}}
                      |                                                         ^ expected a number from 1 to 65535
                """),
        DiagnosticCase(
            .invalidPort, .peerAuthentication, why: "a name of a port",
            bad: "{selector: {matchLabels: {a: b}}, portLevelMtls: {http: {}}}",
            good: #"{selector: {matchLabels: {a: b}}, portLevelMtls: {"80": {}}}"#,
            text: """
                p.yaml:4:57: error: `http` is not a port of a workload [invalid-port]
                    4 | spec: {selector: {matchLabels: {a: b}}, portLevelMtls: {http: {}}}
                      |                                                         ^~~~ expected a number from 1 to 65535
                """),
        DiagnosticCase(
            .duplicateKey, .peerAuthentication, why: "one port, written in two ways",
            bad: "{selector: {matchLabels: {a: b}}, portLevelMtls: {80: {}, 080: {}}}",
            good: "{selector: {matchLabels: {a: b}}, portLevelMtls: {80: {}, 81: {}}}",
            text: """
                p.yaml:4:65: error: the port 80 is written twice [duplicate-key]
                    4 | spec: {selector: {matchLabels: {a: b}}, portLevelMtls: {80: {}, 080: {}}}
                      |                                                                 ^~~ expected it once
                """),
        DiagnosticCase(
            .unknownField, .peerAuthentication, why: "a letter too many",
            bad: "{mtls: {modes: STRICT}}",
            good: "{mtls: {mode: STRICT}}",
            text: """
                p.yaml:4:15: error: unknown field `modes` in `mtls` [unknown-field]
                    4 | spec: {mtls: {modes: STRICT}}
                      |               ^~~~~ expected one of the fields of `mtls`
                      = hint: did you mean `mode`?
                """),
    ]

    @Test("a PeerAuthentication that admission refuses is refused", arguments: cases)
    func refusal(_ row: DiagnosticCase) { row.check() }
}
