import AuthzTestSupport
import Foundation
import Synchronization
import Testing

/// A server whose policies change while it is asked.
@Suite(.timeLimit(.minutes(5))) struct ReloadTests {
    /// The policies of one number. Even ones allow `/even`, odd ones `/odd`; the number is in the name of the policy and in that of
    /// the header which a token would set, so an answer tells each time of which set it is made.
    private static func policies(_ number: Int) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: api, namespace: production, labels: {app: api}}
        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: production}
        spec:
          jwtRules:
          - issuer: '\(KeyScene.issuer)'
            jwks: '\(KeyScene.keySet([(KeyScene.first, "1")]))'
            outputClaimToHeaders: [{header: x-set-\(number), claim: sub}]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: allow-\(number), namespace: production}
        spec: {rules: [{to: [{operation: {paths: [/\(number.isMultiple(of: 2) ? "even" : "odd")]}}]}]}
        """
    }

    private static let broken = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: broken, namespace: production}
        spec:
          rulez: []
        """

    private static func reloads(_ server: RunningServer, _ result: String) throws -> Int {
        let lines = try HTTP.send("GET", "/metrics", to: server.admin).body.split(separator: "\n")
        let line = lines.first { $0.hasPrefix(#"authz_policy_reload_total{result="\#(result)"}"#) }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    @Test("policies are read again when they change; broken ones are refused with their place, and those before stay")
    func changes() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.policies(0), to: "policies.yaml")
        let server = try RunningServer(policies: folder.url.path(), options: [])
        #expect(try server.check("GET", "/even").status == 200)
        #expect(try server.check("GET", "/odd").status == 403)
        try folder.write(Self.policies(1), to: "policies.yaml")
        _ = try poll("the new policies") { try server.check("GET", "/odd").status == 200 ? true : nil }
        #expect(try server.check("GET", "/even").status == 403)

        let broken = try folder.write(Self.broken, to: "broken.yaml")
        _ = try poll("the refusal") { try Self.reloads(server, "failure") == 1 ? true : nil }
        #expect(try server.check("GET", "/odd").status == 200)
        #expect(try HTTP.send("GET", "/readyz", to: server.admin).status == 200)
        let status = try HTTP.send("GET", "/readyz?verbose", to: server.admin).body
        #expect(status.contains("broken.yaml:5:3: unknown field `rulez` in `spec` [unknown-field]"), "\(status)")
        let log = try server.child.errors
        #expect(log.contains(#""code":"unknown-field","column":3,"file":"\#(broken.path())""#), "\(log)")
        #expect(log.contains("policies not reloaded; those before stay"))

        try FileManager.default.removeItem(at: folder.url.appending(path: "broken.yaml"))
        _ = try poll("the reload") { try Self.reloads(server, "success") == 2 ? true : nil }
        #expect(try HTTP.send("GET", "/readyz?verbose", to: server.admin).body.contains(#""lastError":null"#))
    }

    @Test("a file that is cut for a rewrite leaves what it says in force")
    func truncated() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.policies(0), to: "policies.yaml")
        let deny = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny, namespace: production}
            spec: {action: DENY, rules: [{to: [{operation: {paths: [/even]}}]}]}
            """
        try folder.write(deny, to: "deny.yaml")
        let server = try RunningServer(policies: folder.url.path(), options: [])
        #expect(try server.check("GET", "/even").status == 403)
        try folder.write("", to: "deny.yaml")
        _ = try poll("the refusal") { try Self.reloads(server, "failure") > 0 ? true : nil }
        #expect(try server.check("GET", "/even").status == 403)
        #expect(try server.child.errors.contains("deny.yaml` is empty"))
        try folder.write(deny, to: "deny.yaml")
        _ = try poll("the reload") { try Self.reloads(server, "success") > 0 ? true : nil }
        #expect(try server.check("GET", "/even").status == 403)
    }

    @Test("SIGHUP reads them at once, and does not end the process")
    func hangUp() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.policies(0), to: "policies.yaml")
        let server = try RunningServer(policies: folder.url.path(), options: [])
        for count in 1...3 {
            server.child.stop(SIGHUP)
            _ = try poll("reload") { try Self.reloads(server, "success") >= count ? true : nil }
        }
        #expect(try server.check("GET", "/even").status == 200)
    }

    @Test("policies that were refused for a broken file of keys are taken once that file is mended")
    func keyFile() throws {
        let folder = try KeyScene.policies(KeyScene.rule("https://issuer.example/keys"))
        let keys = try TemporaryFolder()
        let keySet = KeyScene.keySet([(KeyScene.first, "1")])
        let file = try keys.write(keySet, to: "keys.json")
        let server = try RunningServer(
            policies: folder.url.path(), options: ["--jwks", "https://issuer.example/keys=\(file.path())"])
        try keys.write("{", to: "keys.json")
        try folder.write("{apiVersion: v1, kind: Pod, metadata: {name: other}}", to: "more.yaml")
        _ = try poll("the refusal") { try Self.reloads(server, "failure") > 0 ? true : nil }
        #expect(try server.check("GET", "/", token: KeyScene.token(KeyScene.first, keyID: "1")).status == 200)
        try keys.write(keySet, to: "keys.json")
        _ = try poll("the reload") { try Self.reloads(server, "success") > 0 ? true : nil }
    }

    /// What the answers under load said.
    private final class Witness: Sendable {
        struct State {
            var answers = 0
            var digests: [String: Int] = [:]
            var numbers: Set<Int> = []
            var wrong: [String] = []
            var isStopped = false
        }

        let state = Mutex(State())

        var isStopped: Bool { state.withLock { $0.isStopped } }

        func stop() { state.withLock { $0.isStopped = true } }

        func fail(_ text: String) {
            state.withLock { state in if state.wrong.count < 10 { state.wrong.append(text) } }
        }

        /// A decision of a set with this number.
        func saw(_ number: Int, _ digest: String?) {
            state.withLock { state in
                state.answers += 1
                state.numbers.insert(number)
                if let digest, state.digests.updateValue(number, forKey: digest) ?? number != number {
                    state.wrong.append("\(digest) is of several sets")
                }
            }
        }
    }

    private struct Answered: Decodable {
        struct Policy: Decodable { var name: String }
        struct Headers: Decodable { var remove: [String] }
        var outcome: String
        var determiningPolicy: Policy?
        var policySet: String
        var headers: Headers
    }

    private static func number(_ text: String?, behind prefix: String) -> Int? {
        guard let text, text.hasPrefix(prefix) else { return nil }
        return Int(text.dropFirst(prefix.count))
    }

    /// Asks until it is stopped; every answer must be that of exactly one set.
    private static func ask(_ address: Address, _ witness: Witness) throws {
        let client = try KeepAliveClient(address)
        let documents = ["/even", "/odd"].map {
            #"{"destination": {"workload": "production/api"}, "request": {"path": "\#($0)"}}"#
        }
        while !witness.isStopped {
            for (path, isEven) in [("/even", true), ("/odd", false)] {
                let answer = try client.send("GET", "/workload/production/api/check\(path)")
                let name = answer.header("x-envoy-auth-headers-to-remove")
                switch (answer.status, number(name, behind: "x-set-")) {
                case (200, let number?) where number.isMultiple(of: 2) == isEven: witness.saw(number, nil)
                case (403, nil): break
                default: witness.fail("\(path): \(answer.status) \(name ?? "")")
                }
            }
            let answer = try client.send("POST", "/v1/check", body: "[\(documents.joined(separator: ","))]")
            let decisions = try JSONDecoder().decode([Answered].self, from: Data(answer.body.utf8))
            let allowed = decisions.indices.filter { decisions[$0].outcome == "allow" }
            guard decisions.count == 2, decisions[0].policySet == decisions[1].policySet, allowed.count == 1,
                let number = number(decisions[allowed[0]].determiningPolicy?.name, behind: "allow-"),
                number.isMultiple(of: 2) == (allowed[0] == 0),
                decisions[allowed[0]].headers.remove == ["x-set-\(number)"]
            else {
                witness.fail(answer.body)
                continue
            }
            witness.saw(number, decisions[0].policySet)
        }
    }

    @Test("100 swaps of good and bad sets at full load: no answer is lost, wrong, or made of two sets")
    func swapsUnderLoad() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.policies(0), to: "policies.yaml")
        let server = try RunningServer(policies: folder.url.path(), options: ["-q"])
        let witness = Witness()
        let ended = Mutex(0)
        let checks = server.checks
        for _ in 0..<4 {
            Thread.detachNewThread {
                do { try Self.ask(checks, witness) } catch { witness.fail("\(error)") }
                ended.withLock { $0 += 1 }
            }
        }
        var good: Set<Int> = [0]
        for number in 1...100 {
            let isBad = number % 3 == 2
            let result = isBad ? "failure" : "success"
            let before = try Self.reloads(server, result)
            // At no moment is a bad set there without what makes it bad.
            if isBad { try folder.write(Self.broken, to: "broken.yaml") }
            try folder.write(Self.policies(number), to: "policies.yaml")
            if !isBad {
                good.insert(number)
                try folder.write("# mended", to: "broken.yaml")
            }
            server.child.stop(SIGHUP)
            _ = try poll("load \(number)") { try Self.reloads(server, result) > before ? true : nil }
        }
        witness.stop()
        _ = try poll("the end of the clients") { ended.withLock { $0 } == 4 ? true : nil }
        let state = witness.state.withLock { $0 }
        #expect(state.wrong.isEmpty, "\(state.wrong)")
        #expect(state.numbers.isSubset(of: good), "a refused set decided: \(state.numbers.subtracting(good))")
        #expect(state.numbers.count > 10)
        #expect(state.answers > 100)
        try server.child.checkRunning()
    }
}
