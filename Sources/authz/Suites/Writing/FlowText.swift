import AuthzCore

/// YAML in its flow style, such that what is read back is what was meant: texts are plain only where nothing else could be read.
enum FlowText {
    static func text(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isASCII && ($0.isLetter || $0 == "/") } ?? false
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-".contains($0)) }
            && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(text.lowercased())
        if isPlain { return text }
        var writer = JSONWriter()
        writer.string(text)
        // What a reader of YAML refuses, or a terminal obeys.
        return writer.text.unicodeScalars.reduce(into: "") { result, scalar in
            if scalar.isSafeToShow {
                result.unicodeScalars.append(scalar)
            } else if scalar.value < 0x10000 {
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                let digits = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
    }

    /// `{name: value, …}` of values that are YAML already.
    static func mapping(_ members: [(String, String)]) -> String {
        "{\(members.map { "\(text($0.0)): \($0.1)" }.joined(separator: ", "))}"
    }

    /// `[value, …]` of texts.
    static func list(_ texts: [String]) -> String {
        "[\(texts.map(text).joined(separator: ", "))]"
    }
}
