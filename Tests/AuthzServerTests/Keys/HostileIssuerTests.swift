import AuthzEngine
import AuthzServer
import AuthzTestSupport
import AuthzToken
import Foundation
import Synchronization
import Testing

/// Issuers, more of them than there are cores, that keep a thread as long as they can.
@Suite(.timeLimit(.minutes(2))) struct HostileIssuerTests {
    /// More than there are threads for tasks, so that one that blocks such a thread is noticed.
    private static let hostileCount = 2 * ProcessInfo.processInfo.activeProcessorCount

    /// A sink whose judgment of a document with `blocks` in it waits for the gate.
    private final class GatedSink: KeySetSink {
        private let gate = Gate()
        private let values = Mutex((documents: [Int: String](), reads: [Int: Int]()))

        func read(_ document: [UInt8], of source: Int) -> KeySetAnswer {
            let text = String(decoding: document, as: UTF8.self)
            values.withLock { $0.reads[source, default: 0] += 1 }
            if text.contains("blocks") { gate.wait() }
            return .keySet(
                ReadKeySet(keys: 1) {
                    self.values.withLock { $0.documents[source] = text }
                })
        }

        func removeKeys(of source: Int) {
            values.withLock { $0.documents[source] = nil }
        }

        func open() { gate.open() }

        func document(_ source: Int) -> String? { values.withLock { $0.documents[source] } }
        func reads(_ source: Int) -> Int { values.withLock { $0.reads[source, default: 0] } }
    }

    private static let schedule: KeySchedule = {
        var schedule = KeySchedule()
        schedule.refreshInterval = .milliseconds(20)
        schedule.firstRetry = .milliseconds(10)
        schedule.longestRetry = .milliseconds(20)
        schedule.minimumInterval = .milliseconds(20)
        schedule.lookInterval = .milliseconds(1)
        return schedule
    }()

    /// - Returns: How long the refresher took to end once it was told to.
    @discardableResult
    private func run(
        _ locations: [KeyLocation], timeout: Duration = .seconds(60), schedule: KeySchedule = schedule,
        sink: any KeySetSink, log: LogRecorder = LogRecorder(),
        while body: @Sendable (KeyStatusBoard) async throws -> Void
    ) async throws -> Duration {
        var limits = FetchLimits()
        limits.allowsHTTP = true
        let board = KeyStatusBoard(locations.map { KeySourceStatus(location: $0) })
        let refresher = KeyRefresher(
            sources: locations.enumerated().map {
                RemoteKeySource(index: $0.offset, location: $0.element, timeout: timeout)
            }, schedule: schedule, fetcher: DocumentFetcher(limits: limits), sink: sink,
            demand: KeyDemand(count: locations.count), board: board, logger: log.logger)
        let end = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await refresher.run() }
            try await body(board)
            group.cancelAll()
            return ContinuousClock.now
        }
        return ContinuousClock.now - end
    }

    @Test("sets that take long to judge, more of them than cores, delay no other and not the end")
    func longJudgment() async throws {
        let sink = GatedSink()
        defer { sink.open() }
        try await ScriptedServer.run { path, count in
            path == "/good" ? .ok(#"{"keys": [\#(count)]}"#) : .ok(#"{"keys": ["blocks"]}"#)
        } _: { server in
            let hostile = (0..<Self.hostileCount).map { KeyLocation.url(server.url("/\($0)")) }
            let wait = try await run(hostile + [.url(server.url("/good"))], sink: sink) { board in
                try await eventually("each is being judged") {
                    hostile.indices.allSatisfy { sink.reads($0) == 1 }
                }
                let before = board.all[hostile.count].successes
                try await eventually("the other is fetched again") { board.all[hostile.count].successes > before + 2 }
            }
            #expect(wait < .seconds(30), "nobody opens the gate before")
        }
    }

    @Test("keys end on time beside a fetch that does not, whose late answer counts no more")
    func outlastsItsLimit() async throws {
        let sink = GatedSink()
        defer { sink.open() }
        var schedule = Self.schedule
        schedule.maximumStale = .seconds(1)
        let answer = Mutex(#"{"keys": [0]}"#)
        try await ScriptedServer.run { _, _ in
            .ok(answer.withLock { $0 })
        } _: { server in
            try await run(
                [.url(server.url("/keys"))], timeout: .milliseconds(200), schedule: schedule, sink: sink
            ) { board in
                try await eventually("there are keys") { sink.document(0) != nil }
                let reads = sink.reads(0)
                answer.withLock { $0 = #"{"keys": ["blocks"]}"# }
                try await eventually("the keys are gone") { sink.document(0) == nil }
                let reason = "the fetch before, which timed out, still looks up a name"
                try await eventually("it is asked again in vain") { board.all[0].lastError == reason }
                let failures = board.all[0].failures
                try await eventually("it is asked again and again in vain") { board.all[0].failures > failures + 3 }
                #expect(sink.reads(0) == reads + 1, "one thread for a source")
                #expect(sink.document(0) == nil)
                answer.withLock { $0 = #"{"keys": [1]}"# }
                sink.open()
                try await eventually("the next fetch brings keys") { sink.document(0) == #"{"keys": [1]}"# }
            }
        }
    }

    @Test("elements by the thousand cost a line of the log for each fetch")
    func floodOfElements() async throws {
        let rules = (0...Self.hostileCount).map { "{issuer: 'i\($0)', jwksUri: 'https://issuer.example/\($0)'}" }
        let store = try CheckFixture(
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: prod}
            spec: {jwtRules: [\(rules.joined(separator: ", "))]}
            """
        ).store
        let names = KeySourceName.all(of: store.current.point).compactMap(\.self)
        let log = LogRecorder()
        let key = KeyScene.keySet(.p256, keyID: "a")
        let flood = String(repeating: "{},", count: 100_000)
        try await ScriptedServer.run { path, count in
            path == "/good" ? .ok(key) : .ok(#"{"n":\#(count),"keys":[\#(flood){}]}"#)
        } _: { server in
            let hostile = (0..<Self.hostileCount).map { KeyLocation.url(server.url("/\($0)")) }
            try await run(
                hostile + [.url(server.url("/good"))],
                sink: KeyInstaller(names: names, store: store, options: KeyOptions()), log: log
            ) { board in
                try await eventually("each is refused") {
                    board.all.dropLast().allSatisfy {
                        $0.lastError == "[keys] in Jwks has 100001 elements, more than 256"
                    }
                }
                let before = board.all[hostile.count].confirmations
                try await eventually("the other is fetched") { board.all[hostile.count].confirmations > before + 2 }
                #expect(store.current.point.keySets.map { $0 != nil } == hostile.map { _ in false } + [true])
                #expect(log.count <= board.all.reduce(2) { $0 + $1.failures + $1.successes })
            }
        }
    }
}
