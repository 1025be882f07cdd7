extension String {
    /// The text in backquotes for a message, control and direction characters written as escapes, cut where it is long.
    package var quoted: String {
        let text = escapingControls
        return text.count > 100 ? "`\(text.prefix(97))…`" : "`\(text)`"
    }
}
