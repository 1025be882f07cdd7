import AuthzCore
import Testing

@testable import AuthzPolicy

@Suite struct ResourceDecodingTests {
    private static func load(_ text: String) throws -> PolicyDocuments {
        try PolicyLoader.load(text: text, file: "p.yaml").documents
    }

    @Test("an AuthorizationPolicy keeps what is written, with places")
    func authorizationPolicy() throws {
        let documents = try Self.load(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata:
              name: orders
              namespace: shop
              labels: {team: a, on: "no"}
              annotations: {istio.io/dry-run: "true"}
              creationTimestamp: 1970-01-01T01:00:00+01:00
            spec:
              selector: {matchLabels: {app: web, version: 1.0}}
              action: DENY
              rules:
                - from:
                    - source: {namespaces: [on], notNamespaces: [yes, 1.0], ipBlocks: ["::1"]}
                    - source: {principals: ["*"]}
                  to:
                    - operation: {ports: [80], methods: [GET]}
                  when:
                    - {key: "request.headers[x]", values: [a], notValues: [b]}
                - {}
            """)
        let policy = try #require(documents.authorizationPolicies.first)
        #expect(policy.metadata.name == "orders")
        #expect(policy.metadata.namespace == "shop")
        #expect(policy.metadata.labels == ["team": "a", "on": "no"])
        #expect(policy.metadata.creationTimestamp == 0)
        #expect(policy.metadata.location.description == "p.yaml:2:1")
        guard case .selector(let labels) = policy.attachment else {
            Issue.record("expected a selector")
            return
        }
        #expect(labels == ["app": "web", "version": "1.0"])
        #expect(policy.action == .deny)
        #expect(policy.isDryRun)
        #expect(policy.rules.count == 2)
        #expect(policy.rules[1].from.isEmpty && policy.rules[1].to.isEmpty && policy.rules[1].when.isEmpty)
        #expect(policy.rules.map(\.location.description) == ["p.yaml:13:7", "p.yaml:20:7"])

        let sources = policy.rules[0].from
        #expect(sources.map { $0.fields.map(\.field) } == [[.namespaces, .ipBlocks], [.principals]])
        #expect(sources[0].fields[0].lists.values.map(\.value) == ["on"])
        #expect(sources[0].fields[0].lists.notValues.map(\.value) == ["yes", "1.0"])
        #expect(sources[0].fields[0].lists.notValues[1].location.description == "p.yaml:14:59")
        #expect(policy.rules[0].to[0].fields.map(\.field) == [.methods, .ports])
        #expect(policy.rules[0].to[0].fields[1].lists.values.map(\.value) == ["80"])
        #expect(policy.rules[0].when[0].key.value == "request.headers[x]")
        #expect(policy.rules[0].when[0].lists.notValues.map(\.value) == ["b"])
    }

    @Test("what is left out of an AuthorizationPolicy has its default")
    func authorizationPolicyDefaults() throws {
        for spec in ["", "spec:\n", "spec: {}\n", "spec: {rules: []}\n", "spec: {rules: null, selector: ~}\n"] {
            let text = "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p}\n" + spec
            let policy = try #require(try Self.load(text).authorizationPolicies.first)
            #expect(policy.action == .allow && policy.rules.isEmpty && !policy.isDryRun)
            #expect(policy.metadata.namespace == "default")
            guard case .everything = policy.attachment else {
                Issue.record("expected everything for \(spec)")
                return
            }
        }
    }

    @Test("targets are those of targetRefs, or the one of targetRef")
    func targets() throws {
        let gateway = "group: gateway.networking.k8s.io"
        let rows: [(spec: String, refs: [TargetRef])] = [
            ("targetRef: {kind: Service, name: s, group: core}", [TargetRef(kind: .service, name: "s")]),
            (
                "targetRefs: [{kind: Gateway, name: g, \(gateway)}, {kind: GatewayClass, name: c, \(gateway)}]",
                [TargetRef(kind: .gateway, name: "g"), TargetRef(kind: .gatewayClass, name: "c")]
            ),
            (
                "target_refs: [{kind: ServiceEntry, name: e, group: networking.istio.io}]",
                [TargetRef(kind: .serviceEntry, name: "e")]
            ),
        ]
        for row in rows {
            let text =
                "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p}\nspec: {\(row.spec)}\n"
            let policy = try #require(try Self.load(text).authorizationPolicies.first)
            guard case .targetRefs(let refs) = policy.attachment else {
                Issue.record("expected targets for \(row.spec)")
                return
            }
            #expect(refs == row.refs)
        }
    }

    @Test("a RequestAuthentication keeps what is written")
    func requestAuthentication() throws {
        let documents = try Self.load(
            """
            apiVersion: security.istio.io/v1beta1
            kind: RequestAuthentication
            metadata: {name: jwt}
            spec:
              jwtRules:
                - issuer: https://a.example
                  audiences: [x, y]
                  jwks: '{"keys": []}'
                  fromHeaders: [{name: x-a, prefix: "Token "}, {name: x-b}]
                  fromParams: [t]
                  fromCookies: [c]
                  outputPayloadToHeader: x-p
                  outputClaimToHeaders: [{header: x-s, claim: sub}]
                  forwardOriginalToken: true
                  spaceDelimitedClaims: [roles]
                  timeout: 1m0.5s
                - {issuer: b, jwks_uri: "https://b.example/keys"}
                - {issuer: c, jwks: ""}
            """)
        let rules = try #require(documents.requestAuthentications.first).rules
        #expect(rules.count == 3)
        let rule = rules[0]
        #expect(rule.issuer == "https://a.example" && rule.audiences == ["x", "y"])
        guard case .inline(let keys) = rule.keys, case .uri(let uri) = rules[1].keys, case .discovery = rules[2].keys
        else {
            Issue.record("expected inline keys, a URI and discovery")
            return
        }
        #expect(keys.value == #"{"keys": []}"# && keys.location.description == "p.yaml:8:13")
        #expect(uri.value == "https://b.example/keys")
        #expect(rule.fromHeaders == [.init(name: "x-a", prefix: "Token "), .init(name: "x-b")])
        #expect(rule.fromParams == ["t"] && rule.fromCookies == ["c"] && rule.outputPayloadToHeader == "x-p")
        #expect(rule.outputClaimToHeaders == [.init(header: "x-s", claim: "sub")])
        #expect(rule.forwardOriginalToken && rule.spaceDelimitedClaims == ["roles"])
        #expect(rule.timeout == .milliseconds(60_500))
        #expect(!rules[1].forwardOriginalToken && rules[1].timeout == .seconds(5))
    }

    @Test("a PeerAuthentication keeps its modes, and UNSET is none")
    func peerAuthentication() throws {
        let documents = try Self.load(
            """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: a}
            spec:
              selector: {matchLabels: {app: web}}
              mtls: {mode: UNSET}
              portLevelMtls: {80: {mode: DISABLE}, "90": {mode: UNSET}, 100: {}, 110: null}
            ---
            {apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: b}, spec: {mtls: {mode: STRICT}}}
            """)
        let policies = documents.peerAuthentications
        #expect(policies.map { $0.mode?.value } == [nil, .strict])
        #expect(policies[0].matchLabels == ["app": "web"])
        let modes = policies[0].portModes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value?.rawValue ?? "-")" }
        #expect(modes == ["80 DISABLE", "90 -", "100 -", "110 -"])
    }
}
