import AuthzCore
import AuthzPolicy

/// Regular expressions and parameters of routes, which are plain text in a policy.
extension Linter {
    /// - Returns: Whether there is a finding.
    mutating func findForeignPatterns(_ subject: LintRule) -> Bool {
        let before = findings.count
        for test in subject.rule.tests where test.field == .path || test.field == .method {
            for isNegated in [false, true] {
                for value in test.values(isNegated: isNegated) {
                    if test.field == .method {
                        guard let methods = Self.methods(in: value.value) else { continue }
                        let hint = "write \(methods.map(\.quoted).joined(separator: ", "))"
                        findForeignPattern(value, meaning: methods[0], hint, subject, test, isNegated: isNegated)
                    } else if MeantPath.isForeign(value.value), !Self.isOfSeries(value.value, test),
                        let first = MeantPath.patterns(for: value.value).first,
                        let hint = Self.pathHint(insteadOf: value.value)
                    {
                        findForeignPattern(value, meaning: first, hint, subject, test, isNegated: isNegated)
                    }
                }
            }
        }
        return findings.count > before
    }

    /// Whether other values of the list name more in the same folder: `/a/.*` beside `/a//*` is what begins with a dot.
    private static func isOfSeries(_ value: String, _ test: RuleTest) -> Bool {
        guard value.hasSuffix("/.*") else { return false }
        return (test.lists.values + test.lists.notValues).contains { other in
            other.value != value && other.value.hasPrefix(value.dropLast(2)) && other.value.hasSuffix("*")
        }
    }

    /// Several methods in one text, or a word for all of them.
    private static func methods(in value: String) -> [String]? {
        let text = value.uppercased()
        if ["ALL", "ANY", ".*"].contains(text) { return ["*"] }
        let words = text.split { "|,;/ ".contains($0) }.map(String.init)
        return words.count > 1 && words.allSatisfy(standardMethods.contains) ? words : nil
    }

    private mutating func findForeignPattern(
        _ value: Located<String>, meaning pattern: String, _ hint: String, _ subject: LintRule, _ test: RuleTest,
        isNegated: Bool
    ) {
        let meant = subject.rule.keepingOnly(Located(pattern, at: value.location), of: test)
        guard let fitting = point(for: [subject.alone(meant)], at: subject.sites),
            let written = point(for: [subject.alone(subject.rule.keepingOnly(value, of: test))], at: subject.sites)
        else { return }
        for site in subject.sites.prefix(Self.maximumSites) where site.workload.readsHTTP {
            let found = search(by: fitting, near: self.written(meant, at: site)).documents
            guard let document = found.first(where: { !allows($0, written) }),
                let text = test.field == .path ? document.request?.path : document.request?.method
            else { continue }
            let what =
                test.field == .path
                ? "no regular expression, no route and no list" : "no list of methods and no word for them"
            return add(
                .patternIsLiteral, subject, at: value.location,
                "a value is \(what): \(value.value.quoted) in \(test.name(isNegated: isNegated).quoted) does not fit \(text.quoted)",
                hint: hint, [proof(document, "is what the value seems to be for, and it does not fit")])
        }
    }
}
