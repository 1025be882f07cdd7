import AuthzCore

/// A file as a patch names it, so that `patch -p0` finds it: below the folder it is applied in, and one word to its reader.
package struct PatchName: Sendable {
    /// As it stands behind `---`.
    package let text: String
    /// How to apply it where that name does not lead to the file.
    package let note: String?

    /// - Parameters:
    ///   - file: As the input was named; `<stdin>` for standard input.
    ///   - folder: The absolute path where the patch is applied; `nil` where that is not known, and names stay as they are.
    package init(_ file: String, in folder: String?) {
        guard file != "<stdin>" else {
            text = file
            note = "of standard input: apply it with `patch FILE`"
            return
        }
        let parts = file.split(separator: "/")
        guard let folder, file.hasPrefix("/") || parts.contains("..") else {
            text = Self.word(file)
            note = nil
            return
        }
        let path = Self.path(file.hasPrefix("/") ? parts : folder.split(separator: "/") + parts)
        let base = Self.path(folder.split(separator: "/"))
        if path.count > base.count, path.starts(with: base) {
            text = Self.word(path[base.count...].joined(separator: "/"))
            note = nil
        } else {
            // Neither an absolute path nor one with `..` is taken by `patch`.
            text = Self.word(path.joined(separator: "/"))
            note = "of \(file.escapingControls): apply it with `patch -p0 -d /`"
        }
    }

    /// The names from the root on, without `.` and `..`.
    private static func path(_ parts: [Substring]) -> [Substring] {
        var path: [Substring] = []
        for part in parts where part != "." {
            if part == ".." {
                path = path.dropLast()
            } else {
                path.append(part)
            }
        }
        return path
    }

    /// A name with a blank ends with a tab, one that would end the line is quoted.
    private static func word(_ name: String) -> String {
        guard
            name.utf8.contains(where: {
                $0 < 0x20 || $0 == 0x7f || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
            })
        else { return name.contains(" ") ? name + "\t" : name }
        var word: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): word += [UInt8(ascii: "\\"), byte]
            case 0..<0x20, 0x7f:
                let octal = String(byte, radix: 8)
                word += Array("\\\(String(repeating: "0", count: 3 - octal.count))\(octal)".utf8)
            default: word.append(byte)
            }
        }
        return "\"\(String(decoding: word, as: UTF8.self))\""
    }
}
