import AuthzServer
import Testing

/// Answers that are made to cost or to mislead, fetched.
@Suite(.timeLimit(.minutes(2))) struct HostileAnswerTests {
    private func fetch(_ url: String, maximumBytes: Int = 1000) async throws -> FetchedDocument {
        var limits = FetchLimits()
        limits.allowsHTTP = true
        limits.timeout = .seconds(60)
        limits.maximumBytes = maximumBytes
        let fetcher = DocumentFetcher(limits: limits)
        let thread = try BlockingThread { Result { try fetcher.fetch(url) } }
        await thread.wait(until: .now + .seconds(3600))
        return try #require(thread.value).get()
    }

    @Test("the body of a redirect counts, though nobody reads it", arguments: [1000, 10 << 20])
    func redirectBody(_ count: Int) async throws {
        let chunk = "\(String(count, radix: 16))\r\n\(String(repeating: "x", count: count))\r\n0\r\n\r\n"
        try await ScriptedServer.run { path, _ in
            path == "/a"
                ? .bytes("HTTP/1.1 302 Found\r\nlocation: /b\r\ntransfer-encoding: chunked\r\n\r\n\(chunk)") : .ok("{}")
        } _: { server in
            if count == 1000 {
                let document = try await fetch(server.url("/a"))
                #expect(document.body == Array("{}".utf8))
            } else {
                await #expect(throws: FetchError.tooLarge(maximumBytes: 1000)) { try await fetch(server.url("/a")) }
                #expect(server.count(of: "/b") == 0)
            }
        }
    }

    struct Trailer: Sendable, CustomTestStringConvertible {
        var fields: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "trailer fields change neither body nor headers",
        arguments: [
            Trailer(fields: "", why: "none"),
            Trailer(fields: "etag: \"2\"\r\ncache-control: max-age=9\r\n", why: "of headers"),
            Trailer(fields: "HTTP/1.1: x\r\n", why: "with a name that begins like a status line"),
        ])
    func trailers(_ c: Trailer) async throws {
        let head = "HTTP/1.1 200 OK\r\netag: \"1\"\r\nHTTP/1: y\r\ntransfer-encoding: chunked\r\n\r\n"
        try await ScriptedServer.run { _, _ in
            .bytes("\(head)2\r\n{}\r\n0\r\n\(c.fields)\r\n")
        } _: { server in
            let document = try await fetch(server.url("/a"))
            #expect(document.body == Array("{}".utf8))
            #expect(document.headers == ["etag": "\"1\"", "http/1": "y", "transfer-encoding": "chunked"])
        }
    }

    @Test("trailer fields of an empty body are none of its headers")
    func trailersOfNothing() async throws {
        try await ScriptedServer.run { _, _ in
            .bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\netag: \"2\"\r\n\r\n")
        } _: { server in
            let document = try await fetch(server.url("/a"))
            #expect(document.headers == ["transfer-encoding": "chunked"])
        }
    }

    @Test("a header line without end is called what it is")
    func headerLine() async throws {
        let line = String(repeating: "y", count: 1 << 20)
        try await ScriptedServer.run { _, _ in
            .ok("{}", headers: "x: \(line)\r\n")
        } _: { server in
            let error = FetchError.transport("a header line is too long, or memory ran out")
            await #expect(throws: error) { try await fetch(server.url("/a")) }
        }
    }

    @Test("what is fetched beside https is said, as it is permitted", arguments: [false, true])
    func schemes(_ allowsHTTP: Bool) {
        let text = "\(FetchError.schemeNotAllowed(allowsHTTP: allowsHTTP))"
        #expect(
            text
                == (allowsHTTP
                    ? "only https and http are fetched" : "only https is fetched; `--allow-http-jwks` permits http"))
    }
}
