import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// The ambient profile: assertions 151 to 155 of the AuthorizationPolicy dossier and its 11.2; 23, 24, 86 and 87 of the
/// selection dossier and its 1.5, 2.3.
@Suite struct ZtunnelDecisionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// The `spec` of each AuthorizationPolicy in namespace `foo`.
        var specs: [String]
        var peer: String? = "cluster.local/ns/ns-1/sa/a"
        var port = 80
        var isTCP = false
        var ambient: String
        /// Of the same policies and request at an Envoy sidecar.
        var sidecar: String
        var why: String

        var testDescription: String { "\(why): \(specs.joined(separator: "; ")) from \(peer ?? "plaintext")" }
    }

    private static let allowed = "allow 200"
    private static let denied = "deny 0 denied-by-policy"
    private static let unmatched = "deny 0 no-allow-policy-matched"
    private static let envoyDenied = "deny 403 denied-by-policy"
    private static let envoyUnmatched = "deny 403 no-allow-policy-matched"

    private static let deny: [Case] = [
        Case(
            specs: ["{action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]}"], ambient: allowed,
            sidecar: envoyDenied, why: "AP 151, PA 86: ztunnel knows no methods, and the clause is left empty"),
        Case(
            specs: ["{action: DENY, rules: [{to: [{operation: {ports: [\"80\"]}}]}]}"], ambient: denied,
            sidecar: envoyDenied, why: "AP 151, the neighbor: it knows ports"),
        Case(
            specs: ["{action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]}"], isTCP: true, ambient: "allow 0",
            sidecar: "deny 0 denied-by-policy", why: "AP 151 on TCP: an Envoy denies everything"),
        Case(
            specs: [
                "{action: DENY, rules: [{from: [{source: {namespaces: [ns-1]}}], to: [{operation: {methods: [GET]}}]}]}"
            ], isTCP: true, ambient: "allow 0", sidecar: "deny 0 denied-by-policy",
            why: "AP 152: one empty clause ends the rule (AP 150 at Envoy)"),
        Case(
            specs: ["{action: DENY, rules: [{from: [{source: {namespaces: [ns-1]}}]}]}"], isTCP: true,
            ambient: "deny 0 denied-by-policy", sidecar: "deny 0 denied-by-policy",
            why: "AP 152, the neighbor without methods"),
        Case(
            specs: ["{action: DENY, rules: [{to: [{operation: {ports: [\"8080\"], methods: [GET]}}]}]}"], port: 8080,
            ambient: denied, sidecar: envoyDenied, why: "a field is dropped, the rest denies"),
        Case(
            specs: ["{action: DENY, rules: [{to: [{operation: {ports: [\"8080\"], methods: [POST]}}]}]}"], port: 8080,
            ambient: denied, sidecar: allowed, why: "so it denies more than is written"),
        Case(
            specs: [
                "{action: DENY, rules: [{to: [{operation: {methods: [GET]}}, {operation: {ports: [\"8080\"]}}]}]}"
            ], port: 8080, ambient: denied, sidecar: envoyDenied, why: "of two entries one is left"),
        Case(
            specs: [
                "{action: DENY, rules: [{to: [{operation: {methods: [GET]}}, {operation: {ports: [\"8080\"]}}]}]}"
            ], port: 80, ambient: allowed, sidecar: envoyDenied, why: "and the empty one never matches"),
        Case(
            specs: [
                """
                {action: DENY, rules: [{from: [{source: {namespaces: [ns-1]}}],
                  when: [{key: connection.sni, values: ["*"]}]}]}
                """
            ], ambient: allowed, sidecar: allowed, why: "a condition of another kind is an empty clause"),
        Case(
            specs: [
                """
                {action: DENY, rules: [{from: [{source: {namespaces: [ns-1]}}],
                  when: [{key: source.ip, notValues: [192.0.2.0/24]}]}]}
                """
            ], ambient: denied, sidecar: envoyDenied, why: "the neighbor: source.ip is of its own kind"),
        Case(
            specs: ["{action: DENY, rules: [{from: [{source: {trustDomains: [cluster.local]}}]}]}"],
            ambient: allowed, sidecar: envoyDenied, why: "trustDomains alone denies nothing"),
        Case(
            specs: [
                "{action: DENY, rules: [{from: [{source: {trustDomains: [other], namespaces: [ns-1]}}]}]}"
            ], ambient: denied, sidecar: allowed, why: "beside another field it is dropped"),
        Case(
            specs: ["{action: DENY, rules: [{from: [{source: {remoteIpBlocks: [0.0.0.0/0]}}]}]}"], ambient: allowed,
            sidecar: envoyDenied, why: "remoteIpBlocks counts as HTTP"),
        Case(
            specs: ["{action: DENY, rules: [{from: [{source: {ipBlocks: [0.0.0.0/0]}}]}]}"], ambient: denied,
            sidecar: envoyDenied, why: "ipBlocks does not"),
        Case(
            specs: ["{action: DENY, rules: [{}]}"], ambient: denied, sidecar: envoyDenied,
            why: "a rule without clauses matches everything"),
        Case(
            specs: ["{action: DENY, rules: [{from: [{source: {notPrincipals: [\"*\"]}}]}]}"], peer: nil,
            ambient: denied, sidecar: envoyDenied, why: "no identity: the not… form is true"),
        Case(
            specs: ["{action: DENY, rules: [{from: [{source: {principals: [\"*\"]}}]}]}"], peer: nil,
            ambient: allowed, sidecar: allowed, why: "no identity: the positive form is false"),
    ]

    private static let allow: [Case] = [
        Case(
            specs: ["{rules: [{to: [{operation: {paths: [/x]}}]}]}"], ambient: unmatched, sidecar: allowed,
            why: "AP 153: the rule is left out and the policy still counts"),
        Case(
            specs: ["{rules: [{to: [{operation: {ports: [\"80\"]}}]}]}"], ambient: allowed, sidecar: allowed,
            why: "AP 153, the neighbor"),
        Case(
            specs: [
                """
                {rules: [{from: [{source: {namespaces: [ns-1]}}]},
                  {from: [{source: {namespaces: [ns-2]}}], to: [{operation: {paths: [/x]}}]}]}
                """
            ], peer: "cluster.local/ns/ns-1/sa/a", ambient: allowed, sidecar: allowed,
            why: "PA 87: the rule of the connection allows"),
        Case(
            specs: [
                """
                {rules: [{from: [{source: {namespaces: [ns-1]}}]},
                  {from: [{source: {namespaces: [ns-2]}}], to: [{operation: {paths: [/x]}}]}]}
                """
            ], peer: "cluster.local/ns/ns-2/sa/a", ambient: unmatched, sidecar: allowed,
            why: "PA 87: that with paths does not"),
        Case(
            specs: ["{rules: [{from: [{source: {namespaces: [\"f*o\"]}}]}]}"], peer: "cluster.local/ns/foo/sa/bar",
            ambient: unmatched, sidecar: allowed, why: "AP 155: an inner star stands for itself"),
        Case(
            specs: ["{rules: [{from: [{source: {namespaces: [\"f*\"]}}]}]}"], peer: "cluster.local/ns/foo/sa/bar",
            ambient: allowed, sidecar: allowed, why: "AP 155, the neighbor: a prefix"),
        Case(
            specs: ["{rules: [{from: [{source: {namespaces: [\"*a\"]}}]}]}"], peer: "cluster.local/ns/foo/sa/bar",
            ambient: unmatched, sidecar: allowed, why: "a suffix is that of the namespace, not of `/sa/`"),
        Case(
            specs: ["{rules: [{from: [{source: {namespaces: [\"*o\"]}}]}]}"], peer: "cluster.local/ns/foo/sa/bar",
            ambient: allowed, sidecar: allowed, why: "such as this one"),
        Case(
            specs: ["{rules: [{from: [{source: {namespaces: [\"*\"]}}]}]}"], peer: nil, ambient: unmatched,
            sidecar: envoyUnmatched, why: "presence asks for an identity"),
        Case(
            specs: ["{rules: [{from: [{source: {serviceAccounts: [a, ns-1/a]}}]}]}"], ambient: allowed,
            sidecar: allowed, why: "a service account is namespace and name"),
        Case(
            specs: ["{rules: [{from: [{source: {serviceAccounts: [a]}}]}]}"], ambient: unmatched,
            sidecar: envoyUnmatched, why: "without a namespace it is one of the policy's own"),
        Case(
            specs: ["{rules: [{from: [{source: {principals: [\"spiffe://cluster.local/ns/ns-1/sa/a\"]}}]}]}"],
            ambient: unmatched, sidecar: envoyUnmatched, why: "`spiffe://` in a policy never matches"),
        Case(
            specs: ["{rules: [{from: [{source: {principals: [\"*/sa/a\"]}}]}]}"], ambient: allowed,
            sidecar: allowed, why: "a suffix of the identity"),
        Case(
            specs: ["{rules: [{when: [{key: source.serviceAccount, values: [ns-1/a]}]}]}"], ambient: unmatched,
            sidecar: allowed, why: "the condition source.serviceAccount is not handed on, other than the field"),
        Case(
            specs: ["{rules: [{when: [{key: source.principal, values: [cluster.local/ns/ns-1/sa/a]}]}]}"],
            ambient: allowed, sidecar: allowed, why: "source.principal is"),
        Case(
            specs: ["{rules: [{from: [{source: {trustDomains: [other], namespaces: [ns-1]}}]}]}"],
            ambient: unmatched, sidecar: envoyUnmatched, why: "a rule with trustDomains is left out, never made wider"),
        Case(
            specs: ["{rules: [{}]}"], ambient: allowed, sidecar: allowed, why: "no clause, no question"),
        Case(specs: ["{}"], ambient: unmatched, sidecar: envoyUnmatched, why: "no rule matches nothing"),
        Case(
            specs: [
                "{rules: [{}]}", "{action: DENY, rules: [{from: [{source: {namespaces: [ns-1]}}]}]}",
            ], ambient: denied, sidecar: envoyDenied, why: "DENY goes before ALLOW"),
        Case(
            specs: ["{action: AUDIT, rules: [{}]}"], ambient: allowed, sidecar: allowed, why: "AUDIT is not enforced"),
        Case(
            specs: ["{action: CUSTOM, provider: {name: x}, rules: [{}]}"], ambient: allowed,
            sidecar: "deny 403 denied-by-custom", why: "CUSTOM is not enforced"),
        Case(
            specs: ["{rules: [{}], targetRefs: [{kind: Service, name: s}]}"], ambient: allowed, sidecar: allowed,
            why: "targetRefs are for waypoints"),
    ]

    private static func policies(_ specs: [String]) -> String {
        specs.enumerated().map { index, spec in
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p\(index), namespace: foo}
            spec: \(spec)
            """
        }.joined(separator: "\n---\n")
    }

    @Test("ztunnel decides by connections alone", arguments: deny + allow)
    func connections(_ c: Case) throws {
        let source = c.peer.map { "principal: \($0), " } ?? ""
        let request = """
            source: {\(source)ip: 10.0.0.7, remoteIp: 10.0.0.7}
            destination: {namespace: foo, labels: {app: x}, port: \(c.port)}
            \(c.isTCP ? "" : "request: {method: GET, path: /x, host: x}")
            """
        #expect(try WrittenDecision(Self.policies(c.specs), request, profile: .ambient).summary == c.ambient)
        #expect(try WrittenDecision(Self.policies(c.specs), request).summary == c.sidecar)
    }

    @Test("AP 154: trust domain aliases stand for nothing at ztunnel")
    func aliases() throws {
        let policies = Self.policies([
            "{rules: [{from: [{source: {principals: [cluster.local/ns/foo/sa/bar]}}]}]}"
        ])
        var mesh = MeshSettings()
        mesh.trustDomain = "td1"
        let request = { (domain: String) in
            """
            source: {principal: \(domain)/ns/foo/sa/bar}
            destination: {namespace: foo, labels: {}, port: 80}
            """
        }
        let decide = { (profile: Profile, domain: String) in
            try WrittenDecision(policies, request(domain), profile: profile, mesh: mesh).summary
        }
        #expect(try decide(.ambient, "td1") == Self.unmatched)
        #expect(try decide(.sidecar, "td1") == "allow 0")
        mesh.skipsTrustDomainValidation = true
        #expect(try decide(.ambient, "cluster.local") == "allow 0")
        #expect(try decide(.sidecar, "cluster.local") == Self.unmatched)
    }

    @Test("a dry-run policy is not enforced, and not even tried")
    func dryRun() throws {
        let policy = { (annotations: String) in
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: foo, annotations: {\(annotations)}}
            spec: {action: DENY, rules: [{}]}
            """
        }
        let request = "{destination: {namespace: foo, labels: {}, port: 80}}"
        let dry = try WrittenDecision(policy("istio.io/dry-run: \"true\""), request, profile: .ambient)
        #expect(dry.summary == "allow 0")
        #expect(dry.report.dryRunDeny == nil)
        #expect(try WrittenDecision(policy(""), request, profile: .ambient).summary == "deny 0 denied-by-policy")
    }

    struct ModeCase: Sendable, CustomTestStringConvertible {
        var mode: String
        var peer: String?
        var port = 80
        var ambient: String
        var sidecar: String
        var why: String

        var testDescription: String { "\(mode) from \(peer ?? "plaintext") to \(port): \(why)" }
    }

    @Test(
        "STRICT refuses a peer without an identity, and DISABLE is PERMISSIVE",
        arguments: [
            ModeCase(
                mode: "{mtls: {mode: STRICT}}", peer: nil, ambient: "deny 0 plaintext-not-permitted",
                sidecar: "deny 0 plaintext-not-permitted", why: "PA 23: closed by ztunnel"),
            ModeCase(
                mode: "{mtls: {mode: STRICT}}", peer: "cluster.local/ns/a/sa/b", ambient: "allow 200",
                sidecar: "allow 200", why: "PA 23, the neighbor"),
            ModeCase(
                mode: "{mtls: {mode: STRICT}}", peer: "cluster.local/other", ambient: "deny 0 plaintext-not-permitted",
                sidecar: "allow 200", why: "a name of another form is no identity to ztunnel"),
            ModeCase(
                mode: "{mtls: {mode: DISABLE}}", peer: nil, ambient: "allow 200", sidecar: "allow 200",
                why: "PA 24: plaintext is accepted"),
            ModeCase(
                mode: "{mtls: {mode: DISABLE}}", peer: "cluster.local/ns/a/sa/b", ambient: "allow 200",
                sidecar: "deny 0 mtls-not-accepted", why: "PA 24: and HBONE"),
            ModeCase(
                mode: "{selector: {matchLabels: {app: x}}, mtls: {mode: STRICT}, portLevelMtls: {80: {mode: DISABLE}}}",
                peer: nil, ambient: "allow 200", sidecar: "allow 200", why: "the mode of a port goes before"),
            ModeCase(
                mode: "{selector: {matchLabels: {app: x}}, mtls: {mode: STRICT}, portLevelMtls: {80: {mode: DISABLE}}}",
                peer: nil, port: 81, ambient: "deny 0 plaintext-not-permitted",
                sidecar: "deny 0 plaintext-not-permitted", why: "and leaves the others"),
            ModeCase(
                mode: "{selector: {matchLabels: {app: x}}, portLevelMtls: {80: {mode: STRICT}}}",
                peer: nil, ambient: "deny 0 plaintext-not-permitted", sidecar: "deny 0 plaintext-not-permitted",
                why: "a STRICT port under PERMISSIVE"),
        ])
    func modes(_ c: ModeCase) throws {
        let policy = """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: p, namespace: foo}
            spec: \(c.mode)
            """
        let request = """
            source: {\(c.peer.map { "principal: \($0)" } ?? "")}
            destination: {namespace: foo, labels: {app: x}, port: \(c.port)}
            request: {path: /}
            """
        #expect(try WrittenDecision(policy, request, profile: .ambient).summary == c.ambient)
        #expect(try WrittenDecision(policy, request).summary == c.sidecar)
    }

    @Test("ztunnel neither verifies tokens nor reads requests")
    func tokens() throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: foo}
            spec: {jwtRules: [{issuer: i, jwksUri: "https://i/keys"}]}
            """
        let request = """
            destination: {namespace: foo, labels: {}, port: 80}
            request: {path: /%00, headers: {authorization: Bearer x}}
            """
        let ambient = try WrittenDecision(policies, request, profile: .ambient)
        #expect(ambient.summary == "allow 200")
        #expect(ambient.trace.unattached.map(\.why) == ["ztunnel verifies no tokens"])
        #expect(try WrittenDecision(policies, request).summary == "deny 400 request-invalid")
        let readable = request.replacing("%00", with: "x")
        #expect(try WrittenDecision(policies, readable).summary == "deny 401 token-malformed")
        #expect(try WrittenDecision(policies, readable, profile: .ambient).summary == "allow 200")
    }

    @Test("gateways and waypoints are Envoys in both profiles", arguments: ["gateway: g", "waypoint: w, service: s"])
    func envoys(_ destination: String) throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: foo}
            spec:
              targetRefs:
              - {group: gateway.networking.k8s.io, kind: Gateway, name: g}
              - {kind: Service, name: s}
              action: DENY
              rules: [{to: [{operation: {paths: [/x]}}]}]
            """
        let request = { (path: String) in
            """
            source: {principal: cluster.local/ns/a/sa/b}
            destination: {namespace: foo, \(destination), port: 80}
            request: {path: \(path)}
            """
        }
        for profile in Profile.allCases {
            let decide = { try WrittenDecision(policies, request($0), profile: profile) }
            #expect(try decide("/x").summary == "deny 403 denied-by-policy")
            #expect(try decide("/y").summary == "allow 200")
            #expect(try decide("/x").report.enforcer == String(destination.prefix(while: { $0 != ":" })))
        }
    }

    @Test("the report names the profile, and no key of Envoy where ztunnel decides")
    func report() throws {
        let policies = Self.policies(["{rules: [{from: [{source: {namespaces: [ns-1]}}]}]}"])
        let request = """
            source: {principal: cluster.local/ns/ns-2/sa/a}
            destination: {namespace: foo, labels: {}, port: 80}
            """
        let ambient = try WrittenDecision(policies, request, profile: .ambient).report
        #expect(ambient.profile == .ambient)
        #expect(ambient.enforcer == "ztunnel")
        #expect(ambient.nearest?.rule == 1)
        #expect(ambient.nearest?.envoyID == nil)
        let sidecar = try WrittenDecision(policies, request).report
        #expect(sidecar.profile == .sidecar)
        #expect(sidecar.enforcer == "sidecar")
        #expect(sidecar.nearest?.envoyID == "ns[foo]-policy[p0]-rule[0]")
    }
}
