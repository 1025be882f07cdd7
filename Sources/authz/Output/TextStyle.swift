/// Marks up text for a terminal. Color never carries a meaning that the words do not.
struct TextStyle: Sendable {
    enum Mark: String {
        case bold = "1"
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    var usesColor: Bool

    func callAsFunction(_ text: String, _ marks: Mark...) -> String {
        guard usesColor, !marks.isEmpty, !text.isEmpty else { return text }
        return "\u{1B}[\(marks.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
    }
}
