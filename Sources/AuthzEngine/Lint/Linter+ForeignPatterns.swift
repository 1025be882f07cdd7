import AuthzCore
import AuthzPolicy

/// Regular expressions and parameters of routes, which are plain text in a policy.
extension Linter {
    /// - Returns: Whether there is a finding.
    mutating func findForeignPatterns(_ subject: LintRule) -> Bool {
        let before = findings.count
        for test in subject.rule.tests {
            for isNegated in [false, true] {
                for value in test.values(isNegated: isNegated) {
                    if let words = Self.words(in: value.value, test.field) {
                        findForeignPattern(
                            value, meaning: words[0], "no list", JoinedValues.hint(for: words), subject, test,
                            isNegated: isNegated)
                    } else if test.field == .method {
                        guard let methods = Self.methods(in: value.value) else { continue }
                        let hint = "write \(methods.map(\.quoted).joined(separator: ", "))"
                        findForeignPattern(
                            value, meaning: methods[0], "no list of methods and no word for them", hint, subject, test,
                            isNegated: isNegated)
                    } else if test.field == .path, MeantPath.isForeign(value.value),
                        !Self.isOfSeries(value.value, test),
                        let first = MeantPath.patterns(for: value.value).first,
                        let hint = Self.pathHint(insteadOf: value.value)
                    {
                        findForeignPattern(
                            value, meaning: first, "no regular expression, no route and no list", hint, subject, test,
                            isNegated: isNegated)
                    } else if test.field == .host, let first = MeantHost.patterns(for: value.value).first {
                        let isDomain = value.value.hasPrefix(".") && !value.value.hasPrefix(".*")
                        findForeignPattern(
                            value, meaning: first,
                            isDomain ? "no domain with all that is below it" : "no regular expression",
                            Self.hostHint(insteadOf: value.value) ?? "", subject, test, isNegated: isNegated)
                    }
                }
            }
        }
        return findings.count > before
    }

    /// The hosts that are meant; `nil` where nobody can tell.
    static func hostHint(insteadOf value: String) -> String? {
        let meant = MeantHost.patterns(for: value)
        return meant.isEmpty ? nil : "write \(meant.map(\.quoted).joined(separator: ", "))"
    }

    /// Whether other values of the list name more in the same folder: `/a/.*` beside `/a//*` is what begins with a dot.
    private static func isOfSeries(_ value: String, _ test: RuleTest) -> Bool {
        guard value.hasSuffix("/.*") else { return false }
        return (test.lists.values + test.lists.notValues).contains { other in
            other.value != value && other.value.hasPrefix(value.dropLast(2)) && other.value.hasSuffix("*")
        }
    }

    /// Several values in one text of fields whose values have no comma. What stands in a token may have one, but hardly between two words.
    static func words(in value: String, _ field: ConditionField) -> [String]? {
        switch field {
        case .host, .peerPrincipal, .namespace, .serviceAccount, .trustDomain, .requestPrincipal, .claim, .sni: break
        case .sourceIP, .remoteIP, .destinationIP, .destinationPort, .header,
            .dynamicMetadata, .method, .path:
            return nil
        }
        let isWord = { (word: String) in word.first?.isLetter ?? false && !word.contains { "=;{} ".contains($0) } }
        guard let words = JoinedValues.parts(of: value, separators: ","), words.allSatisfy(isWord) else { return nil }
        // A name as `Doe, John` has letters of both cases.
        if case .claim = field, words.contains(where: { $0 != $0.lowercased() }) { return nil }
        return words
    }

    /// Several methods in one text, or a word for all of them.
    private static func methods(in value: String) -> [String]? {
        let text = value.uppercased()
        if ["ALL", "ANY", ".*"].contains(text) { return ["*"] }
        let words = text.split { "|,;/ ".contains($0) }.map(String.init)
        return words.count > 1 && words.allSatisfy(standardMethods.contains) ? words : nil
    }

    private mutating func findForeignPattern(
        _ value: Located<String>, meaning pattern: String, _ what: String, _ hint: String, _ subject: LintRule,
        _ test: RuleTest, isNegated: Bool
    ) {
        let meant = subject.rule.keepingOnly(Located(pattern, at: value.location), of: test)
        guard let fitting = point(for: [subject.alone(meant)], at: subject.sites),
            let written = point(for: [subject.alone(subject.rule.keepingOnly(value, of: test))], at: subject.sites)
        else { return }
        for site in subject.sites.prefix(Self.maximumSites) where site.workload.readsHTTP {
            let found = search(by: fitting, near: self.written(meant, at: site)).documents
            guard let document = found.first(where: { !allows($0, written) }) else { continue }
            let field = test.field.requestField
            let text = [.path, .method, .host].contains(field) ? field?.text(in: document) : nil
            let remark = "is what the value seems to be for, and it does not fit"
            // A host stays in the request, whether it makes a difference or not: it is what the value is about.
            let shown =
                field == .host
                ? LintFinding.Proof(remark: remark, document: document, report: report(document))
                : proof(document, remark)
            return add(
                .patternIsLiteral, subject, at: value.location,
                "a value is \(what): \(value.value.quoted) in \(test.name(isNegated: isNegated).quoted) does not fit \((text ?? pattern).quoted)",
                hint: hint, [shown])
        }
    }
}
