/// Text in the macros of mdoc(7), escaped so that it means itself.
struct ManualWriter {
    private(set) var text = ""

    /// A line with macros as the program writes them.
    mutating func line(_ macros: StaticString) {
        text += ".\(macros)\n"
    }

    /// A line with a macro. An argument may be one that is called, such as `Ar`.
    mutating func macro(_ name: String, _ arguments: String...) {
        text += ([".\(name)"] + arguments.map(Self.argument)).joined(separator: " ") + "\n"
    }

    /// A line with macros that are called one behind the other.
    mutating func macros(_ calls: [[String]]) {
        text += "." + calls.map { $0.map(Self.argument).joined(separator: " ") }.joined(separator: " ") + "\n"
    }

    /// Lines as help texts have them: what is indented stands as it is, and an empty line divides paragraphs.
    mutating func paragraphs(_ help: String) {
        var isLiteral = false
        var isDivided = false
        for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
            let isIndented = line.hasPrefix("  ")
            if isIndented != isLiteral {
                isIndented ? self.line("Bd -literal -offset indent") : self.line("Ed")
                isLiteral = isIndented
                isDivided = false
            }
            if line.isEmpty {
                isDivided = true
                continue
            }
            if isDivided { self.line("Pp") }
            isDivided = false
            if isIndented { write(line.dropFirst(2)) } else { sentences(line) }
        }
        if isLiteral { self.line("Ed") }
    }

    /// Text of which each sentence begins a line.
    mutating func sentences(_ sentences: some StringProtocol) {
        for sentence in String(sentences).replacing(". ", with: ".\n").split(separator: "\n") { write(sentence) }
    }

    private mutating func write(_ line: Substring) {
        let isRequest = line.hasPrefix(".") || line.hasPrefix("'")
        text += (isRequest ? "\\&" : "") + Self.escaped(line) + "\n"
    }

    private static func argument(_ text: String) -> String {
        let escaped = escaped(text)
        return escaped.contains(" ") || escaped.isEmpty ? "\"\(escaped)\"" : escaped
    }

    private static func escaped(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "\"": result += "\\(dq"
            case "`": result += "\\(ga"
            case "'": result += "\\(aq"
            case "~": result += "\\(ti"
            case "^": result += "\\(ha"
            case let scalar where !scalar.isASCII:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\[u\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)]"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
