import AuthzServer
import AuthzToken
import Testing

@Suite(.timeLimit(.minutes(2))) struct KeySetFetchTests {
    private static let keySet =
        #"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
        + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},{"kty":"oct","k":"c2VjcmV0"}]}"#

    private static func fetch(
        _ locations: [KeyLocation], timeout: Duration = .seconds(60), allowsSymmetricKeys: Bool = false
    ) -> [String] {
        var limits = FetchLimits()
        limits.allowsHTTP = true
        let fetch = KeySetFetch(
            fetcher: DocumentFetcher(limits: limits), options: KeyOptions(allowsSymmetricKeys: allowsSymmetricKeys))
        return fetch.answers(from: locations.map { RemoteKeySource(location: $0, timeout: timeout) }).map { answer in
            switch answer {
            case .keys(let keySet): "\(keySet.keys.count) keys, \(keySet.skipped.count) left out"
            case .failed(let reason): reason
            }
        }
    }

    /// An answer whose length the port decides.
    private static func configuration(_ json: String) -> ScriptedServer.Answer {
        .bytes("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\(json)")
    }

    @Test("each source is answered in its place, by keys or by what went wrong")
    func answers() async throws {
        try await ScriptedServer.run { path, _ in
            switch path {
            case "/keys": .ok(Self.keySet)
            case "/i/.well-known/openid-configuration":
                Self.configuration(
                    #"{"issuer": "http://127.0.0.1:{PORT}/i", "jwks_uri": "http://127.0.0.1:{PORT}/keys"}"#)
            case "/j/.well-known/openid-configuration":
                Self.configuration(#"{"issuer": "http://127.0.0.1:{PORT}/j"}"#)
            case "/html": .ok("<html>")
            case "/redirect": .redirect(to: "http://169.254.169.254/keys")
            default: .status(404)
            }
        } _: { server in
            let issuer = server.url("/i")
            let answers = Self.fetch([
                .url(server.url("/html")), .discovery(issuer: issuer), .url(server.url("/missing")),
                .url(server.url("/keys")), .discovery(issuer: server.url("/j")), .url(server.url("/redirect")),
            ])
            #expect(
                answers == [
                    "the answer is no key set that can be used: Jwks is an invalid JSON", "1 keys, 1 left out",
                    "the answer has status 404", "1 keys, 1 left out", "the OpenID configuration has no `jwks_uri`",
                    "connections to 169.254.169.254 are not permitted",
                ])
            let symmetric = Self.fetch([.url(server.url("/keys"))], allowsSymmetricKeys: true)
            #expect(symmetric == ["2 keys, 0 left out"])
        }
    }

    @Test("sources that stall do so at once, more of them than there are threads")
    func stalled() async throws {
        try await ScriptedServer.run { path, _ in
            path.hasPrefix("/stall") ? .silence : .ok(Self.keySet)
        } _: { server in
            let start = ContinuousClock.now
            let locations = (0..<60).map { KeyLocation.url(server.url("/stall\($0)")) } + [.url(server.url("/keys"))]
            let answers = Self.fetch(locations, timeout: .seconds(2))
            #expect(answers.dropLast().allSatisfy { $0 == "timed out" })
            #expect(answers.last == "1 keys, 1 left out")
            #expect(ContinuousClock.now - start < .seconds(80), "one after the other they take 120 seconds")
        }
    }

    @Test("nothing is asked of no source")
    func none() {
        #expect(Self.fetch([]).isEmpty)
    }
}
