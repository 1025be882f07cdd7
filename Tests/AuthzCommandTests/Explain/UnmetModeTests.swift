import Testing

@testable import authz

/// What is said where plaintext is allowed that a case expects to be refused.
@Suite struct UnmetModeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// Behind the inventory, whose one workload is of the namespace `bank`.
        var policies: String
        /// Of a case that expects the reason.
        var line: String
        /// Of one that expects a denial; `nil` where nothing says that a mode is meant.
        var denial: String?
        var why: String
        var testDescription: String { why }
    }

    private static func mode(_ name: String, _ spec: String, namespace: String = "bank") -> String {
        "\n---\n{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: \(name), namespace: \(namespace)}, spec: \(spec)}"
    }

    private static func unset(_ start: String, _ counts: String, line: Int = 5) -> String {
        "the mode at `bank/api` is PERMISSIVE \(start); `bank/lock` (policies.yaml:\(line):36) reaches it and sets no mode, so that \(counts): write `mtls: {mode: STRICT}` in it"
    }

    private static let start = "the mode at `bank/api` is PERMISSIVE"
    private static let none = "\(start) (Istio's default): no PeerAuthentication with STRICT reaches it"
    private static let own = "selector: {matchLabels: {app: api}}"

    @Test(
        "the PeerAuthentication that is meant to refuse it is named with its line, and what to write",
        arguments: [
            Row(
                policies: mode("lock", "{mtls: {}}"), line: unset("(Istio's default)", "the default counts"),
                denial: unset("(Istio's default)", "the default counts"), why: "an empty `mtls`"),
            Row(
                policies: mode("lock", "{}"), line: unset("(Istio's default)", "the default counts"),
                denial: unset("(Istio's default)", "the default counts"), why: "no `mtls`"),
            Row(
                policies: mode("lock", "{mtls: {mode: UNSET}}"), line: unset("(Istio's default)", "the default counts"),
                denial: unset("(Istio's default)", "the default counts"), why: "UNSET"),
            Row(
                policies: mode("default", "{mtls: {mode: PERMISSIVE}}", namespace: "istio-system")
                    + mode("lock", "{\(own)}"),
                line: unset("by `istio-system/default` (policies.yaml:5:134)", "the wider one counts", line: 7),
                denial: unset("by `istio-system/default` (policies.yaml:5:134)", "the wider one counts", line: 7),
                why: "no mode below a parent that has one"),
            Row(
                policies: mode("lock", "{mtls: {mode: PERMISSIVE}}"),
                line:
                    "\(start) by `bank/lock` (policies.yaml:5:123); plaintext is refused with `mode: STRICT` there",
                denial:
                    "\(start) by `bank/lock` (policies.yaml:5:123); plaintext is refused with `mode: STRICT` there",
                why: "PERMISSIVE, and nothing else could deny"),
            Row(
                policies: mode("lock", "{mtls: {mode: PERMISSIVE}}")
                    + UnmetExpectationTests.policy("all", "{rules: [{to: [{operation: {paths: ['/*']}}]}]}"),
                line:
                    "\(start) by `bank/lock` (policies.yaml:5:123); plaintext is refused with `mode: STRICT` there",
                denial: nil, why: "PERMISSIVE beside a policy that allows"),
            Row(
                policies: mode("lock", "{mtls: {mode: STRICT}}")
                    + mode("own", "{\(own), mtls: {mode: PERMISSIVE}}"),
                line:
                    "\(start) by `bank/own` (policies.yaml:7:159); it goes before `bank/lock` (policies.yaml:5:123), which is STRICT for the namespace: take the mode out of it, or write STRICT",
                denial:
                    "\(start) by `bank/own` (policies.yaml:7:159); it goes before `bank/lock` (policies.yaml:5:123), which is STRICT for the namespace: take the mode out of it, or write STRICT",
                why: "a narrower one"),
            Row(
                policies: mode("lock", "{mtls: {mode: STRICT}}")
                    + mode("own", "{\(own), portLevelMtls: {'8080': {mode: DISABLE}}}"),
                line:
                    "the mode at `bank/api` is DISABLE by `bank/own` (policies.yaml:7:177); it goes before `bank/lock` (policies.yaml:5:123), which is STRICT for the namespace: take the mode out of it, or write STRICT",
                denial:
                    "the mode at `bank/api` is DISABLE by `bank/own` (policies.yaml:7:177); it goes before `bank/lock` (policies.yaml:5:123), which is STRICT for the namespace: take the mode out of it, or write STRICT",
                why: "a port of its own"),
            Row(
                policies: mode("own", "{\(own), portLevelMtls: {'80': {mode: STRICT}}}"),
                line: "\(start) (Istio's default); `bank/own` (policies.yaml:5:36) is STRICT for port `80` alone",
                denial: "\(start) (Istio's default); `bank/own` (policies.yaml:5:36) is STRICT for port `80` alone",
                why: "another port"),
            Row(
                policies: mode("a", "{mtls: {mode: PERMISSIVE}}") + mode("b", "{mtls: {mode: STRICT}}"),
                line:
                    "\(start) by `bank/a` (policies.yaml:5:120); it counts in the place of `bank/b` (policies.yaml:7:120), which is STRICT and for the same: keep one of them",
                denial:
                    "\(start) by `bank/a` (policies.yaml:5:120); it counts in the place of `bank/b` (policies.yaml:7:120), which is STRICT and for the same: keep one of them",
                why: "two of one scope"),
            Row(
                policies: mode("lock", "{selector: {matchLabels: {app: pay}}, mtls: {mode: STRICT}}"),
                line:
                    "\(none); `bank/lock` (policies.yaml:5:36) is STRICT for `app=pay`, and this workload has `app=api`",
                denial:
                    "\(none); `bank/lock` (policies.yaml:5:36) is STRICT for `app=pay`, and this workload has `app=api`",
                why: "a selector that fits no workload"),
            Row(
                policies: mode("lock", "{\(own), mtls: {mode: STRICT}}", namespace: "istio-system"),
                line:
                    "\(none); `istio-system/lock` (policies.yaml:5:36) is STRICT, and in the root namespace one with a selector reaches nothing: write `namespace: bank` in it",
                denial:
                    "\(none); `istio-system/lock` (policies.yaml:5:36) is STRICT, and in the root namespace one with a selector reaches nothing: write `namespace: bank` in it",
                why: "a selector in the root namespace"),
            Row(
                policies: mode("lock", "{mtls: {mode: STRICT}}", namespace: "banking"),
                line:
                    "\(none); `banking/lock` (policies.yaml:5:36) is STRICT for its namespace alone, where no workload is: is `namespace: bank` meant, or `istio-system` for the mesh?",
                denial:
                    "`banking/lock` (policies.yaml:5:36) is in `banking`, where no workload is; in `bank` it would reach `bank/api`, and this would be denied: is `namespace: bank` meant?",
                why: "a namespace of nobody, called nearly the same"),
            Row(
                policies: mode("lock", "{mtls: {mode: STRICT}}", namespace: "edge"),
                line:
                    "\(none); `edge/lock` (policies.yaml:5:36) is STRICT for its namespace alone, where no workload is: is `namespace: bank` meant, or `istio-system` for the mesh?",
                denial: nil, why: "a namespace of nobody, called otherwise"),
            Row(policies: "", line: "\(none)\n", denial: nil, why: "no PeerAuthentication"),
        ])
    func told(_ row: Row) throws {
        for (expectation, line) in [("{reason: plaintext-not-permitted}", row.line), ("deny", row.denial)] {
            let run = try UnmetExpectationTests.run(
                policies: row.policies, members: "source: {ip: 192.0.2.7}, request: {}, expect: \(expectation)")
            guard let line else {
                #expect(run.test.contains("  outcome  expected deny, got allow\n  ALLOW 200"), "\(run.test)")
                continue
            }
            for text in [run.test, run.explain] { #expect(text.contains(line), "\(expectation)\n\(text)") }
        }
    }

    @Test("a case with mutual TLS is about no mode, and neither is one at a gateway")
    func others() throws {
        let policies = Self.mode("lock", "{mtls: {}}")
        let run = try UnmetExpectationTests.run(
            policies: policies, members: "\(UnmetExpectationTests.gateway), request: {}, expect: deny")
        #expect(run.test.contains("  outcome  expected deny, got allow\n  ALLOW 200"), "\(run.test)")
        let gateway = """
            tests:
            - name: a
              destination: {namespace: bank, labels: {istio: ingressgateway}, gateway: in}
              source: {ip: 192.0.2.7}
              request: {}
              expect: {reason: plaintext-not-permitted}
            """
        let files = [
            "policies.yaml":
                "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: in, namespace: bank}, spec: {gatewayClassName: istio, listeners: [{name: a, port: 80, protocol: HTTP}]}}"
                + Self.mode("lock", "{mtls: {mode: STRICT}}"),
            "a_test.yaml": gateway,
        ]
        let other = try SuiteRunnerTests.run(files, ["a_test.yaml"], format: .text)
        #expect(
            other.answer.contains(
                "expected plaintext-not-permitted, got no-policy-applies; no PeerAuthentication is enforced at a gateway\n"
            ),
            "\(other.answer)")
    }
}
