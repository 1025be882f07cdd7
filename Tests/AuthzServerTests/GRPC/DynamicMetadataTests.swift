import Foundation
import SwiftProtobuf
import Testing

@testable import AuthzServer

/// Conditions on what other filters of the proxy found out, where it is told to send that (AP 132).
@Suite struct DynamicMetadataTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var condition: String
        /// `filterMetadata` in JSON.
        var metadata: String
        var isAllowed: Bool, why: String
        var testDescription: String { why }
    }

    private static let key = "key: 'experimental.envoy.filters.http.a[k]'"

    @Test(
        "a text and a list of texts are compared, each with its own form of value",
        arguments: [
            Case(
                condition: "values: [v]", metadata: #""envoy.filters.http.a": {"k": "v"}"#, isAllowed: true,
                why: "a text"),
            Case(
                condition: "values: [v]", metadata: #""envoy.filters.http.a": {"k": "w"}"#, isAllowed: false,
                why: "another"),
            Case(
                condition: "values: ['v*']", metadata: #""envoy.filters.http.a": {"k": "vw"}"#, isAllowed: true,
                why: "a prefix"),
            Case(
                condition: "values: ['[v]']", metadata: #""envoy.filters.http.a": {"k": ["u", 1, "v"]}"#,
                isAllowed: true,
                why: "a list with the text"),
            Case(
                condition: "values: ['[v]']", metadata: #""envoy.filters.http.a": {"k": "v"}"#, isAllowed: false,
                why: "a text is no list"),
            Case(
                condition: "values: [v]", metadata: #""envoy.filters.http.a": {"k": ["v"]}"#, isAllowed: false,
                why: "a list is no text"),
            Case(
                condition: "values: [w, '[v]']", metadata: #""envoy.filters.http.a": {"k": ["v"]}"#, isAllowed: true,
                why: "any of several values"),
            Case(
                condition: "values: ['1']", metadata: #""envoy.filters.http.a": {"k": 1}"#, isAllowed: false,
                why: "a number is no text"),
            Case(
                condition: "notValues: [v]", metadata: #""envoy.filters.http.a": {"k": {"v": "v"}}"#, isAllowed: true,
                why: "nor is a mapping"),
            Case(
                condition: "notValues: [v]", metadata: #""envoy.filters.http.a": {"k": "v"}"#, isAllowed: false,
                why: "a text that is excluded"),
            Case(
                condition: "notValues: [v]", metadata: #""envoy.filters.http.a": {"j": "v"}"#, isAllowed: true,
                why: "a field that is not there is absent"),
            Case(
                condition: "notValues: [v]", metadata: #""envoy.filters.http.b": {"k": "w"}"#, isAllowed: false,
                why: "a namespace that is not sent is unknown"),
            Case(condition: "notValues: [v]", metadata: "", isAllowed: false, why: "as are all where none is sent"),
        ])
    func decisions(_ c: Case) throws {
        let fixture = try CheckFixture(CheckFixture.allow("when: [{\(Self.key), \(c.condition)}]"))
        let json = """
            {"attributes": {
              "contextExtensions": {"workload": "prod/api"}, "request": {"http": {"method": "GET", "path": "/a", "host": "a"}},
              "metadataContext": {"filterMetadata": {\(c.metadata)}}}}
            """
        let document = fixture.ask("POST", "/v1/check", body: json)
        #expect(document.body.contains(#""outcome":"allow""#) == c.isAllowed, "in JSON")

        let client = try HTTP2Client(fixture.responder)
        let message = try Self.check(Self.metadata(c.metadata))
        let reply = client.call("/envoy.service.auth.v3.Authorization/Check", message)
        let answer = try Authz_Oracle_Reply(serializedBytes: try #require(reply.messages.first))
        #expect((answer.status.code == 0) == c.isAllowed, "over gRPC")
    }

    /// A check with this `metadata_context`.
    private static func check(_ metadata: [UInt8]) throws -> [UInt8] {
        var bytes: [UInt8] = try Authz_Oracle_Check.with { check in
            check.attributes.contextExtensions = [
                .with {
                    $0.key = "workload"
                    $0.value = "prod/api"
                }
            ]
            check.attributes.request.http.method = "GET"
            check.attributes.request.http.path = "/a"
            check.attributes.request.http.host = "a"
        }.serializedBytes()
        WireWriter.appendMessage(1, to: &bytes) { WireWriter.append(11, metadata, to: &$0) }
        return bytes
    }

    /// `envoy.config.core.v3.Metadata` with these namespaces, in JSON.
    private static func metadata(_ json: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in try Google_Protobuf_Struct(jsonString: "{\(json)}").fields {
            let fields: [UInt8] = try value.structValue.serializedBytes()
            WireWriter.appendMessage(1, to: &bytes) { entry in
                WireWriter.append(1, Array(name.utf8), to: &entry)
                WireWriter.append(2, fields, to: &entry)
            }
        }
        return bytes
    }

    @Test("of a namespace or a field that comes twice the last counts, and a list in two parts is one")
    func repeated() throws {
        let fixture = try CheckFixture(CheckFixture.allow("when: [{\(Self.key), values: [v, '[v]']}]"))
        let allows = { (metadata: [UInt8]) in
            let reply = try HTTP2Client(fixture.responder).call(
                "/envoy.service.auth.v3.Authorization/Check", Self.check(metadata))
            return try Authz_Oracle_Reply(serializedBytes: try #require(reply.messages.first)).status.code == 0
        }
        let namespace = { (fields: String) in try Self.metadata(#""envoy.filters.http.a": {\#(fields)}"#) }
        #expect(try allows(namespace(#""k": "w""#) + namespace(#""k": "v""#)))
        #expect(try !allows(namespace(#""k": "v""#) + namespace(#""k": "w""#)))
        #expect(try !allows(namespace(#""k": "v""#) + namespace(#""j": "w""#)), "the namespace is another")

        let value = { (json: String) in try Google_Protobuf_Value(jsonString: json).serializedBytes() as [UInt8] }
        let raw = { (parts: [[UInt8]]) in
            var bytes: [UInt8] = []
            WireWriter.appendMessage(1, to: &bytes) { entry in
                WireWriter.append(1, "envoy.filters.http.a", to: &entry)
                WireWriter.appendMessage(2, to: &entry) { fields in
                    WireWriter.appendMessage(1, to: &fields) { field in
                        WireWriter.append(1, "k", to: &field)
                        for part in parts { WireWriter.append(2, part, to: &field) }
                    }
                }
            }
            return bytes
        }
        let values = { (pieces: [String]) in raw(try pieces.map(value)) }
        #expect(try allows(values([#""w""#, #""v""#])))
        #expect(try !allows(values([#""v""#, #""w""#])))
        #expect(try allows(values([#"["v"]"#, #"["w"]"#])), "lists are joined")
        #expect(try !allows(values([#"["v"]"#, "1"])))
        #expect(try !allows(values([#"["v"]"#, #""w""#])))
        // null_value as text, number_value and string_value as varints, bool_value in four bytes, list_value as a varint.
        for other: [UInt8] in [[0x0a, 0], [0x10, 1], [0x18, 1], [0x25, 0, 0, 0, 0], [0x30, 1]] {
            #expect(try allows(raw([value(#""v""#), other])), "a field of another wire type is unknown: \(other)")
            #expect(try !allows(raw([value(#""w""#), other])))
            var list: [UInt8] = []
            let element = try value(#""v""#) + other
            WireWriter.appendMessage(6, to: &list) { WireWriter.append(1, element, to: &$0) }
            #expect(try allows(raw([list])), "in a list, too")
        }
        #expect(try !allows(raw([value(#""v""#), [0x10 | 1, 0, 0, 0, 0, 0, 0, 0, 0]])), "a number takes its place")
    }

    @Test("what cannot be read, or is too much, is denied")
    func unreadable() throws {
        let fixture = try CheckFixture("")
        let status = { (metadata: [UInt8]) in
            let reply = try HTTP2Client(fixture.responder).call(
                "/envoy.service.auth.v3.Authorization/Check", Self.check(metadata))
            return try Authz_Oracle_Reply(serializedBytes: try #require(reply.messages.first)).deniedResponse.status
                .code
        }
        let many = (0..<600).map { #""k\#($0)": "v""# }.joined(separator: ",")
        #expect(try status(Self.metadata(#""a": {"k": "v"}"#)) == 0)
        #expect(try status(Self.metadata(#""a": {\#(many)}"#)) == 400)
        #expect(try status([0x0a, 0x05]) == 400)
        #expect(try status([0x0a, 0x04, 0x12, 0x02, 0x0a, 0x05]) == 400)
    }
}
