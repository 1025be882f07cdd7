import AuthzCore
import AuthzTestSupport
import Foundation
import SwiftProtobuf
import Testing

@testable import AuthzServer

/// A reply that its reader cannot parse is an error to it, and one that fails open lets the request pass.
@Suite struct CheckReplyTests {
    private static let policy = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: prod}
        spec:
          jwtRules:
          - issuer: a
            jwks: '\(TestSigner.p256.jwks())'
            fromHeaders: [{name: x-jwt}, {name: k0}]
            outputClaimToHeaders: [{header: x-name, claim: name}]
        """

    private let responder: CheckResponder

    init() throws {
        responder = try CheckFixture(Self.policy, defaultWorkload: "prod/api").responder
    }

    /// The reply to a check, read by another's protobuf.
    private func ask(_ message: [UInt8], _ loop: inout CheckLoopState) throws -> Authz_Oracle_Reply {
        var reply = GRPCReply()
        responder.respond(
            to: message.span, of: .check, from: Peer(address: nil, isTrusted: false), in: &loop, with: &reply)
        #expect(reply.status == .ok)
        return try Authz_Oracle_Reply(serializedBytes: Array(reply.bytes.dropFirst(5)))
    }

    private static func check(
        path: String, host: String = "a", headers: [(String, [UInt8])]
    ) throws -> [UInt8] {
        try Authz_Oracle_Check.with { check in
            check.attributes.request.http.method = "GET"
            check.attributes.request.http.path = path
            check.attributes.request.http.host = host
            check.attributes.request.http.headerMap.headers = headers.map { name, value in
                .with {
                    $0.key = name
                    $0.rawValue = Data(value)
                }
            }
        }.serializedBytes()
    }

    private static let badToken = ("x-jwt", Array("a.b.c".utf8))

    @Test("a path that is cut in the middle of a character is text all the same", arguments: 0..<4)
    func cut(_ shift: Int) throws {
        var loop = responder.makeLoopState()
        let path = "/x?" + String(repeating: "a", count: shift) + String(repeating: "é☃😀", count: 60)
        let reply = try ask(try Self.check(path: path, headers: [Self.badToken]), &loop)
        #expect(reply.deniedResponse.status.code == 401)
        let challenge = try #require(reply.deniedResponse.headers.first).header.value
        #expect(challenge.hasPrefix("Bearer realm=\"http://a\(path.prefix(80))"))
        #expect(challenge.hasSuffix("\", error=\"invalid_token\""))
    }

    @Test("bytes of a header that are no text become `!`")
    func original() throws {
        var loop = responder.makeLoopState()
        let headers = [Self.badToken, ("x-envoy-original-path", Array("/a".utf8) + [0xff, 0xc3, 0x62])]
        let reply = try ask(try Self.check(path: "/x", headers: headers), &loop)
        #expect(
            reply.deniedResponse.headers.first?.header.value == #"Bearer realm="http://a/a!!b", error="invalid_token""#)
    }

    @Test("whatever a check says, its reply can be parsed", arguments: [1, 2, 3, 4] as [UInt64])
    func generated(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var generator = CheckGenerator(seed: seed)
        var loop = responder.makeLoopState()
        var refusedTokens = 0
        let bytes: () -> [UInt8] = {
            (0..<Int.random(in: 0..<400, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random) | (Bool.random(using: &random) ? 0x80 : 0x20)
            }
        }
        for _ in 0..<500 {
            let text = { String(decoding: bytes(), as: UTF8.self) }
            let headers = [Self.badToken, ("x-envoy-original-path", bytes()), ("x-other", bytes())]
            let message = try Self.check(
                path: "/" + text(), host: text(), headers: Array(headers.prefix(Int.random(in: 0...3, using: &random))))
            if try ask(message, &loop).deniedResponse.status.code == 401 { refusedTokens += 1 }
            let other = try generator.bytes()
            _ = try ask(other, &loop)
            _ = try ask(generator.broken(other), &loop)
        }
        #expect(refusedTokens > 10, "the challenge was written")
    }
}
