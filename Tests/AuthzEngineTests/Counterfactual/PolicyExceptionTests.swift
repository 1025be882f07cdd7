import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// The exceptions by which a DENY rule would leave a request out.
@Suite struct PolicyExceptionTests {
    private static func search(_ rule: String, _ ask: Ask) throws -> PolicyChanges {
        let text =
            Scene.anyIssuer + """
                ---
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: closed, namespace: foo}
                spec:
                  action: DENY
                  rules:
                  \(rule)

                """
        let documents = try PolicyLoader.load(text: text, file: "p.yaml").documents
        let scene = try Scene(documents)
        let document = ask.document(to: scene.destination)
        let workload = try #require(scene.point.policySet.workload(for: document).workload)
        var nearest = NearestPolicy(of: document, for: workload, by: scene.point, documents: documents, now: scene.now)
        return nearest.search()
    }

    @Test("what a rule leaves out already but for a slip is left out with it, and not who asks")
    func slip() throws {
        let changes = try Self.search(
            #"- {from: [{source: {notRequestPrincipals: ["*"]}}], to: [{operation: {notPaths: [/healthz], ports: ["8080"]}}]}"#,
            Ask(path: "/healthz/")
        ).changes
        #expect(changes.first?.steps == ["add `/healthz/` to `notPaths` of foo/closed, rule 1"])
    }

    @Test(
        "what a rule is for is never left out of it, though who asks would else be the first exception",
        arguments: [
            #"- {from: [{source: {principals: [td1/ns/foo/sa/bar]}}]}"#,
            #"- {from: [{source: {serviceAccounts: [foo/bar]}}]}"#,
            #"- {when: [{key: source.principal, values: [td1/ns/foo/sa/bar]}]}"#,
            #"- {from: [{source: {principals: [td1/ns/foo/sa/bar], namespaces: [foo]}}]}"#,
        ])
    func deadRules(_ rule: String) throws {
        let changes = try Self.search(rule, Ask(isTCP: true)).changes
        #expect(changes.first?.steps == ["add `10.0.0.7` to `notIpBlocks` of foo/closed, rule 1"])
    }

    @Test("nor is the address of a rule for addresses")
    func deadAddresses() throws {
        let rule = #"- {from: [{source: {ipBlocks: [10.0.0.7/32]}}]}"#
        let changes = try Self.search(rule, Ask(principal: nil, isTCP: true)).changes
        #expect(changes.first?.steps == ["add `8080` to `notPorts` of foo/closed, rule 1"])
    }
}
