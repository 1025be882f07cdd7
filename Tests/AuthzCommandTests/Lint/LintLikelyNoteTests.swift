import AuthzEngine
import Testing

@testable import authz

/// What `authz lint` suspects without a request that would prove it.
@Suite struct LintLikelyNoteTests {
    private static func workload(_ name: String, in namespace: String, ports: String = "") -> String {
        """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name), namespace: \(namespace), labels: {app: \(name)}}
        spec: {containers: [{name: c, ports: [\(ports)]}]}

        """
    }

    private static func policy(_ namespace: String, _ spec: String) -> String {
        """
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: a, namespace: \(namespace)}
        spec: {\(spec)}

        """
    }

    private static let web = #"rules: [{from: [{source: {namespaces: [web]}}]}]"#

    @Test(
        "a port that neither a container nor a Service has is named, unless nobody says what ports there are",
        arguments: [
            (#"{containerPort: 8080}"#, "9090", true), (#"{containerPort: 8080}"#, "8080", false),
            (#"{containerPort: 8080}"#, "80", false), ("", "9090", false),
        ])
    func ports(_ containers: String, _ port: String, _ isNamed: Bool) throws {
        let service =
            "---\napiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: shop}\nspec: {selector: {app: api}, ports: [{port: 80, targetPort: 8080}]}\n"
        let notes = try LintRun(
            Self.workload("api", in: "shop", ports: containers) + service
                + Self.policy(
                    "shop",
                    "rules: [{from: [{source: {namespaces: [web]}}], to: [{operation: {ports: [\"\(port)\"]}}]}]")
        ).result.notes
        #expect(
            notes.map(\.message)
                == (isNamed ? ["no container and no Service has the port `\(port)` of shop/a, rule 1"] : []))
        #expect(
            notes.map(\.hint)
                == (isNamed ? ["is `8080` meant? if it is not, add the port to the manifest of the workload"] : []))
    }

    @Test("a policy for a Service is told to act at a waypoint alone, unless there is one", arguments: [false, true])
    func waypoint(_ hasWaypoint: Bool) throws {
        let service =
            "---\napiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: shop}\nspec: {selector: {app: api}, ports: [{port: 80}]}\n"
        let gateway =
            "---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: waypoint, namespace: shop}\nspec: {gatewayClassName: istio-waypoint}\n"
        let notes = try LintRun(
            Self.workload("api", in: "shop") + service + (hasWaypoint ? gateway : "")
                + Self.policy("shop", #"targetRefs: [{kind: Service, group: "", name: api}], \#(Self.web)"#)
        ).result.notes
        let message =
            "shop/a is attached to a Service, so it acts at a waypoint alone, and no waypoint is among the policies: a sidecar does not enforce it"
        #expect(notes.map(\.message) == (hasWaypoint ? [] : [message]))
        #expect(notes.allSatisfy { $0.policy?.name == "a" })
    }

    @Test("a claim with a dot in its name is named, unless it is a URL")
    func claims() throws {
        let notes = { (claim: String) in
            try LintRun(
                Self.workload("api", in: "shop")
                    + Self.policy("shop", "rules: [{when: [{key: 'request.auth.claims[\(claim)]', values: [a]}]}]")
            ).result.notes.map(\.hint)
        }
        #expect(
            try notes("realm_access.roles") == [
                "if a claim within another is meant, write `request.auth.claims[realm_access][roles]`"
            ])
        #expect(try notes("realm_access][roles") == [])
        #expect(try notes("https://a.example/roles") == [])
    }

    @Test("a DENY policy of one rule that says who and one that says what is named")
    func denials() throws {
        let who = "{from: [{source: {namespaces: [web]}}]}"
        let what = #"{to: [{operation: {methods: [DELETE], ports: ["8080"]}}]}"#
        let notes = { (rules: String) in
            try LintRun(Self.workload("api", in: "shop") + Self.policy("shop", "action: DENY, rules: [\(rules)]"))
                .result.notes.map(\.hint)
        }
        #expect(try notes("\(who), \(what)") == ["if both have to hold, take the dash before `to` away"])
        #expect(try notes("\(what), \(who)") == [])
    }

