import Foundation
import Testing

/// `POST /v1/check`: the request document of `authz explain`, asked over HTTP.
@Suite struct CheckDocumentTests {
    struct Answer: Decodable {
        struct Place: Decodable {
            var namespace: String
            var name: String
            var rule: Int
            var location: String
        }

        var outcome: String
        var status: Int
        var reason: String
        var determiningPolicy: Place?
        var nearest: Place?
        var requestPrincipal: String?
        var workload: String?
    }

    static func document(_ path: String, token: String? = nil) -> String {
        let credential = token.map { #","token":\#($0)"# } ?? ""
        return """
            {"source":{"principal":"cluster.local/ns/production/sa/frontend"},
             "destination":{"workload":"production/api","port":8080},
             "request":{"method":"GET","path":"\(path)","host":"api.example.com"}\(credential)}
            """
    }

    @Test("the whole decision comes back as JSON")
    func decisions() throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32")
        let ask = { (document: String) in
            let response = try HTTP.send("POST", "/v1/check", to: server.checks, body: document)
            #expect(response.status == 200)
            #expect(response.header("content-type") == "application/json")
            return try JSONDecoder().decode(Answer.self, from: Data(response.body.utf8))
        }

        let allowed = try ask(Self.document("/api/v1/orders"))
        #expect(allowed.outcome == "allow")
        #expect(allowed.reason == "allowed-by-policy")
        #expect(allowed.determiningPolicy?.name == "api-access")
        #expect(allowed.workload == "production/api")

        let denied = try ask(Self.document("/api/v1/admin", token: "\"\(Example.alice)\""))
        #expect(denied.outcome == "deny")
        #expect(denied.status == 403)
        #expect(denied.reason == "denied-by-policy")
        #expect(denied.determiningPolicy?.name == "deny-admin")
        #expect(denied.determiningPolicy?.location.contains("policies/api.yaml:") == true)
        #expect(denied.requestPrincipal == "https://auth.example.com/alice")

        let unmatched = try ask(Self.document("/nowhere"))
        #expect(unmatched.reason == "no-allow-policy-matched")
        #expect(unmatched.determiningPolicy == nil)
        #expect(unmatched.nearest != nil)
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        var body: String
        var why: String

        var testDescription: String { why }
    }

    @Test(
        "what is no request document gets 400",
        arguments: [
            Malformed(body: "", why: "nothing at all"),
            Malformed(body: "{", why: "it ends too early"),
            Malformed(body: "[]]", why: "text follows the value"),
            Malformed(body: "null", why: "not an object"),
            Malformed(body: String(repeating: "[", count: 100_000), why: "nested too deeply"),
            Malformed(body: #"{"source":{}}"#, why: "no destination"),
            Malformed(body: #"{"destination":{"workload":7}}"#, why: "a number for a name"),
            Malformed(body: document("/").replacing("\"method\"", with: "\"verb\""), why: "an unknown field"),
            Malformed(
                body: document("/").replacing("{\"source\"", with: "{\"source\":{},\"source\""), why: "a field twice"),
            Malformed(
                body: document("/", token: #"{"claims":{"iss":"https://auth.example.com","sub":"alice"}}"#),
                why: "claims stand for a token offline only"),
        ])
    func malformed(_ c: Malformed) throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32")
        #expect(try HTTP.send("POST", "/v1/check", to: server.checks, body: c.body).status == 400)
    }
}
