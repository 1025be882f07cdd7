import AuthzCore

/// What differs between two texts, as `diff -u` writes it.
///
/// A line is its bytes: what ends it but a line feed belongs to it, and texts that only look alike differ. Around a change stand
/// no lines with a secret of a key; then fewer stand on both sides alike, since `patch` takes a shorter side for an end of the file.
package struct LineDifference: Sendable {
    private enum Kind { case same, removed, added }

    private struct Line: Hashable {
        var bytes: [UInt8]
        /// Not so of a last line that no line feed ends.
        var isEnded: Bool
    }

    private typealias Step = (kind: Kind, line: Line)

    /// A run of lines with what is around it.
    private struct Hunk {
        /// The first line in the old text and in the new one, from 1.
        var oldStart: Int
        var newStart: Int
        var lines: [Step]
    }

    private var hunks: [Hunk] = []
    /// Whether a change has nothing around it, for the keys that stand there.
    package private(set) var lacksContext = false
    /// Whether a changed line has a secret, which is not told.
    package private(set) var hidesSecret = false
    private static let context = 3
    /// Up to here lines are compared each with each; beyond, all between the first and the last change is one change.
    private static let maximumCells = 4_000_000

    package init(from old: [UInt8], to new: [UInt8]) {
        let (old, new) = (Self.lines(of: old), Self.lines(of: new))
        var script: [Step] = []
        let front = zip(old, new).prefix { $0 == $1 }.count
        let rest = min(old.count, new.count) - front
        let back = zip(old.reversed(), new.reversed()).prefix(rest).prefix { $0 == $1 }.count
        script += old[..<front].map { (.same, $0) }
        script += Self.script(
            Array(old[front..<old.count - back]), Array(new[front..<new.count - back]))
        script += old[(old.count - back)...].map { (.same, $0) }
        group(script)
    }

    private static func lines(of text: [UInt8]) -> [Line] {
        let pieces = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var lines = pieces.map { Line(bytes: Array($0), isEnded: true) }
        lines[lines.count - 1].isEnded = false
        if lines[lines.count - 1].bytes.isEmpty { lines.removeLast() }
        return lines
    }

    private static func script(_ old: [Line], _ new: [Line]) -> [Step] {
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
        var script: [Step] = []
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

    // MARK: Hunks

    private mutating func group(_ script: [Step]) {
        var changes: [Range<Int>] = []
        for index in script.indices where script[index].kind != .same {
            if let last = changes.last, index < last.upperBound + 2 * Self.context,
                !script[last.upperBound..<index].contains(where: Self.hasSecret)
            {
                changes[changes.count - 1] = last.lowerBound..<index + 1
            } else {
                changes.append(index..<index + 1)
            }
        }
        var (position, oldLine, newLine) = (0, 1, 1)
        for change in changes {
            let margin = margin(of: change, in: script)
            let range = max(0, change.lowerBound - margin)..<min(script.count, change.upperBound + margin)
            for step in script[position..<range.lowerBound] {
                if step.kind != .added { oldLine += 1 }
                if step.kind != .removed { newLine += 1 }
            }
            position = range.lowerBound
            hunks.append(Hunk(oldStart: oldLine, newStart: newLine, lines: Array(script[range])))
            if script[change].contains(where: Self.hasSecret) { hidesSecret = true }
        }
    }

    /// How many lines stand around a change.
    private mutating func margin(of change: Range<Int>, in script: [Step]) -> Int {
        var margin = Self.context
        let before = Array(script[max(0, change.lowerBound - margin)..<change.lowerBound].reversed())
        let behind = Array(script[change.upperBound..<min(script.count, change.upperBound + margin)])
        for side in [before, behind] {
            let open = side.prefix { !Self.hasSecret($0) }.count
            if open < side.count { margin = min(margin, open) }
        }
        if margin == 0 { lacksContext = true }
        return margin
    }

    private static func hasSecret(_ step: Step) -> Bool {
        let text = String(decoding: step.line.bytes, as: UTF8.self)
        return SecretMask.hidingKeys(in: text) != text
    }

    // MARK: Text

    /// The difference as a patch of one file, as `patch -p0` and `git apply -p0` take it.
    ///
    /// Both pass over the lines before the name of the file: there stands what has to be known to apply it.
    package func unified(_ name: PatchName) -> String {
        guard !hunks.isEmpty else { return "" }
        var text = ""
        if let note = name.note { text += "# \(note)\n" }
        if lacksContext {
            text += "# the lines around it hold a key and are left out; `git apply` needs --unidiff-zero\n"
        }
        if hidesSecret { text += "# a key is left out of it, so it cannot be applied as it is\n" }
        text += "--- \(name.text)\n+++ \(name.text)\n"
        for hunk in hunks {
            let old = hunk.lines.count { $0.kind != .added }
            let new = hunk.lines.count { $0.kind != .removed }
            text += "@@ -\(old == 0 ? hunk.oldStart - 1 : hunk.oldStart),\(old) "
            text += "+\(new == 0 ? hunk.newStart - 1 : hunk.newStart),\(new) @@\n"
            for (kind, line) in hunk.lines {
                switch kind {
                case .same: text += " "
                case .removed: text += "-"
                case .added: text += "+"
                }
                text += SecretMask.hidingKeys(in: String(decoding: line.bytes, as: UTF8.self)) + "\n"
                if !line.isEnded { text += "\\ No newline at end of file\n" }
            }
        }
        return text
    }
}
