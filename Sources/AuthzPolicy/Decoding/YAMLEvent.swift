/// A step of reading a YAML stream, with the place where it was read.
struct YAMLEvent {
    enum Content {
        case documentStart
        case documentEnd
        case streamEnd
        case alias(String)
        case scalar(text: String, isPlain: Bool, anchor: String?, tag: String?)
        case sequenceStart(anchor: String?, tag: String?)
        case sequenceEnd
        case mappingStart(anchor: String?, tag: String?)
        case mappingEnd
    }

    /// A position; both numbers count from 1, and columns count characters.
    struct Mark: Hashable {
        var line: Int
        var column: Int
    }

    var content: Content
    var start: Mark
    /// Just behind the last character.
    var end: Mark
}

/// Text that is no YAML.
struct YAMLSyntaxError: Error {
    /// What was wrong, in the words of libyaml.
    var problem: String
    /// What was being read, in the words of libyaml.
    var context: String?
    var mark: YAMLEvent.Mark
    /// Whether the character at the mark is a tab.
    var isTab = false
}
