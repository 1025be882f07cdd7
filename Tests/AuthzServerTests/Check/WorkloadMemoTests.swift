import AuthzServer
import Foundation
import SwiftProtobuf
import Testing

/// What one caller asks on an event loop says nothing to another's question.
@Suite struct WorkloadMemoTests {
    private static let policy = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: api, namespace: prod}
        spec: {selector: {matchLabels: {app: api}}, rules: [{to: [{operation: {paths: [/ok]}}]}]}
        """

    struct Question: Sendable {
        var extensions: [String: String] = [:]
        var labels: [String: String] = [:]

        func message(_ path: String) throws -> [UInt8] {
            try Authz_Oracle_Check.with { check in
                check.attributes.contextExtensions = Self.entries(extensions)
                check.attributes.destination.labels = Self.entries(labels)
                check.attributes.destination.principal = "spiffe://td/ns/prod/sa/other"
                check.attributes.request.http.method = "GET"
                check.attributes.request.http.path = path
                check.attributes.request.http.host = "a"
            }.serializedBytes()
        }

        private static func entries(_ map: [String: String]) -> [Authz_Oracle_Entry] {
            map.sorted { $0.key < $1.key }.map { pair in
                .with {
                    $0.key = pair.key
                    $0.value = pair.value
                }
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var first: Question, second: Question, why: String
        var testDescription: String { why }
    }

    @Test(
        "two questions never look alike",
        arguments: [
            Case(
                first: Question(extensions: ["namespace": "prod/api"]),
                second: Question(extensions: ["workload": "prod/api"]), why: "a namespace as the name of a workload"),
            Case(
                first: Question(extensions: ["namespace": "prod\0app=api"]),
                second: Question(extensions: ["namespace": "prod", "labels": "app=api"]),
                why: "a namespace as one with labels"),
            Case(
                first: Question(extensions: ["namespace": "prod"]),
                second: Question(extensions: ["namespace": "prod", "labels": ""]), why: "no labels, and empty ones"),
            Case(
                first: Question(labels: ["app\0api\0v": "1"]), second: Question(labels: ["app": "api", "v": "1"]),
                why: "one label as two"),
        ])
    func alike(_ c: Case) throws {
        let answers = { (questions: [Question]) in
            let client = try HTTP2Client(try CheckFixture(Self.policy).responder)
            return try questions.enumerated().map { index, question in
                let reply = try client.call(
                    "/envoy.service.auth.v3.Authorization/Check", question.message("/secret"),
                    stream: UInt32(2 * index + 1))
                return try Authz_Oracle_Reply(serializedBytes: try #require(reply.messages.first)).status.code
            }
        }
        let second = try answers([c.second])[0]
        #expect(try answers([c.first, c.second])[1] == second)
        let first = try answers([c.first])[0]
        #expect(try answers([c.second, c.first])[1] == first)
    }

    @Test(
        "a workload that cannot be is unknown, not one without policies",
        arguments: [
            Question(extensions: ["namespace": "prod/api"]), Question(extensions: ["namespace": "prod\0app=api"]),
            Question(extensions: ["namespace": "Prod"]),
            Question(extensions: ["namespace": String(repeating: "a", count: 64)]),
            Question(extensions: ["namespace": "prod", "labels": "app\0x=api"]),
            Question(extensions: ["namespace": "prod", "labels": "x=\(String(repeating: "a", count: 64))"]),
            Question(labels: ["app\0api\0v": "1"]),
        ])
    func impossible(_ question: Question) throws {
        let client = try HTTP2Client(try CheckFixture(Self.policy).responder)
        let reply = try client.call("/envoy.service.auth.v3.Authorization/Check", question.message("/ok"))
        #expect(try Authz_Oracle_Reply(serializedBytes: try #require(reply.messages.first)).status.code == 7)
    }
}
