import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// SR-18: what a regular expression would read as an operator is text, but for the stars of a field's form.
@Suite struct LiteralValueTests {
    private static let alphabet = Array("ab.-[]()+*?")

    private static func text(_ random: inout SeededGenerator, without excluded: String = "") -> String {
        let letters = alphabet.filter { !excluded.contains($0) }
        return String(
            (0..<Int.random(in: 1...5, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
    }

    /// A text that fits the value in one place out of two: its stars are filled, and a character may change.
    private static func subject(of value: String, _ random: inout SeededGenerator) -> String {
        var text = ""
        for character in value {
            let fill = character == "*" && Bool.random(using: &random)
            text += fill ? Self.text(&random) : String(character)
        }
        guard Bool.random(using: &random), let place = text.indices.randomElement(using: &random) else { return text }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text.remove(at: place)
        case 1: text.insert(alphabet.randomElement(using: &random) ?? "a", at: place)
        default: text.replaceSubrange(place...place, with: [alphabet.randomElement(using: &random) ?? "a"])
        }
        return text
    }

    /// Tries a field with many values and subjects.
    private static func tryOut(
        _ seed: UInt64, without excluded: String = "", rule: (String) -> String, ask: (String) -> Ask,
        naive: (inout NaiveMatch, String, String) -> Bool
    ) throws {
        var random = SeededGenerator(seed: seed)
        var match = NaiveMatch()
        var fits = 0
        for _ in 0..<300 {
            let value = text(&random, without: excluded)
            let scene = try Scene(Scene.policy("{rules: [\(rule(value))]}"))
            for _ in 0..<6 {
                let subject = subject(of: value, &random)
                let answer = scene.allows(ask(subject))
                #expect(answer == naive(&match, value, subject), "`\(value)` on `\(subject)`")
                fits += answer ? 1 : 0
            }
        }
        #expect(fits > 300 && fits < 1500, "both answers are common: \(fits) of 1800")
    }

    @Test("paths") func paths() throws {
        // A path with `?` ends there, and one with dots would be normalized.
        try Self.tryOut(
            11, without: ".?", rule: { "{to: [{operation: {paths: ['/\($0)']}}]}" },
            ask: { Ask(path: "/" + $0.filter { $0 != "?" && $0 != "." }) },
            naive: { $0.path("/\($1)", "/" + $2.filter { $0 != "?" && $0 != "." }) })
    }

    @Test("hosts") func hosts() throws {
        // No host is empty, and none holds a `?`.
        let host = { (text: String) in text.contains { $0 != "?" } ? text.filter { $0 != "?" } : "a" }
        try Self.tryOut(
            12, without: "?", rule: { "{to: [{operation: {hosts: ['\($0)']}}]}" }, ask: { Ask(host: host($0)) },
            naive: { $0.host($1, host($2)) })
    }

    @Test("headers") func headers() throws {
        try Self.tryOut(
            13, rule: { "{when: [{key: 'request.headers[x]', values: ['\($0)']}]}" },
            ask: { Ask(headers: [("x", $0)]) }, naive: { $0.header($1, $2) })
    }

    @Test("principals") func principals() throws {
        try Self.tryOut(
            14, rule: { "{from: [{source: {principals: ['\($0)']}}]}" },
            ask: { Ask(principal: "spiffe://" + $0) }, naive: { $0.principal($1, "spiffe://" + $2) })
    }

    @Test("namespaces") func namespaces() throws {
        try Self.tryOut(
            15, rule: { "{from: [{source: {namespaces: ['\($0)']}}]}" },
            ask: { Ask(principal: "spiffe://td1/ns/\($0)/sa/b") },
            naive: { $0.namespace($1, "spiffe://td1/ns/\($2)/sa/b") })
    }

    @Test("service accounts") func serviceAccounts() throws {
        try Self.tryOut(
            16, without: "*", rule: { "{from: [{source: {serviceAccounts: ['\($0)']}}]}" },
            ask: { Ask(principal: "spiffe://td1/ns/foo/sa/" + $0) },
            naive: { $0.serviceAccount($1, policyNamespace: "foo", "spiffe://td1/ns/foo/sa/" + $2) })
    }

    @Test("namespaces of service accounts") func accountNamespaces() throws {
        try Self.tryOut(
            17, without: "*", rule: { "{from: [{source: {serviceAccounts: ['\($0)/sa']}}]}" },
            ask: { Ask(principal: "spiffe://td1/ns/\($0)/xsa/sa/sa") },
            naive: { $0.serviceAccount("\($1)/sa", policyNamespace: "foo", "spiffe://td1/ns/\($2)/xsa/sa/sa") })
    }

    @Test("trust domains") func trustDomains() throws {
        try Self.tryOut(
            18, without: "*", rule: { "{from: [{source: {trustDomains: ['\($0)*']}}]}" },
            ask: { Ask(principal: "spiffe://\($0)a/ns/b") }, naive: { $0.trustDomain("\($1)*", "spiffe://\($2)a/ns/b") }
        )
    }

    @Test("claims") func claims() throws {
        try Self.tryOut(
            19, rule: { "{when: [{key: 'request.auth.claims[a]', values: ['\($0)']}]}" },
            ask: { Ask(claims: #"{"iss": "i", "a": "\#($0)"}"#) }, naive: { $0.string($1, $2) })
    }

    @Test("request principals") func requestPrincipals() throws {
        try Self.tryOut(
            20, rule: { "{from: [{source: {requestPrincipals: ['i/\($0)']}}]}" },
            ask: { Ask(claims: #"{"iss": "i", "sub": "\#($0)"}"#) },
            naive: { $0.requestPrincipal("i/\($1)", issuer: "i", subject: $2) })
    }

    @Test("server names") func serverNames() throws {
        try Self.tryOut(
            21, rule: { "{when: [{key: connection.sni, values: ['\($0)']}]}" }, ask: { Ask(sni: $0) },
            naive: { $0.string($1, $2) })
    }
}
