import Testing

/// The Authorization API 1.0 over the policies of its example.
@Suite struct AuthZENTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var subject: String, action: String, resource: String, decision: Bool, why: String
        var testDescription: String { why }

        var json: String { #"{"subject": \#(subject), "action": \#(action), "resource": \#(resource)}"# }
    }

    private static let alice = #"{"type": "user", "id": "alice"}"#
    private static let bob = #"{"type": "user", "id": "bob"}"#
    private static let admin = #"{"type": "user", "id": "bob", "properties": {"role": "admin"}}"#
    private static let active = #"{"type": "record", "id": "record-1", "properties": {"status": "active"}}"#
    private static let archived = #"{"type": "record", "id": "record-2", "properties": {"status": "archived"}}"#

    private static func action(_ name: String, soft: Bool? = nil) -> String {
        soft.map { #"{"name": "\#(name)", "properties": {"soft": \#($0)}}"# } ?? #"{"name": "\#(name)"}"#
    }

    /// The decisions of the certification scenario.
    static let cases = [
        Case(subject: alice, action: action("read"), resource: active, decision: true, why: "Alice reads"),
        Case(subject: alice, action: action("write"), resource: active, decision: true, why: "and writes"),
        Case(subject: bob, action: action("read"), resource: active, decision: true, why: "Bob reads"),
        Case(subject: bob, action: action("write"), resource: active, decision: false, why: "and does not write"),
        Case(
            subject: alice, action: action("write"), resource: archived, decision: false,
            why: "Alice does not write what is archived"),
        Case(subject: admin, action: action("write"), resource: archived, decision: true, why: "an admin does"),
        Case(
            subject: alice, action: action("delete", soft: true), resource: active, decision: true,
            why: "Alice deletes softly"),
        Case(
            subject: alice, action: action("delete", soft: false), resource: active, decision: false,
            why: "and no other way"),
    ]

    private static func start() throws -> RunningServer {
        try RunningServer(policies: "examples/authzen", "--workload", "authzen/records", "--enable-authzen")
    }

    private static let headers = ["content-type": "application/json"]

    @Test("the decisions of the scenario", arguments: cases)
    func decisions(_ c: Case) throws {
        let server = try Self.start()
        let reply = try HTTP.send(
            "POST", "/access/v1/evaluation", to: server.checks, headers: Self.headers, body: c.json)
        #expect(reply.status == 200)
        #expect(reply.header("content-type") == "application/json")
        #expect(reply.body.hasPrefix(#"{"decision":\#(c.decision),"#), "\(reply.body)")
    }

    @Test("all of them in one batch, found by the metadata")
    func batch() throws {
        let server = try Self.start()
        let metadata = try HTTP.send(
            "GET", "/.well-known/authzen-configuration", to: server.checks, headers: ["host": "\(server.checks)"])
        #expect(metadata.body.contains(#""policy_decision_point":"http://\#(server.checks)","#))
        let endpoint = try #require(
            metadata.body.firstMatch(of: /"access_evaluations_endpoint":"http:..[^\/]+([^"]+)"/))
        let reply = try HTTP.send(
            "POST", String(endpoint.1), to: server.checks, headers: Self.headers,
            body: #"{"evaluations": [\#(Self.cases.map(\.json).joined(separator: ","))]}"#)
        let decisions = reply.body.matches(of: /"decision":(true|false)/).map { $0.1 == "true" }
        #expect(decisions == Self.cases.map(\.decision))
    }
}
