import AuthzCore
import AuthzServer
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(2))) struct DocumentFetcherTests {
    private func fetcher(_ change: (inout FetchLimits) -> Void = { _ in }) -> DocumentFetcher {
        var limits = FetchLimits()
        limits.allowsHTTP = true
        // Above what a busy machine needs.
        limits.timeout = .seconds(60)
        change(&limits)
        return DocumentFetcher(limits: limits)
    }

    private func fetch(_ url: String, _ fetcher: DocumentFetcher) async throws -> FetchedDocument {
        try await NIOThreadPool.singleton.runIfActive { try fetcher.fetch(url) }
    }

    @Test("the body of a 200 is the document")
    func body() async throws {
        try await ScriptedServer.run { _, _ in
            .ok("{}", headers: "ETag:  \"a\" \r\n")
        } _: { server in
            let document = try await fetch(server.url("/keys"), fetcher())
            #expect(document.body == Array("{}".utf8))
            #expect(document.headers["etag"] == "\"a\"")
        }
    }

    @Test("what is there already is asked for only if it has changed")
    func conditional() async throws {
        try await ScriptedServer.run { path, count in
            switch (path, count) {
            case ("/a", 0): .redirect(to: "/b")
            case ("/a", _): .bytes("HTTP/1.1 304 Not Modified\r\netag: \"2\"\r\n\r\n")
            default: .ok("{}", headers: "ETag: \"1\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n")
            }
        } _: { server in
            let document = try await fetch(server.url("/a"), fetcher())
            let validators = Validators(of: document.headers)
            #expect(validators.entityTag == "\"1\"")
            let answer = try await NIOThreadPool.singleton.runIfActive { [fetcher = fetcher()] in
                try fetcher.fetch(server.url("/a"), since: validators)
            }
            #expect(answer == .notModified(headers: ["etag": "\"2\""]))
            #expect(server.head(of: "/b")?.contains("If-None-Match") == false)
            let head = server.head(of: "/a") ?? ""
            #expect(head.contains("\r\nIf-None-Match: \"1\"\r\n"))
            #expect(head.contains("\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"))
        }
    }

    @Test("304 is no answer to a question without validators")
    func unexpected304() async throws {
        try await ScriptedServer.run { _, _ in
            .bytes("HTTP/1.1 304 Not Modified\r\n\r\n")
        } _: { server in
            for validators in [nil, Validators(of: [:])] {
                await #expect(throws: FetchError.status(304)) {
                    _ = try await NIOThreadPool.singleton.runIfActive { [fetcher = fetcher()] in
                        try fetcher.fetch(server.url("/a"), since: validators)
                    }
                }
            }
        }
    }

    @Test(
        "an entity tag is sent back only if it is visible text",
        arguments: [("\"a\"", true), ("W/\"a\"", true), ("", false), ("\"\u{1}\"", false), ("\"é\"", false)])
    func entityTags(_ tag: String, _ isKept: Bool) {
        #expect(Validators(of: ["etag": tag]).entityTag == (isKept ? tag : nil))
        #expect(Validators(of: ["etag": String(repeating: "x", count: 1025)]).isEmpty)
    }

    @Test("a redirect is followed, and only the last answer counts")
    func redirect() async throws {
        try await ScriptedServer.run { path, _ in
            path == "/a" ? .redirect(to: "/b") : .ok("[]")
        } _: { server in
            let document = try await fetch(server.url("/a"), fetcher())
            #expect(document.body == Array("[]".utf8))
            #expect(server.count(of: "/b") == 1)
        }
    }

    @Test("SR-29: a redirect to a link-local address is refused before a connection")
    func redirectToMetadata() async throws {
        try await ScriptedServer.run { _, _ in
            .redirect(to: "http://169.254.169.254/latest")
        } _: { server in
            let refused = IPAddress(v4: 0xa9fe_a9fe)
            await #expect(throws: FetchError.addressNotAllowed(refused)) {
                _ = try await fetch(server.url("/a"), fetcher())
            }
        }
    }

    @Test(
        "SR-29: a URL that names a refused address is refused, however it is written",
        arguments: ["http://169.254.169.254/", "http://2852039166/", "http://0xa9.0xfe.0xa9.0xfe/"])
    func literal(_ url: String) async throws {
        await #expect(throws: FetchError.addressNotAllowed(IPAddress(v4: 0xa9fe_a9fe))) {
            _ = try await fetch(url, fetcher())
        }
    }

    @Test("the guard sees the address that a name resolves to")
    func resolved() async throws {
        let blocked = ["127.0.0.0/8", "::1"].map { CIDRBlock(parsing: $0.utf8.span) }
        var guarded = fetcher()
        guarded.addresses = AddressGuard(blocked: blocked.compactMap(\.self))
        let copy = guarded
        try await ScriptedServer.run { _, _ in
            .ok("{}")
        } _: { server in
            let error = await #expect(throws: FetchError.self) {
                _ = try await fetch("http://localhost:\(server.port)/keys", copy)
            }
            #expect(
                [IPAddress(v4: 0x7f00_0001), IPAddress(high: 0, low: 1)].contains { error == .addressNotAllowed($0) })
            #expect(server.count(of: "/keys") == 0)
        }
    }

    @Test("redirects end at the limit")
    func redirectLoop() async throws {
        try await ScriptedServer.run { _, _ in
            .redirect(to: "/again")
        } _: { server in
            await #expect(throws: FetchError.tooManyRedirects(limit: 3)) {
                _ = try await fetch(server.url("/a"), fetcher())
            }
            #expect(server.count(of: "/again") == 3)
        }
    }

    @Test(
        "http is refused unless it is allowed, in a redirect, too",
        arguments: ["http://127.0.0.1:1/keys", "file:///etc/passwd", "ftp://127.0.0.1/"])
    func schemes(_ url: String) async throws {
        await #expect(throws: FetchError.schemeNotAllowed(allowsHTTP: false)) {
            _ = try await fetch(url, fetcher { $0.allowsHTTP = false })
        }
        try await ScriptedServer.run { _, _ in
            .redirect(to: "file:///etc/passwd")
        } _: { server in
            await #expect(throws: FetchError.schemeNotAllowed(allowsHTTP: true)) {
                _ = try await fetch(server.url("/a"), fetcher())
            }
        }
    }

    @Test("an answer above the limit is refused, announced or not", arguments: [true, false])
    func tooLarge(isAnnounced: Bool) async throws {
        let body = String(repeating: "x", count: 101)
        try await ScriptedServer.run { _, _ in
            isAnnounced ? .ok(body) : .bytes("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\(body)")
        } _: { server in
            await #expect(throws: FetchError.tooLarge(maximumBytes: 100)) {
                _ = try await fetch(server.url("/a"), fetcher { $0.maximumBytes = 100 })
            }
            let document = try await fetch(server.url("/a"), fetcher { $0.maximumBytes = 101 })
            #expect(document.body.count == 101)
        }
    }

    @Test("endless headers are refused")
    func headers() async throws {
        let line = "x: \(String(repeating: "y", count: 1000))\r\n"
        try await ScriptedServer.run { _, _ in
            .ok("{}", headers: line)
        } _: { server in
            await #expect(throws: FetchError.tooLarge(maximumBytes: 1 << 20)) {
                _ = try await fetch(server.url("/a"), fetcher { $0.maximumHeaderBytes = 1000 })
            }
        }
    }

    @Test("a server that never answers is left at the time limit")
    func silence() async throws {
        try await ScriptedServer.run { _, _ in
            .silence
        } _: { server in
            await #expect(throws: FetchError.timedOut) {
                _ = try await fetch(server.url("/a"), fetcher { $0.timeout = .milliseconds(50) })
            }
        }
    }

    @Test("the body of any success is the document, as for istiod", arguments: [201, 203])
    func success(_ status: Int) async throws {
        try await ScriptedServer.run { _, _ in
            .bytes("HTTP/1.1 \(status) Fine\r\ncontent-length: 2\r\n\r\n{}")
        } _: { server in
            let document = try await fetch(server.url("/a"), fetcher())
            #expect(document.body == Array("{}".utf8))
        }
    }

    @Test("other statuses are no documents", arguments: [404, 500, 503])
    func status(_ status: Int) async throws {
        try await ScriptedServer.run { _, _ in
            .status(status)
        } _: { server in
            await #expect(throws: FetchError.status(status)) { _ = try await fetch(server.url("/a"), fetcher()) }
        }
    }

    @Test("an answer that ends early is refused")
    func truncated() async throws {
        try await ScriptedServer.run { _, _ in
            .bytes("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{}")
        } _: { server in
            await #expect(throws: FetchError.transport("Transferred a partial file")) {
                _ = try await fetch(server.url("/a"), fetcher())
            }
        }
    }

    @Test("what is not a URL is refused", arguments: ["", "http://a b/", "https://", "\u{1}", "http://[::1"])
    func notURLs(_ url: String) async throws {
        await #expect(throws: FetchError.invalidURL) { _ = try await fetch(url, fetcher()) }
    }
}
