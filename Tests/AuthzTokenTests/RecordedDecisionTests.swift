import AuthzCore
import AuthzToken
import Foundation
import Testing

/// `Vectors/recorded-decisions.jsonl`: what Envoy 1.40.0 answered, configured as Istio does, to one rule with an inline key
/// set and one token. `id` numbers the assertion that the case shows; a `body` of `ok` is an accepted token.
@Suite struct RecordedDecisionTests {
    /// The cases in which we refuse what Envoy takes, and our answer.
    static let stricter: [String: TokenStatus] = [
        "57a": .notThreePieces, "57b": .notThreePieces, "57c": .notThreePieces, "57d": .notThreePieces,
        "58a": .signatureNotBase64URL, "59d": .signatureNotBase64URL, "59f": .signatureNotBase64URL,
        "63a": .criticalHeader,
        "65a": .payloadNotJSON, "65b": .payloadNotJSON, "65c": .payloadNotJSON, "65d": .payloadNotJSON,
        "65e": .payloadNotJSON, "65f": .payloadNotJSON, "65h": .payloadNotJSON, "65i": .payloadNotJSON,
        "65aq": .payloadNotJSON, "67c": .payloadNotJSON, "67d": .payloadNotJSON,
        "97a": .signatureInvalid, "97b": .signatureInvalid,
        "100g": .signatureInvalid,
        "102b": .signatureInvalid, "102c": .signatureInvalid,
        "107a": .signatureInvalid, "107c": .signatureInvalid, "107d": .signatureInvalid,
        "107e": .signatureInvalid, "107f": .signatureInvalid,
        "135b": .payloadNotBase64URL,
    ]

    @Test("a token is answered as Envoy answered it, or refused where we are stricter")
    func decisions() throws {
        let file = try #require(
            Bundle.module.url(forResource: "recorded-decisions", withExtension: "jsonl", subdirectory: "Vectors"))
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count > 200)
        var seen: Set<String> = []
        var workspace = TokenWorkspace()
        for line in lines {
            let parsed = JSONValue(parsing: Array(line.utf8).span)
            let row = try #require(parsed)
            let id = try #require(row["id"]?.string)
            let token = try #require(row["token"]?.string)
            let body = try #require(row["body"]?.string)
            let keys = try row["jwks"]?.string.map { try KeySet(jwks: Array($0.utf8).span, origin: .inline) }
            let requirements = TokenRequirements(
                issuer: row["issuer"]?.string ?? "",
                audiences: (row["audiences"]?.elements ?? []).compactMap(\.string))
            let status = verify(
                Array(token.utf8).span, against: requirements, keys: keys, now: 1_767_225_600,
                maximumBytes: 16384, in: &workspace)
            if let ours = Self.stricter[id] {
                #expect(body == "ok", "\(id) is refused by Envoy too")
                #expect(status == ours, "\(id)")
            } else {
                #expect((status == .verified ? "ok" : "\(status.text)") == body, "\(id)")
            }
            seen.insert(id)
        }
        #expect(seen.isSuperset(of: Self.stricter.keys))
    }
}
