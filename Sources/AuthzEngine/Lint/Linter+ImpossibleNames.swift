import AuthzCore
import AuthzPolicy

/// Names of peers that nobody can have, as Istio issues no such identity.
extension Linter {
    /// - Returns: Whether one makes the rule match nothing, so that the rest would say the same in other words.
    mutating func findImpossibleNames(_ subject: LintRule) -> Bool {
        // Clients of a gateway may have certificates of another authority.
        guard subject.sites.allSatisfy({ $0.workload.role != .gateway && !mayBeGateway($0) }) else { return false }
        var isDead = false
        for test in subject.rule.tests where test.field == .peerPrincipal || test.field == .namespace {
            for isNegated in [false, true] {
                let values = test.values(isNegated: isNegated)
                var count = 0
                for value in values {
                    guard let name = mended(value.value, test.field) else { continue }
                    count += 1
                    // That there is no such namespace says as much.
                    guard !findings.contains(where: { $0.location == value.location }) else { continue }
                    findImpossibleName(value, name, subject, test, isNegated: isNegated)
                }
                let entries = test.side == .from ? subject.rule.from.count : 1
                if !isNegated, count > 0, count == values.count, entries == 1 { isDead = true }
            }
        }
        return isDead
    }

    private mutating func findImpossibleName(
        _ value: Located<String>, _ name: String, _ subject: LintRule, _ test: RuleTest, isNegated: Bool
    ) {
        let field = test.name(isNegated: isNegated)
        let mended = subject.rule.keepingOnly(Located(name, at: value.location), of: test)
        var document = written(mended, at: subject.sites[0])
        if let alone = point(for: [subject.alone(mended)], at: subject.sites),
            let found = search(by: alone, near: document).documents.first
        {
            document = found
        }
        let form =
            test.field == .namespace
            ? "the names of namespaces have small letters, digits and `-` alone"
            : "a principal is `TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`"
        add(
            .valueNeverMatches, subject, at: value.location,
            "nobody has the name \(value.value.quoted) in \(field.quoted): \(form)",
            hint: "write \(name.quoted), if that is what is meant",
            [proof(document, "comes under the name that is likely meant, and the value does not fit it")])
    }

    /// What a value that fits no name is likely to mean; `nil` for one that fits some.
    func mended(_ value: String, _ field: ConditionField) -> String? {
        let (isPrefix, isSuffix) = (value.hasSuffix("*"), value.hasPrefix("*"))
        if field == .namespace {
            // A star stands for any text, wherever it is.
            let letters = value.replacing("*", with: "")
            guard !letters.isEmpty, !letters.allSatisfy(Self.isOfName) else { return nil }
            // The part of a principal, or of an account, that is the namespace.
            if value.contains("/") {
                let parts = value.split(separator: "/").map(String.init)
                let place = parts.firstIndex(of: "ns").map { $0 + 1 } ?? 0
                return parts.indices.contains(place) ? mended(parts[place], field) ?? parts[place] : nil
            }
            let mended = value.lowercased().replacing("_", with: "-").filter { Self.isOfName($0) || $0 == "*" }
            return mended.isEmpty ? nil : mended
        }
        guard value != "*", !value.hasPrefix("spiffe://") else { return nil }
        let parts = value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if isSuffix {
            // What stands behind the first slash is whole.
            let whole = Array(parts.dropFirst().reversed())
            let isPossible =
                whole.count < 2 || whole[1] == "sa" && (whole.count < 4 || whole[3] == "ns") && whole.count < 5
            return isPossible || whole.count != 2 ? nil : "*/ns/\(whole[1])/sa/\(whole[0])"
        }
        let whole = isPrefix ? Array(parts.dropLast()) : parts
        let isPossible =
            (whole.count < 2 || whole[1] == "ns") && (whole.count < 4 || whole[3] == "sa")
            && (isPrefix ? whole.count < 5 && Self.isPossible(rest: parts, whole.count) : whole.count == 5)
            && (whole.count < 3 || whole[2].allSatisfy(Self.isOfName) && !whole[2].isEmpty)
        guard !isPossible else { return nil }
        let domain = point.policySet.mesh.trustDomain
        if let mended = PrincipalForm.mended(value, trustDomain: domain) { return mended }
        let names = parts.map { $0.lowercased().filter { Self.isOfName($0) || $0 == "." || $0 == "*" } }
            .filter { !$0.isEmpty && $0 != "ns" && $0 != "sa" && $0 != domain }
        switch names.count {
        case 1:
            // Where there is one such account, it is that.
            let inventory = documents.inventory
            let homes = Set(inventory.workloads.map(\.namespace)).filter {
                inventory.serviceAccounts(in: $0).contains(names[0])
            }
            return "\(domain)/ns/\(homes.count == 1 ? homes.first ?? "default" : "default")/sa/\(names[0])"
        case 2...: return "\(domain)/ns/\(names[names.count - 2])/sa/\(names[names.count - 1])"
        default: return nil
        }
    }

    /// Whether what stands before the star can go on to be the word of its place.
    private static func isPossible(rest parts: [String], _ place: Int) -> Bool {
        let beginning = parts[place].dropLast()
        return switch place {
        case 1: "ns".hasPrefix(beginning)
        case 3: "sa".hasPrefix(beginning)
        default: true
        }
    }

    private static func isOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLowercase || character.isNumber || character == "-")
    }
}
