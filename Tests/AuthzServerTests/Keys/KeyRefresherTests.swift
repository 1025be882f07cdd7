import AuthzServer
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct KeyRefresherTests {
    /// What was handed over, and the sets in force: a document counts as a key set when it begins with `{"keys"`.
    private final class Recorder: KeySetSink {
        private let documents = Mutex<[Int: String]>([:])
        private let count = Atomic(0)

        /// How many sets were handed over.
        var installations: Int { count.load(ordering: .relaxed) }

        func read(_ document: [UInt8], of source: Int) -> KeySetAnswer {
            let text = String(decoding: document, as: UTF8.self)
            guard text.hasPrefix(#"{"keys""#) else { return .refused(reason: "not a key set") }
            return .keySet(
                ReadKeySet(keys: 1) {
                    self.documents.withLock { $0[source] = text }
                    self.count.add(1, ordering: .relaxed)
                })
        }

        func removeKeys(of source: Int) {
            documents.withLock { $0[source] = nil }
        }

        func document(_ source: Int) -> String? { documents.withLock { $0[source] } }
    }

    private let schedule: KeySchedule = {
        var schedule = KeySchedule()
        schedule.refreshInterval = .milliseconds(5)
        schedule.firstRetry = .milliseconds(5)
        schedule.longestRetry = .milliseconds(10)
        schedule.minimumInterval = .milliseconds(5)
        schedule.lookInterval = .milliseconds(1)
        return schedule
    }()

    private func run(
        _ locations: [KeyLocation], recorder: Recorder, schedule: KeySchedule? = nil, demand: KeyDemand? = nil,
        while body: @Sendable (KeyStatusBoard) async throws -> Void
    ) async throws {
        var limits = FetchLimits()
        limits.allowsHTTP = true
        let board = KeyStatusBoard(locations.map { KeySourceStatus(location: $0) })
        let refresher = KeyRefresher(
            sources: locations.enumerated().map {
                RemoteKeySource(index: $0.offset, location: $0.element, timeout: .seconds(60))
            }, schedule: schedule ?? self.schedule, fetcher: DocumentFetcher(limits: limits), sink: recorder,
            demand: demand ?? KeyDemand(count: locations.count), board: board,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await refresher.run() }
            try await body(board)
            group.cancelAll()
        }
    }

    @Test("keys are fetched at start and again")
    func refreshes() async throws {
        let recorder = Recorder()
        try await ScriptedServer.run { _, count in
            .ok(#"{"keys": [\#(count)]}"#)
        } _: { server in
            try await run([.url(server.url("/keys"))], recorder: recorder) { board in
                try await eventually("a third fetch is in force") { recorder.document(0) == #"{"keys": [2]}"# }
                #expect(board.allTried)
            }
        }
    }

    @Test("a failed first fetch is retried soon")
    func retries() async throws {
        let recorder = Recorder()
        try await ScriptedServer.run { _, count in
            count < 3 ? .status(503) : .ok(#"{"keys": []}"#)
        } _: { server in
            try await run([.url(server.url("/keys"))], recorder: recorder) { board in
                try await eventually("keys are there") { recorder.document(0) != nil }
                #expect(board.all[0].failures == 3)
            }
        }
    }

    @Test(
        "SR-27: the last good keys stay through wrong answers",
        arguments: [
            ScriptedServer.Answer.status(500), .ok("<html>sorry</html>"), .ok(""), .close,
            .bytes("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"keys\": [7]}"),
            .redirect(to: "http://169.254.169.254/keys"),
        ])
    func keeps(_ wrong: ScriptedServer.Answer) async throws {
        let recorder = Recorder()
        try await ScriptedServer.run { _, count in
            count == 0 ? .ok(#"{"keys": [0]}"#) : wrong
        } _: { server in
            try await run([.url(server.url("/keys"))], recorder: recorder) { board in
                try await eventually("three fetches failed") { board.all[0].failures >= 3 }
                #expect(board.all[0].keyCount == 1)
                #expect(board.all[0].lastError != nil)
                #expect(recorder.document(0) == #"{"keys": [0]}"#)
            }
        }
    }

    @Test("the same document is no new set, and 304 is none either")
    func confirms() async throws {
        let recorder = Recorder()
        try await ScriptedServer.run { path, count in
            if path == "/same" { return .ok(#"{"keys": [1]}"#) }
            return count == 0
                ? .ok(#"{"keys": [2]}"#, headers: "etag: \"2\"\r\n") : .bytes("HTTP/1.1 304 Not Modified\r\n\r\n")
        } _: { server in
            try await run(["/same", "/tagged"].map { .url(server.url($0)) }, recorder: recorder) { board in
                try await eventually("each was confirmed") { board.all.allSatisfy { $0.confirmations >= 3 } }
                #expect(recorder.installations == 2)
                #expect(board.all.allSatisfy { $0.successes == 1 && $0.failures == 0 && $0.keyCount == 1 })
                #expect(server.head(of: "/tagged")?.contains("If-None-Match: \"2\"") == true)
            }
        }
    }

    @Test("a set that was refused is fetched whole the next time")
    func refusedIsNotRemembered() async throws {
        let recorder = Recorder()
        try await ScriptedServer.run { _, _ in
            .ok("<html>", headers: "etag: \"1\"\r\n")
        } _: { server in
            try await run([.url(server.url("/keys"))], recorder: recorder) { board in
                try await eventually("three fetches failed") { board.all[0].failures >= 3 }
                #expect(server.head(of: "/keys")?.contains("If-None-Match") == false)
            }
        }
    }

    @Test("SR-27: keys that are too old are taken out of force, and the next good answer brings them back")
    func stale() async throws {
        let recorder = Recorder()
        let isBack = Atomic(false)
        var schedule = schedule
        schedule.maximumStale = .milliseconds(50)
        try await ScriptedServer.run { _, count in
            count == 0 || isBack.load(ordering: .relaxed)
                ? .ok(#"{"keys": [0]}"#, headers: "etag: \"0\"\r\n") : .status(503)
        } _: { server in
            try await run([.url(server.url("/keys"))], recorder: recorder, schedule: schedule) { board in
                try await eventually("there were keys") { recorder.installations == 1 }
                try await eventually("they are gone") { recorder.document(0) == nil }
                try await eventually("the board says so") { board.all[0].keyCount == nil }
                isBack.store(true, ordering: .relaxed)
                try await eventually("they are back") { recorder.document(0) != nil }
            }
        }
    }

    @Test("SR-28: a key that is wanted is fetched long before the interval ends, and not more often than is permitted")
    func wanted() async throws {
        let recorder = Recorder()
        let demand = KeyDemand(count: 2)
        var schedule = schedule
        schedule.refreshInterval = .seconds(3600)
        schedule.minimumRefetch = .milliseconds(100)
        let start = ContinuousClock.now
        try await ScriptedServer.run { _, count in
            .ok(#"{"keys": [\#(count)]}"#)
        } _: { server in
            let locations = ["/a", "/b"].map { KeyLocation.url(server.url($0)) }
            try await run(locations, recorder: recorder, schedule: schedule, demand: demand) { board in
                try await eventually("it was fetched five times") {
                    for _ in 0..<1000 { demand.note(0) }
                    return server.count(of: "/a") >= 5
                }
                let fetches = server.count(of: "/a")
                #expect(fetches <= Int((ContinuousClock.now - start) / .milliseconds(100)) + 1)
                #expect(server.count(of: "/b") <= 1, "the other was not wanted")
            }
        }
    }

    @Test("issuers that stall do not delay another, however many they are")
    func stalls() async throws {
        let recorder = Recorder()
        try await ScriptedServer.run { path, _ in
            path.hasPrefix("/stalls") ? .silence : .ok(#"{"keys": []}"#)
        } _: { server in
            let stalling = (0..<40).map { KeyLocation.url(server.url("/stalls/\($0)")) }
            try await run(stalling + [.url(server.url("/keys"))], recorder: recorder) { board in
                try await eventually("the other was fetched again") { board.all[40].confirmations >= 2 }
                #expect(!board.allTried)
            }
        }
    }

    private static let discovery = "/.well-known/openid-configuration"

    @Test("keys are discovered from the issuer, within the bounds of every fetch")
    func discovers() async throws {
        let recorder = Recorder()
        try await ScriptedServer.run { path, _ in
            let name = path.hasSuffix(Self.discovery) ? String(path.dropLast(Self.discovery.count)) : path
            func configuration(_ issuer: String, _ keys: String) -> ScriptedServer.Answer {
                .bytes("HTTP/1.0 200 OK\r\n\r\n{\"issuer\": \"\(issuer)\", \"jwks_uri\": \"\(keys)\"}")
            }
            let server = "http://127.0.0.1:{PORT}"
            return switch name {
            case "/good": configuration("\(server)/good", "\(server)/k")
            case "/moved": .redirect(to: "/moved/2")
            case "/moved/2": configuration("\(server)/moved", "\(server)/k/moved")
            case "/k/moved": .redirect(to: "/k")
            case "/k": .ok(#"{"keys": [1]}"#)
            case "/relative": configuration("\(server)/relative", "/k")
            case "/other": configuration("\(server)/good", "\(server)/k")
            case "/file": configuration("\(server)/file", "file:///etc/hosts")
            case "/metadata": configuration("\(server)/metadata", "http://169.254.169.254/k")
            case "/away": configuration("\(server)/away", "\(server)/k/away")
            case "/k/away", "/gone": .redirect(to: "http://169.254.169.254/k")
            default: .status(404)
            }
        } _: { server in
            let rows: [(path: String, error: String?)] = [
                ("/good", nil), ("/moved", nil), ("/other", nil), ("/relative", "not a URL"),
                ("/file", "only https and http are fetched"),
                ("/metadata", "connections to 169.254.169.254 are not permitted"),
                ("/away", "connections to 169.254.169.254 are not permitted"),
                ("/gone", "connections to 169.254.169.254 are not permitted"),
                ("/none", "the answer has status 404"),
            ]
            try await run(rows.map { .discovery(issuer: server.url($0.path)) }, recorder: recorder) { board in
                try await eventually("each was asked") { board.allTried }
                for (index, row) in rows.enumerated() {
                    // A relative URL is no URL in whichever words the client finds for it.
                    let error = board.all[index].lastError
                    if row.path == "/relative" { #expect(error != nil) } else { #expect(error == row.error) }
                    #expect((recorder.document(index) != nil) == (row.error == nil), "\(row.path)")
                }
            }
        }
    }
}
