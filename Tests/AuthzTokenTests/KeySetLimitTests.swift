import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct KeySetLimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var origin: KeyOptions.Origin, count: Int, isRead: Bool, why: String
        var testDescription: String { "\(count), \(origin): \(why)" }
    }

    @Test(
        "a set of others has at most 256 elements, usable or not",
        arguments: [
            Case(origin: .fetched, count: 256, isRead: true, why: "the most"),
            Case(origin: .fetched, count: 257, isRead: false, why: "one more"),
            Case(origin: .fetched, count: 100_000, isRead: false, why: "what an issuer can send"),
            Case(origin: .file("keys.json"), count: 256, isRead: true, why: "the most"),
            Case(origin: .file("keys.json"), count: 257, isRead: false, why: "one more"),
            Case(origin: .inline, count: 257, isRead: true, why: "policies are their author's own"),
        ])
    func elements(_ c: Case) throws {
        let empty = String(repeating: "{},", count: c.count - 1)
        let document = Array(#"{"keys":[\#(empty)\#(TestSigner.p256.jwk())]}"#.utf8)
        if c.isRead {
            let keySet = try KeySet(jwks: document.span, origin: c.origin)
            #expect(keySet.keys.count == 1)
            #expect(keySet.skipped.count == c.count - 1)
        } else {
            #expect(throws: KeySetError.tooManyKeys(c.count)) { try KeySet(jwks: document.span, origin: c.origin) }
        }
    }

    @Test("the reason says how many there are")
    func reason() {
        #expect(KeySetError.tooManyKeys(257).text == "[keys] in Jwks has 257 elements, more than 256")
    }

    @Test("of a long `kid` a message has the beginning", arguments: [64, 65, 100_000])
    func keyID(_ count: Int) throws {
        let name = String(repeating: "k", count: count)
        let document = Array(#"{"keys":[\#(TestSigner.p256.jwk()),{"kid":"\#(name)"}]}"#.utf8)
        let keySet = try KeySet(jwks: document.span, origin: .fetched)
        let shown = count == 64 ? name : "\(name.prefix(64))…"
        #expect(keySet.skipped.map(\.message) == ["key 2 (`\(shown)`) is left out: [kty] is missing in [keys]"])
    }
}
