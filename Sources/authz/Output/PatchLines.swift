import AuthzCore

/// The lines of a patch as they may be shown, so that `patch` still takes them: tabs, and what ends a line before its line feed,
/// stay what they are.
struct PatchLines {
    let lines: [String]

    init(_ patch: String) {
        // By line feeds: the pair of a return and a line feed is one character.
        let lines = patch.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        self.lines = lines.map { line in
            let isReturned = line.last == "\r"
            let cells = (isReturned ? line.dropLast() : line).split(separator: "\t", omittingEmptySubsequences: false)
            return cells.map { String($0).escapingControls }.joined(separator: "\t") + (isReturned ? "\r" : "")
        }
    }
}
