import AuthzCore
import Foundation
import Testing

@testable import authz

/// What a failed case, and `authz explain SUITE#NAME`, say in the light of what the case expects.
@Suite struct UnmetExpectationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// Behind the inventory.
        var policies: String
        /// The members of the case, but for its name and destination.
        var members: String
        /// Of the failed case, and of the explanation.
        var line: String
        var why: String
        var testDescription: String { why }
    }

    static let inventory = """
        {apiVersion: v1, kind: Pod, metadata: {name: api, namespace: bank, labels: {app: api}}, spec: {serviceAccountName: api, containers: [{ports: [{containerPort: 8080}]}]}}
        ---
        {apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: {name: sso, namespace: bank}, spec: {jwtRules: [{issuer: https://sso.example, jwksUri: https://sso.example/keys}]}}
        """
    static let gateway = "source: {principal: cluster.local/ns/edge/sa/gw}"

    static func policy(_ name: String, _ rest: String, namespace: String = ", namespace: bank") -> String {
        "\n---\n{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: \(name)\(namespace)}, spec: \(rest)}"
    }

    static let fromGateway = "from: [{source: {principals: [cluster.local/ns/edge/sa/gw]}}]"
    private static let strict = """

        ---
        {apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: default, namespace: edge}, spec: {mtls: {mode: STRICT}}}
        """
    private static let lock =
        "\n---\n{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: lock, namespace: bank}, spec: {mtls: {mode: STRICT}}}"
    private static let byClaim = "when: [{key: 'request.auth.claims[roles]', values: [admin]}]"

    private static func run(_ row: Row) throws -> (test: String, explain: String, page: String) {
        try run(policies: row.policies, members: row.members)
    }

    static func run(policies: String, members: String) throws -> (test: String, explain: String, page: String) {
        let files = [
            "policies.yaml": "\(inventory)\(policies)",
            "a_test.yaml": "tests:\n- {name: a, destination: {workload: bank/api, port: 8080}, \(members)}",
        ]
        let test = try SuiteRunnerTests.run(files, ["a_test.yaml"], format: .text)
        let scratch = try Scratch(files)
        var settings = PolicySettings()
        settings.paths = [scratch("policies.yaml")]
        let (answers, messages) = (try Capture(), try Capture())
        let console = Console(
            OutputSettings(format: .text, color: .never, isColorRefused: false, isQuiet: false, isVerbose: false),
            answers: answers.stream, messages: messages.stream)
        let explain = ExplainSettings(
            requestPaths: [scratch("a_test.yaml#a")], policies: settings, failsOnDenial: false, isDifference: false,
            pagePath: scratch("page.html"), folder: scratch.path)
        _ = try Explainer(explain, console).run()
        let page = try String(contentsOfFile: scratch("page.html"), encoding: .utf8)
        return (test.answer, try answers.text().replacing(scratch.path + "/", with: ""), page)
    }

    @Test(
        "what is likely to be the cause is told with the case and its explanation",
        arguments: [
            Row(
                policies: policy(
                    "only-gw",
                    "{action: DENY, rules: [{from: [{source: {principals: [cluster.local/ns/edge/sa/gw]}}], to: [{operation: {methods: [DELETE]}}]}]}"
                ),
                members:
                    "source: {principal: cluster.local/ns/edge/sa/other}, request: {method: DELETE}, expect: {outcome: deny, policy: bank/only-gw}",
                line:
                    "rule 1 of `bank/only-gw` denies nothing of this for its `principals`: with `notPrincipals` in its place it would: is that meant?",
                why: "a field for its opposite"),
            Row(
                policies: policy("read", "{rules: [{\(fromGateway)}]}")
                    + policy("internal", "{rules: [{to: [{operation: {paths: [/internal/*]}}]}]}"),
                members: "\(gateway), request: {path: /internal/x}, expect: {outcome: deny, policy: bank/internal}",
                line:
                    "`bank/internal` (policies.yaml:7:36) has no `action`, so it is ALLOW: perhaps `action: DENY` is meant",
                why: "an action that is left out"),
            Row(
                policies: policy(
                    "api", "{rules: [{\(fromGateway), to: [{operation: {paths: [/a/*]}}]}, {\(byClaim)}]}"),
                members:
                    "\(gateway), token: {claims: {iss: https://sso.example, sub: a, roles: [teller]}}, request: {path: /a/x}, expect: deny",
                line:
                    "rule 2 of `bank/api` has `when` alone; as one rule with rule 1 it would not allow this: is the dash before `when` one too many?",
                why: "a dash before `when`"),
            Row(
                policies: policy("api", "{rules: [{\(fromGateway)}, {to: [{operation: {paths: [/a/*]}}]}]}"),
                members: "\(gateway), request: {path: /b}, expect: deny",
                line:
                    "rule 2 of `bank/api` has `to` alone; as one rule with rule 1 it would not allow this: is the dash before `to` one too many?",
                why: "a dash before `to`"),
            Row(
                policies: policy(
                    "api", "{rules: [{\(fromGateway)}, {to: [{operation: {paths: [/a/*]}}]}, {\(byClaim)}]}"),
                members: "\(gateway), request: {path: /a/b}, expect: deny",
                line:
                    "rules 1 to 3 of `bank/api` say a part each, and each allows by itself; as one rule they would not allow this: are the dashes before `to` and `when` too many?",
                why: "two dashes"),
            Row(
                policies: policy(
                    "api",
                    "{rules: [{to: [{operation: {methods: [GET]}}, {operation: {paths: [/a/*]}}]}]}"),
                members: "\(gateway), request: {path: /b}, expect: deny",
                line:
                    "rule 1 of `bank/api` has `methods` and `paths` in two entries of `to`, and one that fits is enough; as one entry they would not allow this: is the dash before the second `operation` one too many?",
                why: "a dash within `to`"),
            Row(
                policies: policy("ingress", "{rules: [{\(fromGateway)}]}")
                    + policy("token", "{rules: [{from: [{source: {requestPrincipals: ['*']}}]}]}"),
                members: "\(gateway), request: {}, expect: deny",
                line:
                    "ALLOW policies are alternatives: `bank/ingress` allows this, whatever `bank/token` asks for; what has to hold together belongs into one rule",
                why: "two policies"),
            Row(
                policies: policy("read", "{rules: [{\(fromGateway)}]}", namespace: "") + policy("none", "{}"),
                members: "\(gateway), request: {}, expect: {outcome: allow, policy: bank/read}",
                line:
                    "got none; the `metadata` of `read` lacks `namespace` (policies.yaml:5:36), so it is in `default`: "
                    + "is `namespace: bank` meant?",
                why: "a policy without a namespace"),
            Row(
                policies: lock, members: "request: {}, expect: allow",
                line: "the case names no `source`, so it is plaintext; with mutual TLS it names a `principal`",
                why: "a case without a source"),
        ])
    func cause(_ row: Row) throws {
        let run = try Self.run(row)
        #expect(run.test.contains(row.line), "\(run.test)")
        #expect(run.explain.contains(row.line), "\(run.explain)")
    }

    @Test(
        "of a denial for another reason than the expected one no change that allows is told",
        arguments: [
            Row(
                policies: policy("api", "{rules: [{\(fromGateway)}]}") + strict,
                members: "source: {ip: 192.0.2.7}, request: {}, expect: {reason: plaintext-not-permitted}",
                line:
                    "the mode at `bank/api` is PERMISSIVE (Istio's default): no PeerAuthentication with STRICT reaches it; "
                    + "`edge/default` (policies.yaml:7:36) is STRICT for its namespace alone, where no workload is: is `namespace: bank` meant, or `istio-system` for the mesh?",
                why: "plaintext"),
            Row(
                policies: policy("api", "{rules: [{\(fromGateway)}]}") + lock.replacing("STRICT", with: "PERMISSIVE"),
                members: "request: {}, expect: {reason: plaintext-not-permitted}",
                line:
                    "the mode at `bank/api` is PERMISSIVE by `bank/lock` (policies.yaml:7:123); plaintext is refused with `mode: STRICT` there\n",
                why: "a mode that is written"),
            Row(
                policies: policy("api", "{rules: [{from: [{source: {requestPrincipals: ['*']}}]}]}"),
                members: "\(gateway), request: {method: PUT}, expect: {outcome: deny, status: 401}",
                line: "401 is for a token that is refused; without one the policies decide, and their denial is 403",
                why: "a status of tokens"),
        ])
    func otherDenial(_ row: Row) throws {
        let run = try Self.run(row)
        #expect(run.test.contains(row.line), "\(run.test)")
        #expect(run.explain.contains(row.line), "\(run.explain)")
        #expect(run.explain.contains("the case expects a denial: no change that allows is told\n"), "\(run.explain)")
        #expect(!run.explain.contains("smallest change"), "\(run.explain)")
        #expect(run.page.contains("<p class=\"soft\">the case expects a denial: no change that allows is told</p>"))
    }

    @Test("a denial that is expected is explained with its changes, and so is one where allow is expected")
    func changes() throws {
        let policies = Self.policy("api", "{rules: [{\(Self.fromGateway)}]}")
        for expectation in ["deny", "allow"] {
            let run = try Self.run(
                policies: policies, members: "source: {ip: 192.0.2.7}, request: {}, expect: \(expectation)")
            #expect(run.explain.contains("smallest change of the request"), "\(run.explain)")
            #expect(!run.explain.contains("not as the case expects"), "\(run.explain)")
        }
    }

    @Test(
        "rules and policies that both say who comes or what is done are not taken for one, nor what would allow anyway")
    func alternatives() throws {
        let other = "from: [{source: {namespaces: [admin]}}]"
        for policies in [
            Self.policy("api", "{rules: [{\(Self.fromGateway)}, {\(other)}]}"),
            Self.policy("api", "{rules: [{\(Self.fromGateway)}]}") + Self.policy("all", "{rules: [{}]}"),
            Self.policy(
                "api", "{action: ALLOW, rules: [{\(Self.fromGateway)}, {to: [{operation: {methods: [GET]}}]}]}"),
        ] {
            let run = try Self.run(policies: policies, members: "\(Self.gateway), request: {}, expect: deny")
            #expect(run.test.contains("  outcome  expected deny, got allow\n  ALLOW 200"), "\(run.test)")
            #expect(!run.explain.contains("not as the case expects"), "\(run.explain)")
        }
    }
}
