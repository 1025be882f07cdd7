import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

@Suite struct ZtunnelWarningTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind = "AuthorizationPolicy"
        var annotations = ""
        /// The `spec`, on the fourth line.
        var bad: String
        var good: String
        /// The first line of the warning.
        var message: String
        var why: String

        var testDescription: String { why }
    }

    private static let cases = [
        Case(
            bad: "{rules: [{to: [{operation: {paths: [/x], notHosts: [h]}}]}]}",
            good: "{rules: [{to: [{operation: {ports: [\"80\"]}}]}]}",
            message: "policies.yaml:4:43: warning: ztunnel cannot test `paths`, `notHosts`: it leaves out the rule",
            why: "an ALLOW rule is left out"),
        Case(
            bad: "{action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]}",
            good: "{action: DENY, rules: [{to: [{operation: {ports: [\"80\"]}}]}]}",
            message:
                "policies.yaml:4:59: warning: ztunnel cannot test `methods`: it has nothing left of `to`, and the rule denies nothing",
            why: "a DENY rule of which nothing is left"),
        Case(
            bad: "{action: DENY, rules: [{to: [{operation: {methods: [GET], ports: [\"80\"]}}]}]}",
            good: "{action: DENY, rules: [{to: [{operation: {ports: [\"80\"]}}]}]}",
            message: "policies.yaml:4:59: warning: ztunnel cannot test `methods`: it denies more than is written",
            why: "a DENY rule of which something is left"),
        Case(
            bad: "{action: DENY, rules: [{when: [{key: remote.ip, values: [10.0.0.1]}]}]}",
            good: "{action: DENY, rules: [{when: [{key: source.ip, values: [10.0.0.1]}]}]}",
            message:
                "policies.yaml:4:44: warning: ztunnel cannot test `remote.ip`: it has nothing left of `when`, and the rule denies nothing",
            why: "a condition"),
        Case(
            bad: "{action: AUDIT, rules: [{}]}", good: "{action: DENY, rules: [{}]}",
            message: "policies.yaml:2:1: warning: ztunnel does not enforce AUDIT policies", why: "another action"),
        Case(
            annotations: "istio.io/dry-run: \"true\"", bad: "{action: DENY, rules: [{}]}",
            good: "{selector: {matchLabels: {istio: ingressgateway}}, action: DENY, rules: [{}]}",
            message: "policies.yaml:2:1: warning: ztunnel does not enforce dry-run policies",
            why: "dry run, but for a gateway"),
        Case(
            bad: "{rules: [{to: [{operation: {paths: [/x]}}]}]}",
            good: "{targetRefs: [{kind: Service, name: s}], rules: [{to: [{operation: {paths: [/x]}}]}]}",
            message: "policies.yaml:4:43: warning: ztunnel cannot test `paths`: it leaves out the rule",
            why: "at a waypoint it is enforced"),
        Case(
            kind: "PeerAuthentication", bad: "{mtls: {mode: DISABLE}}", good: "{mtls: {mode: PERMISSIVE}}",
            message: "policies.yaml:4:21: warning: ztunnel takes `DISABLE` for `PERMISSIVE`", why: "DISABLE"),
    ]

    @Test("what ztunnel does not enforce as written is said at loading, in the ambient profile alone", arguments: cases)
    func warnings(_ c: Case) throws {
        let warnings = { (spec: String, profile: Profile) in
            let text = """
                apiVersion: security.istio.io/v1
                kind: \(c.kind)
                metadata: {name: p, namespace: foo, annotations: {\(c.annotations)}}
                spec: \(spec)
                """
            return try WrittenDecision(text, "{destination: {namespace: foo, labels: {}}}", profile: profile).warnings
                .filter { $0.code == .unsupportedByZtunnel }
        }
        let found = try warnings(c.bad, .ambient)
        #expect(found.map { "\($0.location): \($0.severity.rawValue): \($0.message)" } == [c.message])
        let isMode = c.kind == "PeerAuthentication"
        #expect(
            found.map(\.label) == [
                isMode ? "its mutual TLS cannot be switched off" : "a waypoint does, for policies with `targetRefs`"
            ])
        #expect(try warnings(c.good, .ambient) == [])
        #expect(try warnings(c.bad, .sidecar) == [])
    }
}
