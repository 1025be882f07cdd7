import AuthzCore

/// Pieces of the Test Anything Protocol, version 13.
enum TAPText {
    /// A description, which may hold no line end, and a `#` only with a backslash before it.
    static func escaped(_ text: String) -> String {
        text.escapingControls.replacing("\\", with: "\\\\").replacing("#", with: "\\#")
    }

    /// A YAML block, in which every text is a JSON string.
    static func block(_ members: [(String, String)]) -> String {
        let lines = members.map { name, text in
            var writer = JSONWriter()
            writer.string(text)
            return "  \(name): \(writer.text)\n"
        }
        return "  ---\n" + lines.joined() + "  ...\n"
    }
}
