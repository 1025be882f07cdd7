import AuthzCore
import AuthzEngine
import AuthzPolicy
import Testing

/// What becomes of values that istiod cannot compile: ALLOW gets narrower, DENY wider (AuthorizationPolicy dossier 8.3, 11.1;
/// SR-6).
@Suite struct UncompilableValueTests {
    private static func policy(_ action: String, _ rules: String) -> String {
        Scene.policy("{action: \(action), rules: [\(rules)]}")
    }

    /// Puts text in a place that admission would have looked at.
    private static func changed(
        _ action: String, _ rules: String, _ change: (inout AuthorizationPolicy) -> Void
    ) throws -> Scene {
        var documents = try PolicyLoader.load(text: policy(action, rules), file: "p.yaml").documents
        change(&documents.authorizationPolicies[0])
        return try Scene(documents)
    }

    @Test("AP 123: a key that only begins like one is ignored in DENY, and takes its rule from ALLOW")
    func malformedKey() throws {
        let rule = "{when: [{key: 'request.headersX[a]', values: [v]}]}"
        let deny = try Scene(Self.policy("DENY", rule))
        #expect(!deny.allows(Ask()))
        #expect(deny.warnings.map(\.code) == [.uncompilableCondition])
        #expect(try !Scene(Self.policy("ALLOW", rule)).allows(Ask(headers: [("a", "v")])))
        #expect(try Scene(Self.policy("ALLOW", rule + ", {}")).allows(Ask()))
        #expect(
            try !Scene(Self.policy("DENY", "{when: [{key: 'request.auth.claims.x[a]', values: [v]}]}")).allows(Ask()))
    }

    @Test("the other conditions of such a rule stay")
    func besideMalformedKey() throws {
        let rule = "{when: [{key: 'request.headersX[a]', values: [v]}, {key: 'request.headers[b]', values: [v]}]}"
        let deny = try Scene(Self.policy("DENY", rule))
        #expect(deny.allows(Ask()) && !deny.allows(Ask(headers: [("b", "v")])))
    }

    @Test("AP 137: an unknown key takes its rule, under DENY too")
    func unknownKey() throws {
        let rules = "{when: [{key: source.ip, values: [10.0.0.7]}]}"
        let scene = try Self.changed("DENY", rules) { $0.rules[0].when[0].key.value = "source.mac" }
        #expect(scene.allows(Ask()))
        #expect(try !Scene(Self.policy("DENY", rules)).allows(Ask()))
        let allow = try Self.changed("ALLOW", rules) { $0.rules[0].when[0].key.value = "source.mac" }
        #expect(!allow.allows(Ask()))
    }

    @Test("a bad address or port is left out of a DENY list, and takes its rule from ALLOW")
    func badValue() throws {
        let rules = "{from: [{source: {ipBlocks: [10.0.0.1, 10.0.0.2]}}]}"
        func spoil(_ count: Int) -> (inout AuthorizationPolicy) -> Void {
            { policy in for index in 0..<count { policy.rules[0].from[0].fields[0].lists.values[index].value = "x" } }
        }
        let one = try Self.changed("DENY", rules, spoil(1))
        #expect(one.allows(Ask(ip: "10.0.0.1")) && !one.allows(Ask(ip: "10.0.0.2")))
        let all = try Self.changed("DENY", rules, spoil(2))
        #expect(!all.allows(Ask(ip: "10.0.0.3")), "the list vanishes")
        let allow = try Self.changed("ALLOW", rules, spoil(1))
        #expect(!allow.allows(Ask(ip: "10.0.0.2")), "the rule vanishes, the policy counts")
        let port = try Self.changed("DENY", "{to: [{operation: {ports: ['80']}}]}") {
            $0.rules[0].to[0].fields[0].lists.values[0].value = "http"
        }
        #expect(!port.allows(Ask(port: 81)))
    }

    @Test("AP 146: a dry run that is no Boolean is refused")
    func dryRun() {
        let text = Scene.policy("{}", annotations: "{istio.io/dry-run: 'yes'}")
        let error = #expect(throws: InputError.self) { try Scene(text) }
        #expect(error?.diagnostics.map(\.code) == [.invalidDryRun])
    }

    @Test("AP 132: metadata that no caller carries is absent from a document, so only a negation holds")
    func metadata() throws {
        let key = "'experimental.envoy.filters.http.ext_authz[k]'"
        let wants = "{when: [{key: \(key), values: ['[v]', v]}]}"
        let refuses = "{when: [{key: \(key), notValues: ['[v]']}]}"
        for (rule, holds) in [(wants, false), (refuses, true)] {
            #expect(try Scene(Self.policy("ALLOW", rule)).allows(Ask()) == holds)
            #expect(try Scene(Self.policy("DENY", rule)).allows(Ask()) != holds)
        }
    }

    @Test("what nobody can know holds no ALLOW rule, and leaves a DENY rule without the test")
    func unknownAttributes() throws {
        for rule in ["{to: [{operation: {ports: ['8080']}}]}", "{to: [{operation: {notPorts: ['80']}}]}"] {
            #expect(try !Scene(Self.policy("ALLOW", rule)).allows(Ask(port: nil)))
            #expect(try !Scene(Self.policy("DENY", rule)).allows(Ask(port: nil)))
            #expect(try Scene(Self.policy("ALLOW", rule)).allows(Ask(port: 8080)))
        }
    }
}
