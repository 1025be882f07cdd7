/// Hides what may be a secret in a line that a diagnostic shows: compact tokens, the secret members of JSON Web Keys, what
/// follows `authorization`, and user, password and query of a URL. Each character becomes a dot, so the marks beneath still fit.
package enum SecretMask {
    private static let dot: Unicode.Scalar = "•"
    /// RFC 7518 §6: the members of a JWK that are secret.
    private static let secretMembers: Set<String> = ["k", "d", "p", "q", "dp", "dq", "qi"]

    /// The line with its secrets hidden. Linear in its length.
    static func hidingSecrets(in line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var line = line
        hideTokens(in: &line)
        hideOddTokens(in: &line)
        hideMembers(in: &line)
        hideAuthorization(in: &line)
        hidePartsOfURLs(in: &line)
        return line
    }

    package static func hidingSecrets(in line: String) -> String {
        String(String.UnicodeScalarView(hidingSecrets(in: Array(line.unicodeScalars))))
    }

    /// The line with nothing hidden but the secret members of JSON Web Keys.
    package static func hidingKeys(in line: String) -> String {
        // Most lines have none, and then stay as they are, byte for byte.
        guard line.utf8.contains(UInt8(ascii: "\"")) else { return line }
        var scalars = Array(line.unicodeScalars)
        hideMembers(in: &scalars)
        return String(String.UnicodeScalarView(scalars))
    }

    /// Runs that begin as every base64url text of a JSON object does.
    private static func hideTokens(in line: inout [Unicode.Scalar]) {
        var index = 0
        while index < line.count {
            guard isTokenScalar(line[index]) else {
                index += 1
                continue
            }
            var end = index
            while end < line.count, isTokenScalar(line[end]) { end += 1 }
            if end - index > 3, line[index..<index + 3].elementsEqual("eyJ".unicodeScalars) {
                hide(index..<end, in: &line)
            }
            index = end
        }
    }

    /// Runs in which a token is that begins otherwise: its header with a blank, or its first piece with something else.
    private static func hideOddTokens(in line: inout [Unicode.Scalar]) {
        // What is no ASCII ends a run, as a blank does.
        let bytes = line.map { $0.isASCII ? UInt8(truncatingIfNeeded: $0.value) : 0x20 }
        var index = 0
        while index < bytes.count {
            let end = bytes[index...].firstIndex { !TokenRun.isMember($0) } ?? bytes.count
            if TokenRun.signature(in: bytes[index..<end]) != nil { hide(index..<end, in: &line) }
            index = end + 1
        }
    }

    private static func isTokenScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic && scalar.isASCII || ("0"..."9").contains(scalar) || scalar == "_"
            || scalar == "-"
            || scalar == "."
    }

    /// The value behind `"k":`, with the quotes of either written with or without a backslash.
    private static func hideMembers(in line: inout [Unicode.Scalar]) {
        var index = 0
        while let open = line[index...].firstIndex(of: "\"") {
            guard let close = line[(open + 1)...].firstIndex(of: "\"") else { return }
            let name = String(String.UnicodeScalarView(line[(open + 1)..<close].filter { $0 != "\\" }))
            var value = close + 1
            while value < line.count, line[value] == " " || line[value] == ":" || line[value] == "\\" { value += 1 }
            if secretMembers.contains(name), value < line.count, line[value] == "\"" {
                let end = line[(value + 1)...].firstIndex(of: "\"") ?? line.count
                hide(value + 1..<end, in: &line)
                index = end
            } else {
                index = close
            }
            // The quote that closed may open the next text.
            if index == open { index += 1 }
        }
    }

    /// Everything behind `authorization:` up to the end of the entry.
    private static func hideAuthorization(in line: inout [Unicode.Scalar]) {
        let word = Array("authorization".unicodeScalars)
        var index = 0
        while index + word.count <= line.count {
            guard zip(word, line[index...]).allSatisfy({ $0 == $1 || $0.value == $1.value | 0x20 }) else {
                index += 1
                continue
            }
            index += word.count
            guard let colon = line[index...].prefix(3).firstIndex(of: ":") else { continue }
            let end = line[colon...].firstIndex { $0 == "," || $0 == "}" } ?? line.count
            hide(colon + 1..<end, in: &line)
            index = end
        }
    }

    /// What ``RedactedURL`` leaves out. A URL ends at a blank, a quote or a bracket.
    private static func hidePartsOfURLs(in line: inout [Unicode.Scalar]) {
        let ends: Set<Unicode.Scalar> = [" ", "\t", "\"", "'", "`", "}", "]", ")", ">"]
        var index = 0
        while index + 3 <= line.count {
            guard line[index] == ":", line[index + 1] == "/", line[index + 2] == "/" else {
                index += 1
                continue
            }
            let start = index + 3
            let end = line[start...].firstIndex(where: ends.contains) ?? line.count
            let authority = line[start..<end].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            if let at = authority.lastIndex(of: "@") { hide(start..<at, in: &line) }
            if let mark = line[start..<end].firstIndex(where: { $0 == "?" || $0 == "#" }) {
                hide(mark + 1..<end, in: &line)
            }
            index = end
        }
    }

    private static func hide(_ range: Range<Int>, in line: inout [Unicode.Scalar]) {
        for index in range where line[index] != " " { line[index] = dot }
    }
}
