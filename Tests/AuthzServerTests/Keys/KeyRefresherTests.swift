import AuthzServer
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct KeyRefresherTests {
    /// What was handed over, and the sets in force: a document counts as a key set when it begins with `{"keys"`.
    private final class Recorder: Sendable {
        private let documents = Mutex<[Int: String]>([:])

        func install(_ document: [UInt8], _ source: Int) -> KeySetAnswer {
            let text = String(decoding: document, as: UTF8.self)
            guard text.hasPrefix(#"{"keys""#) else { return .refused(reason: "not a key set") }
            documents.withLock { $0[source] = text }
            return .installed(keys: 1)
        }

        func document(_ source: Int) -> String? { documents.withLock { $0[source] } }
    }

    private let schedule: KeySchedule = {
        var schedule = KeySchedule()
        schedule.refreshInterval = .milliseconds(5)
        schedule.firstRetry = .milliseconds(5)
        schedule.longestRetry = .milliseconds(10)
        return schedule
    }()

    private func run(
        _ locations: [KeyLocation], recorder: Recorder, while body: @Sendable (KeyStatusBoard) async throws -> Void
    ) async throws {
        var limits = FetchLimits()
        limits.allowsHTTP = true
        let board = KeyStatusBoard(locations)
        let refresher = KeyRefresher(
            sources: locations.map { RemoteKeySource(location: $0, timeout: .seconds(60)) }, schedule: schedule,
            fetcher: DocumentFetcher(limits: limits), board: board,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, install: recorder.install)
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

    @Test("an issuer that stalls does not delay another")
    func stalls() async throws {
        let recorder = Recorder()
        try await ScriptedServer.run { path, _ in
            path == "/stalls" ? .silence : .ok(#"{"keys": []}"#)
        } _: { server in
            try await run([.url(server.url("/stalls")), .url(server.url("/keys"))], recorder: recorder) { board in
                try await eventually("the other was fetched again") { board.all[1].successes >= 2 }
                #expect(!board.allTried)
            }
        }
    }

    @Test("keys are discovered from the issuer")
    func discovers() async throws {
        let recorder = Recorder()
        try await ScriptedServer.run { path, _ in
            switch path {
            case "/realm/.well-known/openid-configuration":
                .ok(#"{"issuer": "x", "jwks_uri": "/k"}"#)
            case "/other/.well-known/openid-configuration":
                .bytes("HTTP/1.0 200 OK\r\n\r\n{\"jwks_uri\": \"http://127.0.0.1:{PORT}/k\"}")
            case "/k": .ok(#"{"keys": [1]}"#)
            default: .status(404)
            }
        } _: { server in
            let locations = ["/realm/", "/other", "/none"].map { KeyLocation.discovery(issuer: server.url($0)) }
            try await run(locations, recorder: recorder) { board in
                try await eventually("each was asked") { board.allTried }
                #expect(recorder.document(1) == #"{"keys": [1]}"#)
                #expect(board.all[0].lastError != nil, "a relative `jwks_uri` is not a URL")
                #expect(board.all[2].lastError == "the answer has status 404")
            }
        }
    }
}
