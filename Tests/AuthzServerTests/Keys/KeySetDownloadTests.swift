import AuthzServer
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct KeySetDownloadTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// How long the OpenID configuration takes.
        var took: Duration, isInTime: Bool, why: String
        var testDescription: String { why }
    }

    @Test(
        "both fetches of a discovered set share one time limit",
        arguments: [
            Case(took: .seconds(59), isInTime: true, why: "a second is left"),
            Case(took: .seconds(60), isInTime: false, why: "nothing is left"),
        ])
    func deadline(_ c: Case) async throws {
        let start = ContinuousClock.now
        let now = Mutex(start)
        try await ScriptedServer.run { path, _ in
            guard path != "/keys" else { return .ok("{}") }
            now.withLock { $0 = start + c.took }
            return .bytes("HTTP/1.0 200 OK\r\n\r\n{\"jwks_uri\": \"http://127.0.0.1:{PORT}/keys\"}")
        } _: { server in
            var limits = FetchLimits()
            limits.allowsHTTP = true
            let download = KeySetDownload(
                fetcher: DocumentFetcher(limits: limits), cancellation: CancellationFlag()
            ) { now.withLock { $0 } }
            let source = RemoteKeySource(location: .discovery(issuer: server.url("/i")), timeout: .seconds(60))
            let thread = try BlockingThread { Result { try download.document(from: source) } }
            await thread.wait(until: .now + .seconds(3600))
            let result = try #require(thread.value)
            if c.isInTime {
                #expect(try result.get() == Array("{}".utf8))
            } else {
                #expect(throws: FetchError.timedOut) { try result.get() }
            }
            #expect(server.count(of: "/keys") == (c.isInTime ? 1 : 0))
        }
    }
}
