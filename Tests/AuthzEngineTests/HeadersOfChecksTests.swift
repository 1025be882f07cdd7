import AuthzCore
import AuthzEngine
import AuthzPolicy
import Testing

/// Header tests of requests that an Envoy asks about: lines may have been joined, and some headers are not to be seen.
@Suite struct HeadersOfChecksTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var action: String, condition: String, lines: [(name: String, value: String)]
        var isAllowed: Bool, why: String
        var testDescription: String { "\(action) \(condition): \(why)" }

        init(_ action: String, _ condition: String, _ lines: [(String, String)], isAllowed: Bool, why: String) {
            self.action = action
            self.condition = condition
            self.lines = lines
            self.isAllowed = isAllowed
            self.why = why
        }
    }

    private static let role = "{key: \"request.headers[x-role]\", values: [admin]}"
    private static let notRole = "{key: \"request.headers[x-role]\", notValues: [admin]}"
    private static let certificate = "{key: \"request.headers[x-forwarded-client-cert]\", values: [\"*\"]}"
    private static let tags = "{key: \"request.headers[x-tags]\", values: [\"*\"]}"

    @Test(
        "a rule that allows holds in every reading, one that denies in any (SR-10)",
        arguments: [
            Case("DENY", role, [("x-role", "admin")], isAllowed: false, why: "one line"),
            Case("DENY", role, [("x-role", "user")], isAllowed: true, why: "another line"),
            Case("DENY", role, [("x-role", "user,admin")], isAllowed: false, why: "perhaps two lines"),
            Case(
                "DENY", role, [("x-role", "a,b"), ("x-role", "admin")], isAllowed: false,
                why: "a comma hides no later line"),
            Case("DENY", role, [("x-role", "a,b"), ("x-role", "user")], isAllowed: true, why: "and makes none up"),
            Case("ALLOW", role, [("x-role", "admin,user")], isAllowed: false, why: "perhaps one line"),
            Case(
                "ALLOW", role, [("x-role", "a,b"), ("x-role", "admin")], isAllowed: true,
                why: "a line that surely matches"),
            Case(
                "ALLOW", notRole, [("x-role", "a,b"), ("x-role", "admin")], isAllowed: false,
                why: "a later line is excluded"),
            Case("ALLOW", notRole, [("x-role", "a,b"), ("x-role", "user")], isAllowed: true, why: "no line can be"),
            Case(
                "ALLOW", tags, [("x-tags", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18")], isAllowed: true,
                why: "presence does not depend on the reading"),
            Case("ALLOW", tags, [], isAllowed: false, why: "nothing is there"),
            Case("DENY", certificate, [], isAllowed: false, why: "a header that the proxy keeps to itself is unknown"),
            Case("DENY", tags, [], isAllowed: true, why: "others are absent"),
            Case("ALLOW", certificate, [], isAllowed: false, why: "an unknown header allows nothing"),
        ])
    func decision(_ c: Case) throws {
        let text = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: n}
            spec: {action: \(c.action), rules: [{when: [\(c.condition)]}]}
            """
        let documents = try PolicyLoader.load(text: text, file: "p.yaml").documents
        let point = DecisionPoint(policySet: try PolicySet.compile(documents).policySet)
        var destination = RequestDocument.Destination()
        destination.namespace = "n"
        let workload = try #require(point.policySet.workload(for: destination))
        var request = CheckRequest()
        request.operation.method = request.append("GET")
        request.operation.path = request.append("/")
        request.operation.host = request.append("n")
        request.hasMergedHeaders = true
        request.needsNormalization = false
        request.proxyHasAppendedPeer = true
        for line in c.lines { request.appendHeader(name: request.append(line.name), value: request.append(line.value)) }
        var workspace = Workspace()
        var trace: Trace?
        let decision = point.decide(&request, for: workload, now: 0, in: &workspace, trace: &trace)
        #expect((decision.outcome == .allow) == c.isAllowed)
    }
}
