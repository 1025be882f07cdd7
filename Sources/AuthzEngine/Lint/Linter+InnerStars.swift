import AuthzCore
import AuthzPolicy

/// Stars that stand for themselves, as only one at an end of a value stands for any text.
extension Linter {
    /// - Returns: Whether there is a finding.
    mutating func findInnerStars(_ subject: LintRule) -> Bool {
        let before = findings.count
        for test in subject.rule.tests where test.field.hasStarsAtItsEnds {
            for isNegated in [false, true] {
                for value in test.values(isNegated: isNegated) where Self.hasInnerStar(value.value) {
                    findInnerStar(value, subject, test, isNegated: isNegated)
                }
            }
        }
        return findings.count > before
    }

    /// Whether a star is left once that is taken away which stands for any text: the first character, or else the last.
    private static func hasInnerStar(_ value: String) -> Bool {
        guard value != "*", !value.contains("{") else { return false }
        if value.hasPrefix("*") { return value.dropFirst().contains("*") }
        return value.hasSuffix("*") ? value.dropLast().contains("*") : value.contains("*")
    }

    private mutating func findInnerStar(
        _ value: Located<String>, _ subject: LintRule, _ test: RuleTest, isNegated: Bool
    ) {
        // The request that it seems to be for, with a text in the place of each star.
        let example = example(of: value.value, test.field)
        let meant = subject.rule.keepingOnly(Located(example, at: value.location), of: test)
        guard let fitting = point(for: [subject.alone(meant)], at: subject.sites),
            let written = point(for: [subject.alone(subject.rule.keepingOnly(value, of: test))], at: subject.sites)
        else { return }
        for site in subject.sites.prefix(Self.maximumSites) {
            let found = search(by: fitting, near: self.written(meant, at: site)).documents
            guard let document = found.first(where: { !allows($0, written) }) else { continue }
            // A host stays in the request, whether it makes a difference or not: it is what the value is about.
            let remark = "is what the value seems to be for, and it does not fit"
            let shown =
                test.field.requestField == .host
                ? LintFinding.Proof(remark: remark, document: document, report: report(document))
                : proof(document, remark)
            return add(
                .innerStarIsLiteral, subject, at: value.location,
                "a star inside a value is only a star: \(value.value.quoted) in \(test.name(isNegated: isNegated).quoted) does not fit \(example.quoted)",
                hint: Self.hint(insteadOf: value.value, test.field), [shown])
        }
    }

    private func example(of value: String, _ field: ConditionField) -> String {
        var start = ""
        // Only peers of the mesh get as far as to policies.
        if field == .peerPrincipal, value.hasPrefix("*/") { start = point.policySet.mesh.trustDomain }
        if field == .path, value.hasPrefix("*") { start = "/x" }
        return (start.isEmpty ? value : start + value.dropFirst()).replacing("*", with: "x")
    }

    private static func hint(insteadOf value: String, _ field: ConditionField) -> String {
        if field == .path, let hint = pathHint(insteadOf: value) { return hint }
        let inner = value.filter { $0 != "*" }
        guard value.hasPrefix("*"), value.hasSuffix("*"), !inner.isEmpty,
            value.dropFirst().dropLast().allSatisfy({ $0 != "*" })
        else { return "list the values that are meant, or keep one star at an end" }
        if field == .peerPrincipal, value.hasPrefix("*/") {
            let end = inner.hasSuffix("/") ? String(inner.dropLast()) : inner
            return "a star stands at one end: write \("*\(end)".quoted) for what ends so"
        }
        let start = field == .path && !inner.hasPrefix("/") ? "/\(inner)" : inner
        return
            "a star stands at one end: write \("\(start)*".quoted) for what begins so, and \("*\(inner)".quoted) for what ends so"
    }

    /// The patterns that are meant; `nil` where nobody can tell.
    static func pathHint(insteadOf value: String) -> String? {
        let meant = MeantPath.patterns(for: value)
        guard !meant.isEmpty else { return nil }
        let written = meant.map(\.quoted).joined(separator: ", ")
        if meant.contains(where: { $0.contains("{*}") }) {
            return "write \(written): `{*}` stands for one segment of a path"
        }
        if meant.contains(where: { $0.contains("{**}") }) {
            return "write \(written): `{**}` stands for any number of segments"
        }
        return "write \(written)"
    }
}

extension ConditionField {
    /// Whether its values are compared as a whole, by their beginning or by their end. In namespaces a star stands for any text wherever
    /// it is; headers and claims may well have stars of their own.
    fileprivate var hasStarsAtItsEnds: Bool {
        switch self {
        case .peerPrincipal, .requestPrincipal, .sni, .host, .method, .path: true
        case .header(let name): [":path", ":authority", "host", ":method"].contains(name.lowercased())
        case .namespace, .serviceAccount, .trustDomain, .sourceIP, .remoteIP, .destinationIP, .destinationPort, .claim,
            .dynamicMetadata:
            false
        }
    }
}

extension AuthorizationPolicy.Rule {
    /// The rule with one value in the place of both lists of a test.
    func keepingOnly(_ value: Located<String>, of test: RuleTest) -> AuthorizationPolicy.Rule {
        replacing(test, with: AuthorizationPolicy.ValueLists(values: [value]))
    }
}
