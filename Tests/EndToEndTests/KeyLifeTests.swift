import AuthzTestSupport
import Foundation
import Testing

/// Keys of a server that is asked all the time, while their issuer does everything wrong.
@Suite(.timeLimit(.minutes(2))) struct KeyLifeTests {
    private static let good = KeyScene.token(KeyScene.first, keyID: "1")
    private static let next = KeyScene.token(KeyScene.second, keyID: "2")
    /// The second key's signature under the first key's name.
    private static let forged = KeyScene.token(KeyScene.second, keyID: "1")
    private static let onlyFirst = KeyScene.keySet([(KeyScene.first, "1")])
    private static let both = KeyScene.keySet([(KeyScene.first, "1"), (KeyScene.second, "2")])
    private static let onlySecond = KeyScene.keySet([(KeyScene.second, "2")])

    private static let faults: [(name: String, answer: ScriptedIssuer.Answer, error: String)] = [
        ("stalls", .stall, "timed out"),
        ("resets", .reset, "Failure when receiving data from the peer"),
        ("500", .status(500), "the answer has status 500"),
        ("HTML", .document("<html>sorry</html>"), "Jwks is an invalid JSON"),
        ("an empty set", .document(#"{"keys": []}"#), "Jwks doesn't have any valid public key"),
        ("nothing", .document(""), "Jwks is an invalid JSON"),
        ("cut off JSON", .document(String(onlyFirst.dropLast(3))), "Jwks is an invalid JSON"),
        (
            "a cut off body", .bytes("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n\(onlyFirst)"),
            "Transferred a partial file"
        ),
        ("10 MB", .document(String(repeating: " ", count: 10 << 20)), "the answer is larger than 1048576 bytes"),
        (
            "a redirect to the metadata service", .redirect(to: "http://169.254.169.254/keys"),
            "connections to 169.254.169.254 are not permitted"
        ),
    ]

    private static func serve(_ issuer: ScriptedIssuer, _ options: String...) throws -> (RunningServer, TemporaryFolder)
    {
        let folder = try KeyScene.policies(KeyScene.rule("http://127.0.0.1:\(issuer.port)/keys?secret"))
        let server = try RunningServer(policies: folder.url.path(), options: ["--allow-http-jwks"] + options)
        try waitForKeys(server)
        return (server, folder)
    }

    private static func waitForKeys(_ server: RunningServer) throws {
        _ = try poll("keys") { try server.check("GET", "/", token: good).status == 200 ? true : nil }
    }

    /// Waits until more fetches than now have ended like this.
    private static func waitForFetch(_ server: RunningServer, _ results: [String], besides before: Int) throws {
        _ = try poll("fetch: \(results)") { try fetches(server, results) > before ? true : nil }
    }

    private static func fetches(_ server: RunningServer, _ results: [String]) throws -> Int {
        let lines = try HTTP.send("GET", "/metrics", to: server.admin).body.split(separator: "\n")
        return results.reduce(0) { sum, result in
            let line = lines.first { $0.hasPrefix("authz_jwks_fetch_total{") && $0.contains("result=\"\(result)\"") }
            return sum + (line?.split(separator: " ").last.flatMap { Int($0) } ?? 0)
        }
    }

    @Test("SR-27, SR-29, SR-30: no fault of an issuer refuses a good token or lets a bad one pass; removed keys stop")
    func faults() throws {
        let issuer = try ScriptedIssuer(.document(Self.onlyFirst))
        let (server, folder) = try Self.serve(issuer, "--jwks-refresh", "100ms")
        let prober = Prober(
            server, [("good", Self.good, .accepted), ("next", Self.next, .refused), ("forged", Self.forged, .refused)])
        for fault in Self.faults { try Self.pass(fault, issuer, server, prober) }
        #expect(try Self.fetches(server, ["success"]) == 1, "it was the same set all the time")

        prober.expect("next", .either)
        issuer.answer(.document(Self.both))
        _ = try poll("the new key") { try server.check("GET", "/", token: Self.next).status == 200 ? true : nil }
        prober.expect("next", .accepted)
        prober.expect("good", .either)
        let successes = try Self.fetches(server, ["success"])
        issuer.answer(.document(Self.onlySecond))
        try Self.waitForFetch(server, ["success"], besides: successes)
        prober.expect("good", .refused)
        #expect(try server.check("GET", "/", token: Self.good).status == 401, "though it was verified before")
        let rounds = prober.rounds
        _ = try poll("probes") { prober.rounds > rounds + 1 ? true : nil }
        prober.stop()
        #expect(prober.wrong.isEmpty)
        withExtendedLifetime(folder) {}
    }

    /// One fault, and the return to normal.
    private static func pass(
        _ fault: (name: String, answer: ScriptedIssuer.Answer, error: String), _ issuer: ScriptedIssuer,
        _ server: RunningServer, _ prober: Prober
    ) throws {
        let failures = try fetches(server, ["failure"])
        issuer.answer(fault.answer)
        try waitForFetch(server, ["failure"], besides: failures)
        // On a busy host a fetch may run out of time before it meets its fault; a later one does not.
        let status = try poll("\(fault.name): \(fault.error)") {
            let status = try HTTP.send("GET", "/readyz?verbose", to: server.admin).body
            return status.contains("\"lastError\":\"\(fault.error)\"") ? status : nil
        }
        #expect(status.contains("\"keys\":1,"), "\(fault.name): \(status)")
        let rounds = prober.rounds
        let successes = try fetches(server, ["success", "unchanged"])
        issuer.answer(.document(onlyFirst))
        try waitForFetch(server, ["success", "unchanged"], besides: successes)
        _ = try poll("probes") { prober.rounds > rounds ? true : nil }
    }

    @Test("SR-27: keys that cannot be fetched again for too long verify nothing, until they can")
    func stale() throws {
        let issuer = try ScriptedIssuer(.document(Self.onlyFirst))
        let (server, folder) = try Self.serve(issuer, "--jwks-refresh", "100ms", "--jwks-max-stale", "1s")
        issuer.answer(.status(500))
        _ = try poll("the end of the keys") {
            try server.check("GET", "/", token: Self.good).status == 401 ? true : nil
        }
        let document = #"{"destination":{"workload":"production/api"},"request":{},"token":"\#(Self.good)"}"#
        let answer = try HTTP.send("POST", "/v1/check", to: server.checks, body: document)
        #expect(answer.body.contains(#""reason":"keys-unavailable""#))
        issuer.answer(.document(Self.onlyFirst))
        try Self.waitForKeys(server)
        withExtendedLifetime(folder) {}
    }

    @Test("SR-28: a new key is found long before the interval ends, and 10,000 made-up ones cause few fetches")
    func unknownKeys() throws {
        let issuer = try ScriptedIssuer(.document(Self.onlyFirst))
        let start = ContinuousClock.now
        let (server, folder) = try Self.serve(issuer, "--jwks-min-refetch", "500ms")
        issuer.answer(.document(Self.both))
        let refused = try server.check("GET", "/", token: Self.next)
        #expect(refused.status == 401)
        #expect(refused.body == "Jwks doesn't have key to match kid or alg from Jwt")
        _ = try poll("the new key") { try server.check("GET", "/", token: Self.next).status == 200 ? true : nil }

        let rest = Self.good.split(separator: ".").dropFirst().joined(separator: ".")
        for batch in 0..<100 {
            let requests = (0..<100).map { number in
                let header = TestBase64URL.encode(Array("{\"alg\":\"ES256\",\"kid\":\"\(batch)-\(number)\"}".utf8))
                return """
                    GET /workload/production/api/check/ HTTP/1.1\r
                    host: a\r
                    authorization: Bearer \(header).\(rest)\r
                    connection: \(number == 99 ? "close" : "keep-alive")\r
                    \r

                    """
            }
            let answers = try HTTP.exchange(requests.joined(), with: server.checks)
            #expect(answers.components(separatedBy: "HTTP/1.1 401").count == 101)
        }
        let fetches = issuer.count
        #expect(fetches >= 2)
        #expect(fetches <= Int((ContinuousClock.now - start) / .milliseconds(500)) + 1)
        withExtendedLifetime(folder) {}
    }

    @Test(
        "a file of keys is read again when it changes; a broken one leaves the keys before it, and the log says where")
    func file() throws {
        let folder = try KeyScene.policies(KeyScene.rule("https://issuer.example/keys"))
        let file = try folder.write(Self.onlyFirst, to: "keys.json")
        let server = try RunningServer(
            policies: folder.url.appending(path: "policies.yaml").path(),
            options: ["--jwks", "https://issuer.example/keys=\(file.path())"])
        #expect(try server.check("GET", "/", token: Self.good).status == 200)
        try folder.write("{\"keys\":\n  [", to: "keys.json")
        let warning = "keys.json:2:4: Jwks is an invalid JSON"
        _ = try poll("warning") { try server.child.errors.contains(warning) ? true : nil }
        #expect(try server.check("GET", "/", token: Self.good).status == 200)
        try folder.write(Self.onlySecond, to: "keys.json")
        _ = try poll("the new key") { try server.check("GET", "/", token: Self.next).status == 200 ? true : nil }
        #expect(try server.check("GET", "/", token: Self.good).status == 401)
    }

    @Test("a file of keys is read again though more connections are opened than the process may have files")
    func manyConnections() throws {
        let folder = try KeyScene.policies(KeyScene.rule("https://issuer.example/keys"))
        let file = try folder.write(Self.onlyFirst, to: "keys.json")
        let server = try RunningServer(
            policies: folder.url.appending(path: "policies.yaml").path(),
            options: ["--jwks", "https://issuer.example/keys=\(file.path())"],
            under: ["/usr/bin/prlimit", "--nofile=\(Self.manyFiles):\(Self.manyFiles)"])
        do {
            let sockets = try (0..<Self.manyFiles + 20).map { _ in try HTTP.connect(to: server.checks) }
            defer { for socket in sockets { close(socket) } }
            try folder.write(Self.onlySecond, to: "keys.json")
            _ = try poll("the new key") { try server.child.errors.contains("keys read") ? true : nil }
        }
        _ = try poll("an answer") { try server.check("GET", "/", token: Self.next).status == 200 ? true : nil }
    }

    /// Enough for the event loops of this host.
    private static let manyFiles = 150 + 8 * ProcessInfo.processInfo.activeProcessorCount

    @Test("what a server measures is what Prometheus reads, and tells no secret of a URL")
    func metrics() throws {
        let issuer = try ScriptedIssuer(.document(Self.onlyFirst))
        let (server, folder) = try Self.serve(issuer)
        let answer = try HTTP.send("GET", "/metrics", to: server.admin)
        #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.body.contains(#"authz_policies_loaded{kind="RequestAuthentication"} 1"#))
        #expect(!answer.body.contains("secret"))
        #expect(try !server.child.errors.contains("secret"))
        let child = try Child(URL(filePath: "/usr/bin/env"), ["promtool", "check", "metrics"], input: answer.body)
        #expect(try child.exitStatus() == 0)
        #expect(try child.output + child.errors == "")
        withExtendedLifetime(folder) {}
    }
}
