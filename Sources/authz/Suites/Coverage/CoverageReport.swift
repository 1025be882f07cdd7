import AuthzCore
import AuthzEngine

/// How much of the policies the cases put to the test.
struct CoverageReport {
    /// A part of a policy with how many cases put it to the test.
    struct Entry {
        var item: CoverageItem
        var hits: Int
    }

    /// How many of something there are, and how many of them were put to the test.
    struct Share {
        var covered = 0
        var total = 0

        mutating func count(_ entry: Entry) {
            total += 1
            if entry.hits > 0 { covered += 1 }
        }

        /// From 0 to 1000; only what is complete is 1000. `nil` where there is nothing to cover, which says nothing of the cases.
        var perMille: Int? { total == 0 ? nil : covered * 1000 / total }

        /// Such as `87.5%`, or `not known`.
        var percent: String {
            perMille.map { "\($0 / 10)\($0 % 10 == 0 ? "" : ".\($0 % 10)")%" } ?? "not known"
        }
    }

    /// By place.
    let entries: [Entry]
    let sources: SourceTexts
    /// Whether any case was decided.
    let hasRun: Bool

    func share(of kind: CoverageItem.Kind? = nil, in file: String? = nil) -> Share {
        var share = Share()
        for entry in entries where kind.map({ entry.item.kind == $0 }) ?? true {
            if file.map({ entry.item.location.file == $0 }) ?? true { share.count(entry) }
        }
        return share
    }

    /// What no case put to the test.
    var uncovered: [CoverageItem] { entries.filter { $0.hits == 0 }.map(\.item) }

    /// The files in order.
    var files: [String] {
        var files: [String] = []
        for entry in entries where files.last != entry.item.location.file { files.append(entry.item.location.file) }
        return files
    }

    /// Such as `coverage 87.5%: 3 of 3 policies, 4 of 4 rules, 7 of 9 values`.
    var headline: String { "coverage \(share().percent): \(counts)" }

    /// Such as `3 of 3 policies, 4 of 4 rules, 7 of 9 values`, or why there are none.
    var counts: String {
        guard !entries.isEmpty else { return hasRun ? "there is no policy to put to the test" : "nothing ran" }
        let parts = CoverageItem.Kind.allCases.map { kind in
            let share = share(of: kind)
            return "\(share.covered) of \(share.total) \(kind.plural)"
        }
        return parts.joined(separator: ", ")
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("percent")
        if let perMille = share().perMille { json.number(Double(perMille) / 10) } else { json.null() }
        for kind in CoverageItem.Kind.allCases {
            let share = share(of: kind)
            json.name(kind.plural)
            json.beginObject()
            json.member("covered", share.covered)
            json.member("total", share.total)
            json.endObject()
        }
        json.name("uncovered")
        json.beginArray()
        for item in uncovered { item.write(to: &json) }
        json.endArray()
        json.endObject()
    }
}

extension CoverageItem.Kind {
    var plural: String {
        switch self {
        case .policy: "policies"
        case .rule: "rules"
        case .value: "values"
        }
    }
}

extension CoverageItem {
    /// Why it counts as not covered, in a sentence.
    var complaint: String {
        switch (kind, policy.kind) {
        case (.value, _): "no case hangs on \(title)"
        case (.rule, .requestAuthentication): "no case has a token that \(title) verifies"
        case (.rule, _): "no case matches \(title)"
        case (.policy, _): "no case is decided by \(policy.kind.rawValue) \(title)"
        }
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("kind", kind.rawValue)
        json.member("policyKind", policy.kind.rawValue)
        json.member("policy", policy.qualifiedName)
        if let rule { json.member("rule", rule) }
        if let field { json.member("field", field) }
        if let value { json.member("value", SignatureMask.hidingSignatures(in: value)) }
        json.member("location", location.description)
        json.endObject()
    }
}
