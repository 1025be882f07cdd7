import AuthzCore

/// One word of a POSIX shell, of text and of variables that the shell fills in.
struct ShellWord {
    enum Part {
        case text(String)
        case variable(String)
    }

    let text: String

    init(_ parts: [Part]) {
        let parts = Self.joined(parts)
        guard parts.contains(where: \.isVariable) else {
            text = Self.quoted(parts.map(\.text).joined())
            return
        }
        // Between double quotes all of it reads best, where no text means anything there.
        let isPlain = parts.allSatisfy { part in
            part.isVariable
                || part.text.unicodeScalars.allSatisfy { $0.isSafeToShow && !"\"$`\\!".unicodeScalars.contains($0) }
        }
        guard isPlain else {
            text = parts.map { $0.isVariable ? "\"$\($0.text)\"" : Self.quoted($0.text) }.joined()
            return
        }
        var word = ""
        for (index, part) in parts.enumerated() {
            guard part.isVariable else {
                word += part.text
                continue
            }
            let next = index + 1 < parts.count ? parts[index + 1].text.utf8.first : nil
            word += next.map(Self.isNameByte) == true ? "${\(part.text)}" : "$\(part.text)"
        }
        text = "\"\(word)\""
    }

    init(_ text: String) {
        self.text = Self.quoted(text)
    }

    /// Without empty texts, neighbors in one.
    private static func joined(_ parts: [Part]) -> [Part] {
        var result: [Part] = []
        for part in parts where !part.text.isEmpty {
            if case .text(let text) = part, case .text(let before) = result.last {
                result[result.count - 1] = .text(before + text)
            } else {
                result.append(part)
            }
        }
        return result
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == UInt8(ascii: "_")
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func quoted(_ text: String) -> String {
        guard text.unicodeScalars.allSatisfy(\.isSafeToShow) else { return printed(text) }
        let isPlain = text.utf8.allSatisfy { isLetterOrDigit($0) || "-._/:".utf8.contains($0) }
        return isPlain && !text.isEmpty ? text : "'\(text.replacing("'", with: #"'\''"#))'"
    }

    /// Text that must not be shown as it is, through `printf`.
    private static func printed(_ text: String) -> String {
        var format = ""
        for scalar in text.unicodeScalars {
            if scalar.isSafeToShow, !"'\\%".unicodeScalars.contains(scalar) {
                format.unicodeScalars.append(scalar)
            } else {
                for byte in String(scalar).utf8 {
                    let octal = String(byte, radix: 8)
                    format += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
                }
            }
        }
        return "\"$(printf '\(format)')\""
    }
}

extension ShellWord.Part {
    var isVariable: Bool { if case .variable = self { true } else { false } }

    /// The text, or the name of the variable.
    var text: String {
        switch self {
        case .text(let text), .variable(let text): text
        }
    }
}
