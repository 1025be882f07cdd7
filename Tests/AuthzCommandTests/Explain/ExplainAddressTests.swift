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

    /// A gateway that trusts one proxy in front of it.
    private static let gateway = """

        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data: {mesh: 'defaultConfig: {gatewayTopology: {numTrustedProxies: 1}}'}
        """

    private static func run(
        _ policies: String, client: String = "203.0.113.9", labels: String = "istio: ingressgateway"
    ) throws -> ExplainRun {
        let request = """
            {source: {ip: 10.0.0.1}, destination: {namespace: shop, labels: {\(labels)}, port: 8080},
             request: {path: /internal/x, host: a, headers: {x-forwarded-for: \(client)}}}
            """
        return try ExplainRun(["r.yaml": request], policies: policies + gateway)
    }

    @Test(
        "at a gateway the field or key of the client's address is proposed, and written in the place of the wrong one",
        arguments: [
            (
                "ALLOW", "  - from: [{source: {ipBlocks: [203.0.113.0/24]}}]", "ipBlocks", "remoteIpBlocks",
                "remote.ip", "203.0.113.9"
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

    @Test(
        "elsewhere the client says what its address is, so that no block of it is opened, nor that of the proxy",
        arguments: [
            ("ALLOW", "  - from: [{source: {ipBlocks: [203.0.113.0/24]}}]"),
            ("ALLOW", "  - when: [{key: source.ip, values: [203.0.113.0/24]}]"),
            ("DENY", "  - from: [{source: {notIpBlocks: [203.0.113.0/24]}}]"),
            ("DENY", "  - when: [{key: source.ip, notValues: [203.0.113.0/24]}]"),
        ])
    func clientsWord(_ action: String, _ rule: String) throws {
        for (labels, role) in [
            ("app: orders", "sidecar"), ("gateway.istio.io/managed: istio.io-mesh-controller", "waypoint"),
        ] {
            let run = try Self.run(Self.policies(action, (action == "ALLOW" ? Self.open : "") + rule), labels: labels)
            let sentence =
                "`remote.ip` is `203.0.113.9`, which lies in `203.0.113.0/24`, but `x-forwarded-for` is the client's word at a \(role): test it at the gateway\n"
            #expect(run.answer.contains("perhaps a slip: \(sentence)"), "\(run.answer)")
            #expect(run.answer.contains("  no change of the policies helps: \(sentence)"), "\(run.answer)")
            #expect(!run.answer.contains("--- p.yaml") && !run.answer.contains("meant?"), "\(run.answer)")
        }
    }

    @Test("a block of the proxy's address is not read of the proxy, as all come from there", arguments: ["a: b", ""])
    func proxy(_ label: String) throws {
        let rule = "  - from: [{source: {remoteIpBlocks: [10.0.0.0/8]}}]"
        let labels = label.isEmpty ? "istio: ingressgateway" : label
        let run = try Self.run(Self.policies("ALLOW", Self.open + rule), labels: labels)
        #expect(
            run.answer.contains(
                "`source.ip` is `10.0.0.1`, which lies in `10.0.0.0/8`, but that is the last proxy, from which all come who come through it\n"
            ), "\(run.answer)")
        #expect(!run.answer.contains("`ipBlocks` for"), "\(run.answer)")
    }

    @Test(
        "of an entry that is further away it is told how many proxies the mesh settings would have to have, and none is let in"
    )
    func hops() throws {
        for (action, rule) in [
            ("ALLOW", "  - from: [{source: {remoteIpBlocks: [203.0.113.0/24]}}]"),
            ("DENY", "  - from: [{source: {notRemoteIpBlocks: [203.0.113.0/24]}}]"),
        ] {
            let run = try Self.run(
                Self.policies(action, (action == "ALLOW" ? Self.open : "") + rule),
                client: "'203.0.113.9, 10.0.0.2'")
            let sentence =
                "`remote.ip` is `10.0.0.2`, and `203.0.113.9` of `x-forwarded-for` lies in `203.0.113.0/24`: where 2 proxies stand in front of the gateway, the mesh settings need `defaultConfig.gatewayTopology.numTrustedProxies: 2`\n"
            #expect(run.answer.contains("perhaps a slip: \(sentence)"), "\(run.answer)")
            #expect(run.answer.contains("  no change of the policies helps: \(sentence)"), "\(run.answer)")
            // Only the gateway knows of proxies.
            let other = try Self.run(
                Self.policies(action, rule), client: "'203.0.113.9, 10.0.0.2'", labels: "app: orders")
            #expect(!other.answer.contains("numTrustedProxies: 2"), "\(other.answer)")
        }
    }

    @Test("a rule for just this request names the client at a gateway, and not the proxy in front, from which all come")
    func exactRule() throws {
        let rule = "  - from: [{source: {remoteIpBlocks: [203.0.113.0/24]}}]"
        for (labels, written) in [("istio: ingressgateway", "remoteIpBlocks"), ("app: orders", "ipBlocks")] {
            let run = try Self.run(
                Self.policies("ALLOW", Self.open + rule), client: "198.51.100.7", labels: labels)
            let address = written == "ipBlocks" ? "10.0.0.1" : "198.51.100.7"
            #expect(run.answer.contains("+        \(written): [\"\(address)\"]\n"), "\(run.answer)")
        }
    }

    @Test("an address that is in the block of neither is no slip")
    func neither() throws {
        let rule = "  - from: [{source: {ipBlocks: [203.0.113.0/24]}}]"
        let run = try Self.run(Self.policies("ALLOW", Self.open + rule), client: "198.51.100.7")
        #expect(!run.answer.contains("meant?") && !run.answer.contains("write `remoteIpBlocks`"), "\(run.answer)")
    }
}
