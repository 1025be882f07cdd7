import Foundation
import Testing

/// `authz test` over time: while files change, and from what a server has decided.
@Suite struct SuiteWatchTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: shop}
        spec: {rules: [{to: [{operation: {methods: [GET]}}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        spec: {containers: [{name: c, image: i}]}
        """
    private static let suite = """
        fixtures: people.yaml
        tests: [{name: a, source: someone, destination: {workload: shop/cart, port: 80}, request: {}, expect: allow}]
        """

    @Test("a change of a policy, a suite, a fixture, and a new suite each run the suites again")
    func watch() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.policies, to: "policies.yaml")
        try folder.write("sources: {someone: {ip: 192.0.2.1}}", to: "people.yaml")
        try folder.write(Self.suite, to: "a_test.yaml")
        let child = try Child(
            Repository.authz, ["test", "--watch", "-p", "policies.yaml", "."], in: folder.url)
        func wait(_ what: String, for lines: [String]) throws {
            try poll(what) {
                try child.checkRunning()
                let seen = try child.output.split(separator: "\n").filter { $0.contains(" passed, ") }.map(String.init)
                return seen.suffix(1) == lines.suffix(1) && seen.count >= lines.count ? () : nil
            }
        }
        var lines = ["1 passed, 0 failed"]
        try wait("first run", for: lines)
        try folder.write(Self.policies.replacing("GET", with: "PUT"), to: "policies.yaml")
        lines.append("0 passed, 1 failed")
        try wait("run after a policy changed", for: lines)
        try folder.write(Self.suite.replacing("expect: allow", with: "expect: deny"), to: "a_test.yaml")
        lines.append("1 passed, 0 failed")
        try wait("run after a suite changed", for: lines)
        try folder.write("sources: {others: {ip: 192.0.2.1}}", to: "people.yaml")
        lines.append("0 passed, 0 failed, 1 error")
        try wait("run after a fixture changed", for: lines)
        try folder.write("sources: {someone: {ip: 192.0.2.1}}", to: "people.yaml")
        try folder.write(Self.suite.replacing("expect: allow", with: "expect: deny"), to: "b_test.yaml")
        lines.append("2 passed, 0 failed")
        try wait("run after a suite was added", for: lines)
        #expect(try !child.output.contains("\u{1B}"), "without a terminal nothing is cleared")
        #expect(try child.errors.contains("waiting for a change"))
    }

    @Test("the decisions that a server logged become a suite that passes, and fails once a policy decides otherwise")
    func record() throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32", "--decision-log")
        let frontend = "spiffe://cluster.local/ns/production/sa/frontend"
        #expect(try server.check("GET", "/api/v1/orders?secret=1", principal: frontend).status == 200)
        #expect(try server.check("GET", "/api/v1/orders?secret=2", principal: frontend).status == 200)
        #expect(try server.check("DELETE", "/api/v1/orders", principal: frontend).status == 403)
        let alice = try Repository.text(of: "examples/tokens/alice.jwt").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try server.check("GET", "/account", principal: frontend, token: alice).status == 200)
        #expect(try server.check("GET", "/account", principal: frontend, token: "x.y").status == 401)
        server.child.stop()
        #expect(try server.child.exitStatus() == 0)

        let folder = try TemporaryFolder()
        let log = try folder.write(try server.child.errors, to: "decisions.log")
        let recorded = try authz("test", "--record", log.path())
        #expect(recorded.status == 0, "\(recorded.errors)")
        #expect(recorded.errors == "authz: 4 cases of 5 decisions (1 is like another)\n")
        #expect(!recorded.output.contains("secret"))
        let suite = try folder.write(recorded.output, to: "recorded_test.yaml")
        let run = try authz("test", suite.path())
        #expect(run.status == 0)
        #expect(run.output == "4 passed, 0 failed\n")

        let other = try folder.write(
            Repository.text(of: "policies/api.yaml").replacing("\"GET\", \"POST\"", with: "\"POST\""), to: "api.yaml")
        let rest = ["mesh", "peer-authentication", "tokens", "workloads"].flatMap { ["-p", "policies/\($0).yaml"] }
        let child = try Child(Repository.authz, ["test", "-p", other.path()] + rest + [suite.path()])
        #expect(try child.exitStatus() == 1)
        #expect(try child.output.contains("3 passed, 1 failed"))
    }

    @Test("a log without a decision is bad input")
    func emptyLog() throws {
        let result = try authz("test", "--record", "-", input: "{\"message\":\"started\"}\nnot JSON\n")
        #expect(result.status == 2)
        #expect(result.errors.contains("<stdin>:1:1: error: the log holds no decision [no-case]"))
        #expect(try authz("test", "--record", "-", "policies").status == 64)
    }
}
