import AuthzCore
import AuthzPolicy

/// Several values in one text, which is compared as a whole.
extension Linter {
    /// - Returns: Whether a rule is about what nobody can have, so that the rest would say the same in other words.
    mutating func findJoinedValues(_ subject: LintRule) -> Bool {
        var isImpossible = false
        for test in subject.rule.tests {
            for isNegated in [false, true] {
                for value in test.values(isNegated: isNegated) {
                    guard let parts = joinedParts(of: value.value, test.field),
                        findJoinedValue(value, parts, subject, test, isNegated: isNegated)
                    else { continue }
                    if case .claim = test.field { continue }
                    isImpossible = true
                }
            }
        }
        return isImpossible
    }

    private mutating func findJoinedValue(
        _ value: Located<String>, _ parts: [String], _ subject: LintRule, _ test: RuleTest, isNegated: Bool
    ) -> Bool {
        let meant = subject.rule.keepingOnly(Located(parts[0], at: value.location), of: test)
        guard let fitting = point(for: [subject.alone(meant)], at: subject.sites),
            let written = point(for: [subject.alone(subject.rule.keepingOnly(value, of: test))], at: subject.sites)
        else { return false }
        for site in subject.sites.prefix(Self.maximumSites) {
            let found = search(by: fitting, near: self.written(meant, at: site)).documents
            guard let document = found.first(where: { !allows($0, written) }) else { continue }
            let remark = "is what the value seems to be for, and it does not fit"
            // A host stays in the request, whether it makes a difference or not: it is what the value is about.
            let shown =
                test.field.requestField == .host
                ? LintFinding.Proof(remark: remark, document: document, report: report(document))
                : proof(document, remark)
            add(
                .patternIsLiteral, subject, at: value.location,
                "a value is one text, and no list: \(value.value.quoted) in \(test.name(isNegated: isNegated).quoted) does not fit \(parts[0].quoted)",
                hint: JoinedValues.hint(for: parts), [shown])
            return true
        }
        return false
    }

    /// The values that one text is likely to stand for; `nil` where it may be meant as it is. Methods and paths are looked at elsewhere;
    /// a header may have a list as its value.
    func joinedParts(of value: String, _ field: ConditionField) -> [String]? {
        let isName = { (text: String) in
            text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._*:/@".utf8.contains(byte)
            }
        }
        let isClaim = if case .claim = field { true } else { false }
        guard let parts = JoinedValues.parts(of: value, separators: isClaim ? "," : ",;| "), parts.allSatisfy(isName)
        else { return nil }
        switch field {
        case .namespace, .serviceAccount, .trustDomain, .host, .sni: return parts
        case .peerPrincipal, .requestPrincipal: return parts.allSatisfy { $0.contains("/") } ? parts : nil
        case .claim(let path):
            // What has several values by its name; the name or the address of a person has a comma of its own.
            guard let name = path.last?.lowercased(),
                name.hasSuffix("s") && !name.hasSuffix("ss") || ["aud", "scp"].contains(name)
                    || ["group", "role", "scope"].contains(where: name.hasSuffix)
            else { return nil }
            return parts.allSatisfy { $0.contains(where: \.isLetter) } ? parts : nil
        case .sourceIP, .remoteIP, .destinationIP, .destinationPort, .header, .dynamicMetadata, .method, .path:
            return nil
        }
    }
}
