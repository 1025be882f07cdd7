/// Finds what was probably meant by a name that is not known.
package enum NameSuggestion {
    /// What was probably meant, the first of these that there is: the name at most two edits away and closer than half of its
    /// length, ignoring ASCII case; one that means the same (`method` of `verb`); the one that the text is short for; one that
    /// says the same in more or fewer words (`policy` of `determiningPolicy`). `nil` where there is none. Of equally near names
    /// it is the first.
    ///
    /// What is negated and what is not are never proposed for each other: that would turn a policy around.
    ///
    /// - Complexity: the product of both lengths for each name; text above 64 bytes has no suggestion.
    package static func nearest(to text: String, among names: [String]) -> String? {
        guard !text.isEmpty, text.utf8.count <= 64 else { return nil }
        let words = words(of: text)
        let isNegated = isNegated(words)
        let candidates = names.filter { $0.utf8.count <= 64 && Self.isNegated(Self.words(of: $0)) == isNegated }
        return nearestByEdits(to: text, among: candidates) ?? synonym(of: words, among: candidates)
            ?? onlyLonger(than: text, among: candidates) ?? nearestByWords(to: words, among: candidates)
    }

    /// The sentence of a hint; `nil` where nothing is near.
    package static func hint(for text: String, among names: [String]) -> String? {
        nearest(to: text, among: names).map { "did you mean `\($0)`?" }
    }

    /// The same for `NAMESPACE/NAME`, which is also looked for under the same name in other namespaces.
    package static func qualifiedHint(for text: String, among names: [String]) -> String? {
        if let hint = hint(for: text, among: names) { return hint }
        guard let slash = text.lastIndex(of: "/") else { return nil }
        return names.first { $0.hasSuffix(text[slash...]) }.map { "did you mean `\($0)`?" }
    }

    /// The one name that begins with the text, as `destination` does with `dest`.
    private static func onlyLonger(than text: String, among names: [String]) -> String? {
        let longer = names.filter { $0.lowercased().hasPrefix(text.lowercased()) }
        return text.count > 2 && longer.count == 1 ? longer[0] : nil
    }

    private static func nearestByEdits(to text: String, among names: [String]) -> String? {
        let written = Array(text.lowercased().utf8)
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = editDistance(written, Array(name.lowercased().utf8))
            guard distance <= 2, distance * 2 < max(written.count, name.utf8.count) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (name, distance) }
        }
        return best?.name
    }

    /// Whether one name is likely to be the other with a slip of the pen: one edit away or in other case, in a word that is not too short
    /// to tell. Names that differ only in their digits, or in a word of few letters, as `team-a` and `team-b`, are a series.
    package static func isSlip(_ text: String, of name: String) -> Bool {
        guard text != name, text.utf8.count <= 64, abs(text.utf8.count - name.utf8.count) <= 1 else { return false }
        let (left, right) = (Array(text.lowercased().utf8), Array(name.lowercased().utf8))
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        if left != right, left.filter({ !isDigit($0) }) == right.filter({ !isDigit($0) }) { return false }
        let isLetter = { (byte: UInt8) in isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
        let (words, others) = (left.split { !isLetter($0) }, right.split { !isLetter($0) })
        if words.count == others.count {
            let differing = zip(words, others).filter { $0 != $1 }
            guard differing.allSatisfy({ max($0.count, $1.count) > 3 }) else { return false }
        }
        return editDistance(left, right) <= 1
    }

    // MARK: Words

    /// The name whose words are all among those of the text, or the other way round, with the fewest that are left over.
    private static func nearestByWords(to words: [String], among names: [String]) -> String? {
        var best: (name: String, rest: Int)?
        for name in names {
            let other = Self.words(of: name)
            let (fewer, more) = words.count < other.count ? (words, other) : (other, words)
            guard !fewer.isEmpty, fewer.allSatisfy(more.contains) else { continue }
            let rest = more.count - fewer.count
            if best.map({ rest < $0.rest }) ?? true { best = (name, rest) }
        }
        return best?.name
    }

    /// The words of `camelCase`, `snake_case` and `kebab-case` in lower case and without the `s` of a plural; none for what is no
    /// such name, as a path or a key of several parts.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var followsLowercase = false
        for character in name.unicodeScalars {
            switch character {
            case "_", "-":
                words.append(word)
                word = ""
            case "a"..."z", "0"..."9": word.unicodeScalars.append(character)
            case "A"..."Z":
                if followsLowercase {
                    words.append(word)
                    word = ""
                }
                word += String(character).lowercased()
            default: return []
            }
            followsLowercase = ("a"..."z").contains(character)
        }
        words.append(word)
        words = words.filter { !$0.isEmpty }.map(singular)
        if words.count > 1, negations.contains(words[0]) { words[0] = "not" }
        return words
    }

    private static func singular(_ word: String) -> String {
        if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
        let isPlural = word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") && !word.hasSuffix("us")
        return isPlural ? String(word.dropLast()) : word
    }

    private static func isNegated(_ words: [String]) -> Bool { words.first == "not" }

    /// First words that say what `not` does.
    private static let negations: Set = [
        "not", "no", "non", "exclude", "excluded", "except", "without",
    ]

    /// Words of other tools for what is meant, in the singular.
    private static let meanings: [String: [String]] = [
        "accept": ["allow"], "allowed": ["allow"], "permit": ["allow"], "block": ["deny"], "denied": ["deny"],
        "forbid": ["deny"], "reject": ["deny"], "drop": ["deny"], "refuse": ["deny"], "grant": ["allow"],
        "log": ["audit"], "monitor": ["audit"], "report": ["audit"], "warn": ["audit"], "delegate": ["custom"],
        "decision": ["outcome"], "effect": ["outcome", "action"], "result": ["outcome"], "verdict": ["outcome"],
        "code": ["status"], "case": ["test"], "scenario": ["test"], "check": ["test"],
        "request": ["test"], "expected": ["expect"], "assert": ["expect"], "title": ["name"],
        "url": ["path", "host", "jwks uri"], "uri": ["path", "jwks uri"], "verb": ["method"], "hostname": ["host"],
        "domain": ["host"], "authority": ["host"], "protocol": ["scheme"], "query": ["path"], "param": ["path"],
        "name": ["workload"], "svc": ["service"], "cookie": ["header"],
        "client": ["source"], "from": ["source"], "peer": ["source"], "to": ["destination"], "target": ["destination"],
        "identity": ["principal"], "user": ["principal"], "spiffe": ["principal"], "jwt": ["token"],
        "bearer": ["token"], "cidr": ["ip block"], "address": ["ip"], "app": ["workload"], "deployment": ["workload"],
        "pod": ["workload"], "config": ["mesh config"],
    ]

    private static func synonym(of words: [String], among names: [String]) -> String? {
        for word in words.reversed() {
            for meaning in meanings[word] ?? [] {
                if let name = names.first(where: { Self.words(of: $0).joined(separator: " ") == meaning }) {
                    return name
                }
            }
        }
        return nil
    }

    /// How many edits turn one name into the other, in whatever case.
    package static func distance(_ left: String, _ right: String) -> Int {
        left == right ? 0 : max(1, editDistance(Array(left.lowercased().utf8), Array(right.lowercased().utf8)))
    }

    /// Insertions, deletions, substitutions and swaps of neighbors that turn one text into the other.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for column in right.indices {
                let substitution = previous[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(substitution, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
