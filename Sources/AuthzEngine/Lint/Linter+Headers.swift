import AuthzCore
import AuthzPolicy

/// ALLOW rules that ask for nothing but a header, which whoever comes can write.
extension Linter {
    mutating func findAllowByHeader(_ subject: LintRule) {
        let tests = subject.rule.tests
        let asksWho = tests.contains { test in
            (test.field.isPeerIdentity || test.field.isToken || test.field == .sourceIP || test.field == .remoteIP)
        }
        guard !asksWho, let test = tests.first(where: { Self.isCredential($0) }), case .header(let name) = test.field,
            let alone = point(for: [subject.alone()], at: subject.sites)
        else { return }
        for base in strangerRequests(to: subject) {
            guard let document = request(matching: alone, allowedBy: point, near: base),
                document.source.principal == base.source.principal, document.token == nil
            else { continue }
            let without = RequestField.header(name.lowercased()).putting(.absent, into: document)
            guard !allows(without, point), allows(document, point) else { continue }
            return add(
                .allowByHeader, subject, at: test.lists.values[0].location,
                "an ALLOW rule that asks for nothing but the header \(name.quoted) lets in whoever writes it",
                hint: "also ask who sends it, with `principals` of the proxy that sets it, or by a token",
                proofs([(without, "is denied, as it is meant to be"), (document, "passes")]))
        }
    }

    /// Whether a test reads a header by which somebody may be told from others. What Envoy itself writes or takes away is none, nor what is
    /// about content; who knows a secret was told it.
    private static func isCredential(_ test: RuleTest) -> Bool {
        guard case .header(let written) = test.field, !test.lists.values.isEmpty else { return false }
        let name = written.lowercased()
        if ["user-agent", "referer", "forwarded", "via", "from"].contains(name) { return true }
        let isSecret = secretWords.contains { name.contains($0) } && !test.lists.values.contains { $0.value == "*" }
        return name.hasPrefix("x-") && !isSecret && !otherPrefixes.contains { name.hasPrefix($0) }
    }

    private static let secretWords = ["key", "token", "secret", "signature"]
    private static let otherPrefixes = [
        "x-envoy-", "x-b3-", "x-request", "x-forwarded-client-cert", "x-forwarded-proto", "x-forwarded-host",
        "x-forwarded-port", "x-forwarded-prefix",
    ]
}
