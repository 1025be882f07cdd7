import AuthzCore
import Testing

@testable import authz

/// Suites that are made of decision logs.
@Suite struct SuiteRecorderTests {
    private static let policies = """
        \(SuiteRunnerTests.policies)
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: strict, namespace: shop}
        spec: {mtls: {mode: STRICT}}
        """

    /// Denies by the peer, and on some paths only.
    private static let denial = """
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: no-legacy, namespace: shop}
        spec: {action: DENY, rules: [{from: [{source: {namespaces: [legacy]}}], to: [{operation: {paths: [/old]}}]}]}
        """

    /// A line of a log, with what differs.
    private static func line(_ members: String, outcome: String = "allow") -> String {
        let reason = outcome == "allow" ? "allowed-by-policy" : "no-allow-policy-matched"
        let match = outcome == "allow" ? #""determiningPolicy":"shop/access, rule 1","# : ""
        return
            #"{"time":1,"level":"info","message":"decision","outcome":"\#(outcome)","status":\#(outcome == "allow" ? 200 : 403),"#
            + #""reason":"\#(reason)","workload":"shop/cart",\#(match)\#(members)}"#
    }

    private struct Recorded {
        var status: Int32?
        var suite: String
        var messages: String
        /// What a run of the suite came to.
        var run: SuiteRunnerTests.Run
    }

    private static func record(_ log: String) throws -> Recorded {
        let scratch = try Scratch(["log": log, "policies.yaml": policies])
        let (answers, messages) = (try Capture(), try Capture())
        let console = Console(.plain, answers: answers.stream, messages: messages.stream)
        var settings = PolicySettings()
        settings.paths = [scratch("policies.yaml")]
        var status: Int32?
        do throws(InputError) {
            status = try SuiteRecorder.run(scratch("log"), settings, console)
        } catch {
            console.report(error.diagnostics, error.sources)
        }
        let suite = try answers.text()
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": policies, "a_test.yaml": suite], ["a_test.yaml"], format: .text)
        return Recorded(
            status: status, suite: suite, messages: try messages.text().replacing(scratch.path + "/", with: ""),
            run: run)
    }

    private static let http = #""api":"http","method":"GET","host":"h","path":"/""#

    @Test(
        "what a proxy asked over HTTP without a word of the peer is asked again so, in a mesh of mutual TLS, too",
        arguments: ["http", "forward-auth"])
    func unknownPeer(_ api: String) throws {
        let recorded = try Self.record(Self.line(Self.http.replacing("http\"", with: "\(api)\"")))
        #expect(recorded.status == 0)
        #expect(
            recorded.suite == """
                description: recorded decisions
                tests:
                  - name: "allow GET / from an unknown peer to shop/cart"
                    source: {unknown: true}
                    destination: {workload: shop/cart}
                    request: {method: GET, path: /, host: h}
                    expect: {outcome: allow, status: 200, reason: allowed-by-policy, policy: shop/access, rule: 1}

                """)
        #expect(recorded.messages == "authz: 1 cases of 1 decisions\n")
        #expect(recorded.run.status == 0 && recorded.run.answer == "1 passed, 0 failed\n")
    }

    @Test("a peer that was told, and plaintext that was refused, stay what they were")
    func knownPeers() throws {
        let refused =
            #"{"time":1,"level":"info","message":"decision","api":"http","outcome":"deny","status":0,"#
            + #""reason":"plaintext-not-permitted","determiningPolicy":"shop/strict","workload":"shop/cart","method":"GET","host":"h","path":"/"}"#
        let recorded = try Self.record(
            Self.line("\(Self.http),\"peerPrincipal\":\"cluster.local/ns/a/sa/b\"") + "\n" + refused)
        #expect(recorded.suite.contains("source: {principal: cluster.local/ns/a/sa/b}\n"))
        #expect(!recorded.suite.contains("unknown: true") && !recorded.suite.contains("skip:"), "\(recorded.suite)")
        #expect(recorded.run.status == 0 && recorded.run.answer == "2 passed, 0 failed\n", "\(recorded.run.answer)")
    }

    @Test("what is like another, and what no case can ask again, is counted and named")
    func leftOut() throws {
        let nobody =
            #"{"time":1,"level":"info","message":"decision","api":"http","outcome":"deny","status":403,"reason":"unknown-workload","method":"GET","host":"h","path":"/x"}"#
        let lines = [
            Self.line(Self.http), Self.line(Self.http).replacing("\"time\":1", with: "\"time\":2"), nobody, nobody,
        ]
        let recorded = try Self.record(lines.joined(separator: "\n"))
        #expect(
            recorded.messages
                == "authz: 1 cases of 4 decisions (1 is like another; 2 are left out, as the log names no workload: 2 `unknown-workload`)\n"
        )
        let none = try Self.record(nobody)
        #expect(none.status == nil && none.suite == "")
        #expect(none.messages == "log:1:1: error: the log names no workload in any of its decisions [no-case]\n")
    }

    @Test("what a runtime writes before each line is passed over, and what cannot be read is told with its line")
    func lines() throws {
        let good = Self.line(Self.http)
        let log = """
            authz: checks on 127.0.0.1:9191
            2026-11-26T18:57:02.123Z stderr F {"time":1,"level":"info","message":"listening"}
            2026-11-26T18:57:02.123Z stderr F \(good)
            authz-1  | \(good.replacing("\"/\"", with: "\"/b\""))\r
            \(good.prefix(80))
            {"status": 200}
            {"time":1,"level":"info","message":"decision"}
            """
        let recorded = try Self.record(log)
        #expect(recorded.run.answer == "2 passed, 0 failed\n", "\(recorded.suite)")
        #expect(
            recorded.messages == """
                warning: line 5 of the log is not read: it is cut off, or no JSON
                warning: line 6 of the log is not read: it is no line of the log of `authz serve`
                warning: line 7 of the log is not read: the line of a decision log has no `outcome` and `reason`
                authz: 2 cases of 2 decisions

                """)
    }

    @Test("a suite that only has cases to skip is told to be refused")
    func allSkipped() throws {
        let recorded = try Self.record(Self.line(Self.http.replacing("GET", with: "PUT")))
        #expect(recorded.status == 0)
        #expect(
            recorded.messages == """
                authz: 1 cases of 1 decisions (1 to skip, as the log does not hold what decided)
                warning: no case is left to run, and `authz test` refuses a suite that runs none

                """)
        #expect(recorded.run.status == 2)
    }

    @Test(
        "an unknown peer matches no rule that allows by it, and every one that denies by it", arguments: [true, false])
    func semantics(_ isUnknown: Bool) throws {
        let source = isUnknown ? "source: {unknown: true}, " : "source: {principal: cluster.local/ns/a/sa/b}, "
        let suite = """
            tests:
            - {name: denied, \(source)destination: {workload: shop/cart}, request: {path: /old}, expect: \(isUnknown ? "deny" : "allow")}
            - {name: connection, \(source)destination: {workload: shop/cart}, request: {}, expect: allow}
            """
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": "\(Self.policies)\n\(Self.denial)", "a_test.yaml": suite], ["a_test.yaml"])
        #expect(run.status == 0, "\(run.answer)")
    }
}
