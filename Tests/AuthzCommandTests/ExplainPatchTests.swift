import ArgumentParser
import AuthzCore
import AuthzPolicy
import Foundation
import Testing

@testable import authz

/// The patch that `authz explain` prints as it is copied from there, and what stands around it.
@Suite struct ExplainPatchTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: shop}
        spec:
          # One\tpolicy.
          rules:
          - to: [{operation: {methods: [GET], paths: [/v1/*]}}]
          - to: [{operation: {methods: [HEAD], paths: [/v2/*]}}]
        """
    private static let request =
        "{destination: {namespace: shop, labels: {app: cart}, port: 8080}, request: {method: PUT, path: /v1/a, host: cart}}"

    @Test(
        "what stands in the text, without its margin, is applied by `patch -p0`",
        arguments: [
            ("p.yaml", policies), ("p.yaml", policies.replacing("\n", with: "\r\n")), ("p.yaml", policies + "\r\n"),
            ("my policies/p q.yaml", policies + "\n"),
        ])
    func copied(_ file: String, _ policies: String) throws {
        let run = try ExplainRun(["r.yaml": Self.request], policies: policies, policyFile: file)
        let lines = run.answer.unicodeScalars.split(separator: "\n").map { String($0) }
        let start = try #require(lines.firstIndex { $0.hasPrefix("    --- ") })
        let patch = lines[start...].prefix { $0.hasPrefix("    ") && !$0.hasPrefix("    warning") }
        let text = patch.map { $0.dropFirst(4) + "\n" }.joined()
        let scratch = try Scratch([file: policies, "the.patch": text])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/patch")
        process.arguments = ["-s", "-p0", "-i", "the.patch"]
        process.currentDirectoryURL = URL(fileURLWithPath: scratch.path)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(run.answer)")
        let after = try String(contentsOfFile: scratch(file), encoding: .utf8)
        #expect(after == policies.replacing("methods: [GET]", with: #"methods: [GET, "PUT"]"#))
    }

    @Test("no signing key is shown around a change", arguments: [OutputFormat.text, .json])
    func keys(_ format: OutputFormat) throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: j, namespace: shop}
            spec:
              jwtRules:
              - issuer: i
                audiences: [cart]
                jwks: '{"keys":[{"kty":"oct","alg":"HS256","kid":"k","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}]}'
            """
        let request =
            "{destination: {namespace: shop, labels: {app: cart}, port: 8080}, request: {path: /a, host: c}, token: {claims: {iss: i, sub: b, aud: other}}}"
        let run = try ExplainRun(["r.yaml": request], policies: policies, format: format, writesPage: true)
        #expect(run.answer.contains("audiences: [cart, "), "\(run.answer)")
        for text in [run.answer, try #require(run.page)] { #expect(!text.contains("c2VjcmV0")) }
    }

    @Test("an allowed request hangs on the provider whose answer is assumed")
    func provider() throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: c, namespace: shop}
            spec: {action: CUSTOM, provider: {name: ext}, rules: [{to: [{operation: {paths: ["/v1/*"]}}]}]}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data:
              mesh: |
                extensionProviders:
                - name: ext
                  envoyExtAuthzGrpc: {service: a.b.svc.cluster.local, port: 9191}
            """
        let text = try ExplainRun(["r.yaml": Self.request], policies: policies, customAnswer: .allow)
        let words = "it hangs on the CUSTOM provider `ext`, whose answer is assumed to be allow"
        #expect(text.answer.hasSuffix("  \(words): no ALLOW policy reaches the workload\n"), "\(text.answer)")
        let json = try ExplainRun(["r.yaml": Self.request], policies: policies, format: .json, customAnswer: .allow)
        #expect(json.answer.contains(#""providers":["ext"]"#))
    }

    @Test("a peer that nobody knows is not told to be plaintext")
    func waypoint() throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: shop}
            spec:
              targetRefs: [{kind: Service, group: "", name: cart}]
              rules:
              - from: [{source: {namespaces: ["web*"]}}]
            """
        let request =
            "{destination: {namespace: shop, waypoint: wp, service: cart, port: 80}, request: {path: /a, host: cart}}"
        let run = try ExplainRun(["r.yaml": request], policies: policies)
        #expect(run.answer.contains("source.principal  unknown → `"), "\(run.answer)")
    }

    @Test(
        "options that cannot both be meant are a usage error",
        arguments: [
            (["--curl", "--diff-request", "a", "b"], "--curl prints one request, and --diff-request compares two"),
            (["--html", "-", "a"], "--html writes a file, and `-` is none"),
        ])
    func usage(_ words: [String], _ message: String) throws {
        let error = try #require(throws: (any Error).self) { _ = try ExplainCommand.parse(words) }
        #expect(ExplainCommand.exitCode(for: error).rawValue == 64)
        #expect(ExplainCommand.message(for: error) == message)
    }

    @Test("twenty thousand lines of a log are read", .timeLimit(.minutes(1)))
    func manyLines() throws {
        let line = #"{"destination":{"namespace":"shop"},"request":{"path":"/a"}}"#
        let scratch = try Scratch(["log.jsonl": String(repeating: "\(line)\n", count: 20_000)])
        let inputs = try RequestInputs.read([scratch("log.jsonl")]).inputs
        #expect(inputs.count == 20_000)
        #expect(inputs.last?.document.location.line == 20_000)
    }
}
