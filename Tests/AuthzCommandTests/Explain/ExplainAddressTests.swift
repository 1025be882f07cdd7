import Testing

@testable import authz

/// What `authz explain` says of blocks that stand beside the wrong one of a caller's two addresses.
@Suite struct ExplainAddressTests {
    private static func policies(_ action: String, _ rules: String) -> String {
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: shop}
        spec:
          action: \(action)
          rules:
        \(rules)
        """
    }

    private static let open = "  - to: [{operation: {notPaths: [/internal/*]}}]\n"

    private static func run(_ policies: String, client: String = "203.0.113.9") throws -> ExplainRun {
        let request = """
            {source: {ip: 10.0.0.1}, destination: {namespace: shop, port: 8080},
             request: {path: /internal/x, host: a, headers: {x-forwarded-for: \(client)}}}
            """
        return try ExplainRun(["r.yaml": request], policies: policies)
    }

    @Test(
        "the field or key of the other address is proposed, and written in the place of the wrong one",
        arguments: [
            (
                "ALLOW", "  - from: [{source: {ipBlocks: [203.0.113.0/24]}}]", "ipBlocks", "remoteIpBlocks",
                "remote.ip", "203.0.113.9"
            ),
            (
                "ALLOW", "  - from: [{source: {remoteIpBlocks: [10.0.0.0/8]}}]", "remoteIpBlocks", "ipBlocks",
                "source.ip", "10.0.0.1"
            ),
            (
                "ALLOW", "  - when: [{key: source.ip, values: [203.0.113.0/24]}]", "source.ip", "remote.ip",
                "remote.ip", "203.0.113.9"
            ),
            (
                "DENY", "  - from: [{source: {notIpBlocks: [203.0.113.0/24]}}]", "notIpBlocks", "notRemoteIpBlocks",
                "remote.ip", "203.0.113.9"
            ),
            (
                "DENY", "  - when: [{key: source.ip, notValues: [203.0.113.0/24]}]", "source.ip", "remote.ip",
                "remote.ip", "203.0.113.9"
            ),
        ])
    func swapped(
        _ action: String, _ rule: String, _ written: String, _ meant: String, _ name: String, _ address: String
    ) throws {
        let rules = (action == "ALLOW" ? Self.open : "") + rule
        let run = try Self.run(Self.policies(action, rules))
        let number = action == "ALLOW" ? 2 : 1
        #expect(run.answer.contains("`\(name)` is `\(address)`, which lies in `"), "\(run.answer)")
        #expect(run.answer.contains(": is `\(meant)` meant?\n"), "\(run.answer)")
        #expect(
            run.answer.contains("  smallest change of the policies: write `\(meant)` for `\(written)` "),
            "\(run.answer)")
        #expect(run.answer.contains("of shop/access, rule \(number)\n"), "\(run.answer)")
        if action == "ALLOW" { #expect(run.answer.contains("nearest: shop/access, rule 2 would"), "\(run.answer)") }
    }

    @Test("an address that is in the block of neither is no slip")
    func neither() throws {
        let rule = "  - from: [{source: {ipBlocks: [203.0.113.0/24]}}]"
        let run = try Self.run(Self.policies("ALLOW", Self.open + rule), client: "198.51.100.7")
        #expect(!run.answer.contains("meant?") && !run.answer.contains("write `remoteIpBlocks`"), "\(run.answer)")
    }
}
