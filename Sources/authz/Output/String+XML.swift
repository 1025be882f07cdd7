extension String {
    /// The text as XML 1.0 has it between tags or in an attribute: what it cannot hold at all is replaced.
    var xmlEscaped: String {
        var result = ""
        result.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case "\r": result += "&#13;"
            case "\u{0}"..<"\u{20}", "\u{7f}"..."\u{9f}", "\u{fffe}", "\u{ffff}": result += "\u{fffd}"
            default: scalar.appendEscaped(to: &result)
            }
        }
        return result
    }

    /// The same, with line ends as they are: for text between tags.
    var xmlText: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).xmlEscaped }.joined(separator: "\n")
    }
}

extension Unicode.Scalar {
    /// Appends it to XML or HTML, as an entity where it would be markup.
    func appendEscaped(to markup: inout String) {
        switch self {
        case "&": markup += "&amp;"
        case "<": markup += "&lt;"
        case ">": markup += "&gt;"
        case "\"": markup += "&quot;"
        case "'": markup += "&#39;"
        default: markup.unicodeScalars.append(self)
        }
    }
}