    @Test("one namespace without ALLOW policies among others that have them is named")
    func forgotten() throws {
        let workloads = ["shop", "web", "pay"].map { Self.workload("api", in: $0) }.joined()
        let two = workloads + ["shop", "web"].map { Self.policy($0, Self.web) }.joined()
        #expect(
            try LintRun(two).result.notes.map(\.message) == [
                "no ALLOW policy reaches a workload of the namespace `pay`, and all those of the other namespaces have one: there all is allowed that nothing denies"
            ])
        #expect(try LintRun(two + Self.policy("pay", "")).result.notes == [])
        #expect(try LintRun(workloads + Self.policy("shop", Self.web)).result.notes == [])
    }

    @Test(
        "STRICT for one namespace alone is named where another one asks who the peer is",
        arguments: [
            ("web", true), ("istio-system", false), ("shop", false),
        ])
    func lonelyMode(_ namespace: String, _ isNamed: Bool) throws {
        let mode = { (namespace: String) in
            """
            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: \(namespace)}
            spec: {mtls: {mode: STRICT}}

            """
        }
        let set = Self.workload("api", in: "shop") + Self.workload("web", in: "web") + Self.policy("shop", Self.web)
        let notes = try LintRun(set + mode(namespace)).result.notes
        let message =
            "no PeerAuthentication reaches the namespace `shop`, where plaintext passes, and policies there ask who the peer is: web/default is for its own namespace alone"
        #expect(notes.map(\.message) == (isNamed ? [message] : []))
        #expect(notes.map(\.hint) == (isNamed ? ["mesh-wide it belongs in the namespace `istio-system`"] : []))
        #expect(try LintRun(set).result.notes == [])
        #expect(try LintRun(set + mode(namespace) + mode("other")).result.notes == [])
    }

    @Test(
        "a path with a slash at its end is named, unless what it leaves out is named, too",
        arguments: [
            (#""/items/""#, true), (#""/items/", /other"#, true), (#""/items/", /items"#, false),
            (#""/items/", "/items/*""#, false), (#""/""#, false), (#""*/""#, false), (#""/{*}/""#, false),
        ])
    func slashes(_ paths: String, _ isNamed: Bool) throws {
        let notes = try LintRun(
            Self.workload("api", in: "shop")
                + Self.policy(
                    "shop", "rules: [{from: [{source: {namespaces: [web]}}], to: [{operation: {paths: [\(paths)]}}]}]")
        ).result.notes
        let message =
            "`/items/` of shop/a, rule 1, is that path alone: neither `/items` nor what stands below"
        #expect(notes.map(\.message) == (isNamed ? [message] : []))
        #expect(notes.map(\.hint) == (isNamed ? ["if these are meant, write `/items` and `/items/*`"] : []))
    }

    @Test(
        "a PeerAuthentication without a mode is named with the mode that it leaves",
        arguments: [
            ("{mtls: {}}", "shop", true), ("{}", "shop", true), ("{mtls: {mode: UNSET}}", "istio-system", true),
            ("{mtls: {mode: PERMISSIVE}}", "shop", false), ("{mtls: {}}", "web", false),
            ("{selector: {matchLabels: {app: api}}, portLevelMtls: {'8080': {mode: STRICT}}}", "shop", false),
        ])
    func unsetMode(_ spec: String, _ namespace: String, _ isNamed: Bool) throws {
        let mode = """
            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: a, namespace: \(namespace)}
            spec: \(spec)

            """
        let notes = try LintRun(Self.workload("api", in: "shop") + mode).result.notes.filter { $0.policy?.name == "a" }
        let message = "\(namespace)/a sets no mode, so that it changes nothing: the mode there is PERMISSIVE"
        #expect(notes.map(\.message) == (isNamed ? [message] : []))
        #expect(notes.map(\.hint) == (isNamed ? ["if plaintext is to be refused, write `mtls: {mode: STRICT}`"] : []))
    }

    @Test("a mode for a namespace that is nearly another one is named")
    func modes() throws {
        let mode = { (namespace: String) in
            """
            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: \(namespace)}
            spec: {mtls: {mode: STRICT}}

            """
        }
        let notes = try LintRun(Self.workload("api", in: "shop") + mode("shopp")).result.notes
        #expect(notes.map(\.hint) == ["did you mean `shop`?"])
        #expect(try LintRun(Self.workload("api", in: "shop") + mode("billing")).result.notes == [])
    }
}
