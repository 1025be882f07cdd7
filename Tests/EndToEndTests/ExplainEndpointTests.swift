import Foundation
import Testing

/// `POST /v1/explain`: what `authz explain --format json` prints, over HTTP, but for what would change the decision.
@Suite struct ExplainEndpointTests {
    private static let documents = [
        "examples/requests/allowed.json", "examples/requests/envoy-check.json",
    ]

    @Test("an explanation is that of the command, without the search for a change", arguments: documents)
    func same(_ document: String) throws {
        let server = try RunningServer("--enable-explain")
        let printed = try authz("explain", "--format", "json", document).output
        let reply = try HTTP.send("POST", "/v1/explain", to: server.checks, body: Repository.text(of: document))
        #expect(reply.status == 200)
        #expect(reply.header("content-type") == "application/json")
        #expect(reply.body.hasSuffix("}\n"))
        #expect(printed.hasPrefix(String(reply.body.dropLast(2)) + #","allowedBy":{"alone":true,"#))
        #expect(printed.contains(#""layers":["#))
    }

    @Test("a batch is a list of them")
    func batch() throws {
        let server = try RunningServer("--enable-explain")
        let bodies = try Self.documents.map(Repository.text)
        let reply = try HTTP.send(
            "POST", "/v1/explain", to: server.checks, body: "[\(bodies.joined(separator: ","))]")
        let one = try bodies.map {
            try HTTP.send("POST", "/v1/explain", to: server.checks, body: $0).body.trimmingCharacters(in: .newlines)
        }
        #expect(reply.body == "[\(one.joined(separator: ","))]\n")
    }

    @Test("it is there only where that was asked for, and only for POST")
    func notServed() throws {
        let body = try Repository.text(of: Self.documents[0])
        let closed = try RunningServer()
        #expect(try HTTP.send("POST", "/v1/explain", to: closed.checks, body: body).status == 404)
        let open = try RunningServer("--enable-explain")
        let wrong = try HTTP.send("GET", "/v1/explain", to: open.checks)
        #expect(wrong.status == 405)
        #expect(wrong.header("allow") == "POST")
        let bad = try HTTP.send("POST", "/v1/explain", to: open.checks, body: "{")
        #expect(bad.status == 400)
    }
}
