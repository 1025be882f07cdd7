import AuthzEngine
import AuthzPolicy
import Testing

/// The mTLS mode of a port, seen from what a connection is answered (selection dossier 1; SR-20).
@Suite struct PeerAuthenticationTests {
    enum Mode: Sendable { case permissive, strict, disable }

    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var policies: [String]
        /// The mode of port 8080.
        var mode: Mode
        /// Modes of other ports.
        var ports: [UInt16: Mode]
        /// The workload's namespace; `shop`, with labels `app: web, v: 1`.
        var namespace: String
        var why: String

        init(
            _ id: String, _ policies: [String], _ mode: Mode, ports: [UInt16: Mode] = [:],
            in namespace: String = "shop",
            _ why: String
        ) {
            self.id = id
            self.policies = policies
            self.mode = mode
            self.ports = ports
            self.namespace = namespace
            self.why = why
        }

        var testDescription: String { "\(id): \(why)" }
    }

    private static func peer(
        _ spec: String, name: String = "p", in namespace: String = "shop", created: String = "2025-01-01T00:00:00Z"
    ) -> String {
        """
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: \(name), namespace: \(namespace), creationTimestamp: '\(created)'}
        spec: \(spec)

        """
    }

    private static func mesh(_ mode: String) -> String {
        peer("{mtls: {mode: \(mode)}}", name: "mesh", in: "istio-system")
    }
    private static func space(_ mode: String) -> String { peer("{mtls: {mode: \(mode)}}", name: "space") }
    private static func own(
        _ mode: String, ports: String? = nil, name: String = "own", created: String = "2025-01-01T00:00:00Z"
    ) -> String {
        let ports = ports.map { ", portLevelMtls: {\($0)}" } ?? ""
        return peer(
            "{selector: {matchLabels: {app: web}}, mtls: {mode: \(mode)}\(ports)}", name: name, created: created)
    }

    private static let later = "2025-01-01T00:00:05Z"

    private static let cases = [
        Case("PA 1", [], .permissive, "the default"),
        Case("PA 2", [mesh("STRICT")], .strict, "the mesh"),
        Case("PA 3", [mesh("STRICT"), space("PERMISSIVE")], .permissive, "the namespace is narrower"),
        Case("PA 4", [peer("{}", in: "istio-system")], .permissive, "no mode"),
        Case("", [mesh("UNSET")], .permissive, "nor one that is unset"),
        Case("PA 5", [mesh("STRICT"), space("UNSET"), own("UNSET")], .strict, "inherited twice"),
        Case("", [mesh("STRICT"), space("DISABLE"), own("UNSET")], .disable, "inherited once"),
        Case(
            "PA 6", [peer("{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}", in: "istio-system")],
            .permissive, "a selector of the root namespace is ignored"),
        Case(
            "PA 7", [peer("{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}", in: "istio-system")],
            .permissive, in: "istio-system", "for its own workloads too"),
        Case(
            "PA 8", [peer("{selector: {matchLabels: {app: web, v: '2'}}, mtls: {mode: STRICT}}")], .permissive,
            "one label differs"),
        Case(
            "PA 8", [peer("{selector: {matchLabels: {app: web, v: '1'}}, mtls: {mode: STRICT}}")], .strict, "both fit"),
        Case(
            "PA 9", [peer("{selector: {}, mtls: {mode: STRICT}}"), own("UNSET")], .strict,
            "without labels it is the namespace's"),
        Case(
            "PA 10", [own("STRICT", name: "a", created: later), own("PERMISSIVE", name: "b")], .permissive,
            "the older of two"),
        Case(
            "PA 11", [own("STRICT", name: "b"), own("DISABLE", name: "a")], .disable,
            "the smaller name in the same second"),
        Case(
            "PA 12",
            [mesh("DISABLE"), peer("{}", name: "b"), peer("{mtls: {mode: STRICT}}", name: "a", created: later)],
            .disable, "the older counts, though it sets nothing"),
        Case(
            "PA 13, SR-20", [mesh("STRICT"), own("UNSET", ports: "80: {mode: DISABLE}, 90: {mode: UNSET}, 100: {}")],
            .strict, ports: [80: .disable, 90: .strict, 100: .strict], "a port that is unset inherits"),
        Case(
            "PA 14, SR-20", [own("PERMISSIVE", ports: "8080: {mode: STRICT}")], .strict, ports: [80: .permissive],
            "the workload's port, not the Service's"),
        Case(
            "SR-20", [space("STRICT"), own("PERMISSIVE", ports: "8080: {mode: STRICT}, 8081: {mode: STRICT}")], .strict,
            ports: [8081: .strict, 80: .permissive], "several strict ports"),
        Case(
            "PA 15",
            [own("STRICT", name: "a"), own("PERMISSIVE", ports: "8080: {mode: DISABLE}", name: "b", created: later)],
            .strict, "the ports of one that lost do not count"),
        Case(
            "PA 16", [peer("{selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}}", in: "other")], .permissive,
            "another namespace"),
        Case(
            "", [mesh("STRICT"), space("PERMISSIVE")], .strict, in: "istio-system",
            "the root namespace has only the mesh's"),
    ]

    @Test("the narrowest mode that is set counts, and of one class the oldest policy", arguments: cases)
    func composition(_ c: Case) throws {
        var scene = try Scene(
            c.policies.joined(), labels: ["app": "web", "v": "1"], namespace: c.namespace, trustsAnyIssuer: false)
        for (port, mode) in c.ports.merging([8080: c.mode], uniquingKeysWith: { own, _ in own }) {
            Self.expect(mode, at: port, of: scene)
        }
        // The order of the files changes nothing.
        scene = try Scene(
            c.policies.reversed().joined(), labels: ["app": "web", "v": "1"], namespace: c.namespace,
            trustsAnyIssuer: false)
        Self.expect(c.mode, at: 8080, of: scene)
    }

    private static func expect(_ mode: Mode, at port: UInt16, of scene: Scene) {
        let plain = scene.report(Ask(principal: nil, port: port))
        let mutual = scene.report(Ask(port: port))
        let mutualTCP = scene.report(Ask(port: port, isTCP: true))
        #expect((plain.reason == .plaintextNotPermitted) == (mode == .strict), "plaintext to \(port)")
        #expect((mutual.reason == .mtlsNotAccepted) == (mode == .disable), "mTLS to \(port)")
        #expect((plain.outcome == .allow) == (mode != .strict) && (mutual.outcome == .allow) == (mode != .disable))
        #expect(mutualTCP.outcome == .allow)
    }

    @Test("PA 17: what the mode refuses has no answer, and no policy is asked")
    func refusal() throws {
        let scene = try Scene(
            Self.mesh("STRICT") + Scene.policy("{action: AUDIT, rules: [{}]}", namespace: "foo"))
        let report = scene.report(.plaintext())
        #expect(report.status == 0 && report.body == "" && report.audit == [])
        #expect(report.determiningPolicy?.policy.name == "mesh")
        #expect(scene.report(Ask()).audit == ["foo/p"])
    }

    @Test("PA 18, PA 19, PA 20: a peer has a principal where the mode lets it prove one")
    func principals() throws {
        let wantsPeer = Scene.policy("{rules: [{from: [{source: {principals: ['*']}}]}]}")
        for (mode, plain, mutual) in [("PERMISSIVE", false, true), ("STRICT", false, true), ("DISABLE", false, false)] {
            let scene = try Scene(Self.mesh(mode) + wantsPeer)
            #expect(scene.allows(.plaintext()) == plain && scene.allows(Ask()) == mutual, "\(mode)")
        }
        let tcp = try Scene(Self.mesh("DISABLE") + wantsPeer)
        #expect(!tcp.allows(Ask(isTCP: true)), "over TCP to DISABLE there is no principal")
        #expect(try Scene(Self.mesh("PERMISSIVE") + wantsPeer).allows(Ask(isTCP: true)))
    }

    @Test("PA 22: a peer is of the mesh's trust domain, of an alias, or of one whose certificates are accepted")
    func trustDomains() throws {
        var mesh = MeshSettings.test(aliases: ["old"])
        mesh.skipsTrustDomainValidation = false
        mesh.acceptedTrustDomains = ["partner"]
        let scene = try Scene("", mesh: mesh)
        for (identity, isAccepted) in [
            ("spiffe://td1/ns/a/sa/b", true), ("spiffe://old/ns/a/sa/b", true), ("spiffe://partner/x", true),
            ("spiffe://td2/ns/a/sa/b", false), ("spiffe://td1", false), ("spiffe://td11/ns/a/sa/b", false),
            ("CN=td1", false),
        ] {
            let report = scene.report(Ask(principal: identity))
            #expect(report.outcome == (isAccepted ? .allow : .deny), "\(identity)")
            #expect(isAccepted || (report.reason == .trustDomainNotAccepted && report.status == 0))
        }
        let aliasGone = try Scene(
            "",
            mesh: {
                var mesh = mesh
                mesh.trustDomainAliases = []
                return mesh
            }())
        #expect(!aliasGone.allows(Ask(principal: "spiffe://old/ns/a/sa/b")))
    }
}
