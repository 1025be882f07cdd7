/// Finds what was probably meant by a name that is not known.
package enum NameSuggestion {
    /// The name nearest to `text`: at most two edits away and closer than half of its length, ignoring ASCII case; `nil`
    /// where there is none. Of equally near names it is the first.
    ///
    /// - Complexity: the product of both lengths for each name; text above 64 bytes has no suggestion.
    package static func nearest(to text: String, among names: [String]) -> String? {
        guard !text.isEmpty, text.utf8.count <= 64 else { return nil }
        let written = Array(text.lowercased().utf8)
        var best: (name: String, distance: Int)?
        for name in names where name.utf8.count <= 64 {
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
