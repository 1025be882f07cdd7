import AuthzCore
import Testing

@Suite struct NameSuggestionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var nearest: String?
        var why: String
        var testDescription: String { "`\(text)`: \(why)" }
    }

    @Test(
        "a slip has a suggestion, another word has none",
        arguments: [
            Case(text: "namespace", nearest: "namespaces", why: "a letter is missing"),
            Case(text: "namespacess", nearest: "namespaces", why: "a letter is too many"),
            Case(text: "ohsts", nearest: "hosts", why: "neighbors are swapped"),
            Case(text: "PORTS", nearest: "ports", why: "case does not count"),
            Case(text: "prts", nearest: "ports", why: "one edit in a short word"),
            Case(text: "pat", nearest: "paths", why: "two edits are fewer than half of five letters"),
            Case(text: "por", nearest: "ports", why: "the same"),
            Case(text: "po", nearest: nil, why: "three edits"),
            Case(text: "", nearest: nil, why: "nothing is near to everything"),
            Case(text: "methodology", nearest: nil, why: "a word that begins alike"),
            Case(text: String(repeating: "a", count: 65), nearest: nil, why: "longer than any name"),
        ])
    func suggestion(_ row: Case) {
        let names = ["namespaces", "hosts", "ports", "paths", "methods", String(repeating: "a", count: 66)]
        #expect(NameSuggestion.nearest(to: row.text, among: names) == row.nearest)
    }

    @Test(
        "a name is a slip of another that is one edit away, and of a series none is",
        arguments: [
            ("paymets", "payments", true), ("apis", "api", true), ("API-a", "api-a", true), ("cart", "cart", false),
            ("web-1", "web-2", false), ("v1", "v2", false), ("payments2", "payments", false), ("api", "app", false),
            ("billing", "payments", false), ("paymnts", "paymets", true), ("fronte", "frontend", false),
            ("team-a", "team-b", false), ("team-a", "tem-a", true), ("front-end", "frontend", true),
        ])
    func slips(_ text: String, _ name: String, _ isSlip: Bool) {
        #expect(NameSuggestion.isSlip(text, of: name) == isSlip)
    }

    @Test(
        "a name in other words has a suggestion, but never the opposite",
        arguments: [
            Case(text: "determiningPolicy", nearest: "policy", why: "one word more"),
            Case(text: "status_code", nearest: "status", why: "in another spelling"),
            Case(text: "labels", nearest: "matchLabels", why: "one word fewer"),
            Case(text: "policies", nearest: "policy", why: "several"),
            Case(text: "poli", nearest: "policy", why: "short for it"),
            Case(text: "verdict", nearest: "outcome", why: "a word of others"),
            Case(text: "expectedVerdict", nearest: "outcome", why: "a word of others among more"),
            Case(text: "noHosts", nearest: "notHosts", why: "what is negated stays so"),
            Case(text: "excludeHosts", nearest: "notHosts", why: "a word of others for what is negated"),
            Case(text: "nonLabels", nearest: nil, why: "what is not, is nothing like it"),
            Case(text: "notPolicy", nearest: nil, why: "the same"),
            Case(text: "policy/labels", nearest: nil, why: "a path has no words"),
            Case(text: "politeness", nearest: nil, why: "another word"),
        ])
    func words(_ row: Case) {
        let names = ["outcome", "policy", "status", "matchLabels", "hosts", "notHosts"]
        #expect(NameSuggestion.nearest(to: row.text, among: names) == row.nearest)
    }
}
