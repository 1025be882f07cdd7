/// What differs between two texts, as `diff -u` writes it.
package struct LineDifference: Sendable {
    /// A run of lines with what is around it.
    package struct Hunk: Sendable {
        package enum Kind: Sendable { case same, removed, added }

        /// The first line in the old text and in the new one, from 1.
        package var oldStart: Int
        package var newStart: Int
        package var lines: [(kind: Kind, text: String)]
    }

    package private(set) var hunks: [Hunk] = []
    private static let context = 3
    /// Up to here lines are compared each with each; beyond, all between the first and the last change is one change.
    private static let maximumCells = 4_000_000

    package init(from old: String, to new: String) {
        let (old, new) = (Self.lines(of: old), Self.lines(of: new))
        var script: [(kind: Hunk.Kind, text: String)] = []
        let front = zip(old, new).prefix { $0 == $1 }.count
        let rest = min(old.count, new.count) - front
        let back = zip(old.reversed(), new.reversed()).prefix(rest).prefix { $0 == $1 }.count
        script += old[..<front].map { (.same, $0) }
        script += Self.script(
            Array(old[front..<old.count - back]), Array(new[front..<new.count - back]))
        script += old[(old.count - back)...].map { (.same, $0) }
        group(script)
    }

    private static func lines(of text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func script(_ old: [String], _ new: [String]) -> [(kind: Hunk.Kind, text: String)] {
        guard !old.isEmpty, !new.isEmpty, old.count * new.count <= maximumCells else {
            return old.map { (.removed, $0) } + new.map { (.added, $0) }
        }
        // The longest common subsequence, from the end.
        var lengths = Array(repeating: Array(repeating: 0, count: new.count + 1), count: old.count + 1)
        for row in old.indices.reversed() {
            for column in new.indices.reversed() {
                lengths[row][column] =
                    old[row] == new[column]
                    ? lengths[row + 1][column + 1] + 1 : max(lengths[row + 1][column], lengths[row][column + 1])
            }
        }
        var script: [(kind: Hunk.Kind, text: String)] = []
        var (row, column) = (0, 0)
        while row < old.count || column < new.count {
            if row < old.count, column < new.count, old[row] == new[column] {
                script.append((.same, old[row]))
                row += 1
                column += 1
            } else if row < old.count, column == new.count || lengths[row + 1][column] >= lengths[row][column + 1] {
                script.append((.removed, old[row]))
                row += 1
            } else {
                script.append((.added, new[column]))
                column += 1
            }
        }
        return script
    }

    private mutating func group(_ script: [(kind: Hunk.Kind, text: String)]) {
        let changed = script.indices.filter { script[$0].kind != .same }
        guard var start = changed.first else { return }
        var end = start
        for index in changed.dropFirst() + [Int.max] {
            if index <= end + 2 * Self.context {
                end = index
                continue
            }
            let range = max(0, start - Self.context)..<min(script.count, end + 1 + Self.context)
            let before = script[..<range.lowerBound]
            hunks.append(
                Hunk(
                    oldStart: 1 + before.count { $0.kind != .added },
                    newStart: 1 + before.count { $0.kind != .removed }, lines: Array(script[range])))
            if index < Int.max { (start, end) = (index, index) }
        }
    }

    /// The difference as a patch of one file.
    package func unified(file: String) -> String {
        guard !hunks.isEmpty else { return "" }
        var text = "--- \(file)\n+++ \(file)\n"
        for hunk in hunks {
            let old = hunk.lines.count { $0.kind != .added }
            let new = hunk.lines.count { $0.kind != .removed }
            text += "@@ -\(old == 0 ? hunk.oldStart - 1 : hunk.oldStart),\(old) "
            text += "+\(new == 0 ? hunk.newStart - 1 : hunk.newStart),\(new) @@\n"
            for line in hunk.lines {
                switch line.kind {
                case .same: text += " "
                case .removed: text += "-"
                case .added: text += "+"
                }
                text += line.text + "\n"
            }
        }
        return text
    }
}
