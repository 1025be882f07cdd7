import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// What a trace says beside the tests: what was derived, left out, expanded, unknown or read with caution.
@Suite struct ExplainedLayerTests {
    private static func policy(_ spec: String) -> String {
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: p, namespace: n}
        spec: \(spec)
        """
    }

    struct AddressCase: Sendable, CustomTestStringConvertible {
        var destination = "labels: {}"
        var proxies = 0
        var forwarded: String?
        var written: String?
        var note: String?
        var why: String

        var testDescription: String { why }
    }

    @Test(
        "the client's address and the entry that gave it",
        arguments: [
            AddressCase(
                forwarded: "9.9.9.9, 1.2.3.4", note: "remote.ip is 1.2.3.4, the last entry of `x-forwarded-for`",
                why: "127: at a sidecar"),
            AddressCase(forwarded: nil, note: nil, why: "the peer goes without saying"),
            AddressCase(
                forwarded: "1.2.3.4:80",
                note: "remote.ip is the peer, 10.0.0.7: the last entry of `x-forwarded-for` is no bare address",
                why: "a port is too much"),
            AddressCase(
                destination: "gateway: g", forwarded: "1.2.3.4",
                note:
                    "remote.ip is the peer, 10.0.0.7: a gateway without trusted proxies does not read `x-forwarded-for`",
                why: "128: no trusted proxies"),
            AddressCase(
                destination: "gateway: g", proxies: 2, forwarded: "1.1.1.1, 2.2.2.2, 3.3.3.3",
                note: "remote.ip is 2.2.2.2, entry 2 from the right of `x-forwarded-for` (numTrustedProxies)",
                why: "129: two trusted proxies"),
            AddressCase(
                destination: "gateway: g", proxies: 2, forwarded: "3.3.3.3",
                note: "remote.ip is the peer, 10.0.0.7: `x-forwarded-for` has fewer than 2 entries",
                why: "130: too few"),
            AddressCase(
                forwarded: "1.2.3.4", written: "5.6.7.8", note: "remote.ip is 5.6.7.8, as the request says",
                why: "what is written goes before"),
        ])
    func remoteIP(_ c: AddressCase) throws {
        var mesh = MeshSettings()
        mesh.trustedProxyCount = c.proxies
        let request = """
            source: {ip: 10.0.0.7\(c.written.map { ", remoteIp: \($0)" } ?? "")}
            destination: {namespace: n, \(c.destination)}
            request: {path: /\(c.forwarded.map { ", headers: {x-forwarded-for: \"\($0)\"}" } ?? "")}
            """
        #expect(try WrittenDecision("", request, mesh: mesh).notes(.request) == [c.note].compactMap(\.self))
    }

    @Test("the path as policies see it")
    func path() throws {
        let request = { (path: String) in "{destination: {namespace: n, labels: {}}, request: {path: \"\(path)\"}}" }
        #expect(
            try WrittenDecision("", request("/a/../b")).notes(.request) == [
                "path `/a/../b` is normalized to `/b` (mode BASE)"
            ])
        #expect(try WrittenDecision("", request("/b")).notes(.request) == [])
    }

    @Test("a principal that aliases expand says what it stands for")
    func aliases() throws {
        var mesh = MeshSettings()
        mesh.trustDomain = "td1"
        mesh.trustDomainAliases = ["td2"]
        let policies = Self.policy(
            "{rules: [{from: [{source: {principals: [cluster.local/ns/a/sa/b, other/ns/a/sa/b]}}]}]}")
        let request = """
            source: {principal: td2/ns/a/sa/b}
            destination: {namespace: n, labels: {}}
            request: {path: /}
            """
        let test = try #require(try WrittenDecision(policies, request, mesh: mesh).rules(.allow).first?.tests.first)
        #expect(test.outcome == .yes)
        #expect(test.sentence == "`spiffe://td2/ns/a/sa/b` matches `td2/ns/a/sa/b`")
        #expect(
            test.notes == [
                "`cluster.local/ns/a/sa/b` stands for `td1/ns/a/sa/b`, `td2/ns/a/sa/b` (trust domain aliases)"
            ])
    }

    struct OmissionCase: Sendable, CustomTestStringConvertible {
        var spec: String
        var profile = Profile.sidecar
        var isTCP = true
        var omission: String?
        var remarks: [String] = []
        var why: String

        var testDescription: String { why }
    }

    @Test(
        "what is left out of a rule, and why",
        arguments: [
            OmissionCase(
                spec: "{rules: [{to: [{operation: {paths: [/x]}}]}]}",
                omission: "it tests `paths`, which only HTTP has, so Istio leaves it out on a TCP port",
                why: "148: an ALLOW rule on TCP"),
            OmissionCase(spec: "{rules: [{to: [{operation: {paths: [/x]}}]}]}", isTCP: false, why: "but not on HTTP"),
            OmissionCase(
                spec: "{action: DENY, rules: [{to: [{operation: {notPaths: [/x], ports: [\"80\"]}}]}]}",
                remarks: ["`notPaths` is left out on a TCP port, since only HTTP has it"],
                why: "147: a DENY rule on TCP goes on without"),
            OmissionCase(
                spec: "{rules: [{when: [{key: \"request.headersX[a]\", values: [v]}]}]}", isTCP: false,
                omission: "Istio cannot read the brackets of `request.headersX[a]`", why: "a key of an ALLOW rule"),
            OmissionCase(
                spec: "{action: DENY, rules: [{when: [{key: \"request.headersX[a]\", values: [v]}]}]}", isTCP: false,
                remarks: ["Istio cannot read the brackets of `request.headersX[a]` and ignores the condition"],
                why: "123: a key of a DENY rule"),
            OmissionCase(
                spec: "{rules: [{to: [{operation: {paths: [/x]}}]}]}", profile: .ambient,
                omission: "it tests `paths`, which ztunnel cannot", why: "153: an ALLOW rule at ztunnel"),
            OmissionCase(
                spec: "{action: DENY, rules: [{to: [{operation: {paths: [/x]}}]}]}", profile: .ambient,
                omission: "ztunnel can test nothing of `to`, so the rule never matches",
                why: "151: a DENY rule at ztunnel"),
            OmissionCase(
                spec: "{action: DENY, rules: [{to: [{operation: {paths: [/x], ports: [\"80\"]}}]}]}",
                profile: .ambient, remarks: ["`paths` is left out, since ztunnel cannot test it"],
                why: "and one that goes on without"),
        ])
    func omissions(_ c: OmissionCase) throws {
        let request = """
            destination: {namespace: n, labels: {}, port: 80}
            \(c.isTCP ? "" : "request: {path: /x}")
            """
        let decision = try WrittenDecision(Self.policy(c.spec), request, profile: c.profile)
        let rule = try #require((decision.rules(.allow) + decision.rules(.deny)).first)
        #expect(rule.omission == c.omission)
        #expect(rule.remarks == c.remarks)
    }

    @Test("an attribute that the request does not say is unknown, and what that means depends on the action")
    func unknown() throws {
        let request = "{destination: {namespace: n, labels: {}}, request: {path: /}}"
        let rule = "rules: [{from: [{source: {ipBlocks: [10.0.0.0/8]}}]}]"
        let allow = try WrittenDecision(Self.policy("{\(rule)}"), request)
        #expect(allow.summary == "deny 403 no-allow-policy-matched")
        #expect(
            allow.rules(.allow).first?.tests.map(\.sentence) == [
                "the request does not say, so the rule does not allow"
            ])
        let deny = try WrittenDecision(Self.policy("{action: DENY, \(rule)}"), request)
        #expect(deny.summary == "deny 403 denied-by-policy")
        #expect(
            deny.rules(.deny).first?.tests.map(\.sentence) == ["the request does not say, so the test is left out"])
    }

    struct MergedCase: Sendable, CustomTestStringConvertible {
        var isDeny = false
        var values = "values"
        var line: String
        var note: String?
        var outcome: Trace.TestStep.Outcome

        var testDescription: String { "\(isDeny ? "DENY" : "ALLOW") \(values) on \(line)" }
    }

    private static let merged = "the caller merged the lines of this header, so each `,` may end a line"

    @Test(
        "a header that a caller merged is read with caution",
        arguments: [
            MergedCase(line: "admin", note: nil, outcome: .yes),
            MergedCase(
                line: "user,admin",
                note: "\(merged); in some readings a line fits, and that does not count as a fit", outcome: .no),
            MergedCase(
                isDeny: true, line: "user,admin",
                note: "\(merged); in some readings a line fits, and that counts as a fit", outcome: .yes),
            MergedCase(
                values: "notValues", line: "user,admin",
                note: "\(merged); in some readings a line fits, and that counts as a fit", outcome: .no),
            MergedCase(
                isDeny: true, values: "notValues", line: "user,admin",
                note: "\(merged); in some readings a line fits, and that does not count as a fit", outcome: .yes),
            MergedCase(line: "a,b", note: "\(merged); however it is read, no line fits", outcome: .no),
        ])
    func mergedHeaders(_ c: MergedCase) throws {
        let action = c.isDeny ? "action: DENY, " : ""
        let policies = Self.policy(
            "{\(action)rules: [{when: [{key: \"request.headers[x-role]\", \(c.values): [admin]}]}]}")
        let request = """
            destination: {namespace: n, labels: {}}
            request: {path: /, headers: {x-role: "\(c.line)"}}
            """
        let decision = try WrittenDecision(policies, request) { $0.hasMergedHeaders = true }
        let test = try #require((decision.rules(.allow) + decision.rules(.deny)).first?.tests.first)
        #expect(test.notes == [c.note].compactMap(\.self))
        #expect(test.outcome == c.outcome)
        // One line for certain: nothing to say.
        let plain = try WrittenDecision(policies, request)
        #expect((plain.rules(.allow) + plain.rules(.deny)).first?.tests.first?.notes == [])
    }
}
