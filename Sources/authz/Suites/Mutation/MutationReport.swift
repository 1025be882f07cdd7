import AuthzCore
import AuthzEngine

/// What became of the mutants of all policies.
struct MutationReport {
    enum Fate {
        /// A case noticed it.
        case killed
        /// No case noticed it, and here is one that would.
        case survived(KillingCase)
        /// No request tells it from what is written.
        case equivalent(why: String)
        /// Some requests were tried, and none told it from what is written.
        case undecided(requestCount: Int)

        var word: String {
            switch self {
            case .killed: "killed"
            case .survived: "survived"
            case .equivalent: "equivalent"
            case .undecided: "undecided"
            }
        }
    }

    struct Entry {
        var mutant: Mutant
        var fate: Fate
    }

    /// By place.
    var entries: [Entry]

    var survivors: [(mutant: Mutant, killingCase: KillingCase)] {
        entries.compactMap { entry in
            if case .survived(let killingCase) = entry.fate { (entry.mutant, killingCase) } else { nil }
        }
    }

    private func count(_ word: String) -> Int { entries.count { $0.fate.word == word } }

    /// Such as `mutants: 61 killed, 1 survived, 2 equivalent`.
    var headline: String {
        var parts = ["\(count("killed")) killed", "\(count("survived")) survived"]
        for word in ["equivalent", "undecided"] where count(word) > 0 { parts.append("\(count(word)) \(word)") }
        return "mutants: \(parts.joined(separator: ", "))"
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        for word in ["killed", "survived", "equivalent", "undecided"] { json.member(word, count(word)) }
        json.name("mutants")
        json.beginArray()
        for entry in entries { entry.write(to: &json) }
        json.endArray()
        json.endObject()
    }
}

extension MutationReport.Entry {
    /// What is to be said of it beside its title; empty for one that was killed.
    var remark: String {
        switch fate {
        case .killed: ""
        case .survived(let killingCase): killingCase.remark
        case .equivalent(let why): why
        case .undecided(let count): "none of \(count) requests is answered differently, of more that there are"
        }
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("operation", mutant.operation.rawValue)
        json.member("policyKind", mutant.policy.kind.rawValue)
        json.member("policy", mutant.policy.qualifiedName)
        if let rule = mutant.rule { json.member("rule", rule) }
        json.member("location", mutant.location.description)
        json.member("change", SignatureMask.hidingSignatures(in: mutant.change))
        json.member("fate", fate.word)
        if !remark.isEmpty { json.member("remark", SignatureMask.hidingSignatures(in: remark)) }
        if case .survived(let killingCase) = fate, !killingCase.lines.isEmpty {
            let lines = killingCase.lines.map { SignatureMask.hidingSignatures(in: $0) + "\n" }
            json.member("suite", killingCase.suite)
            json.member("case", lines.joined())
        }
        json.endObject()
    }
}
