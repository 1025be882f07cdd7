extension String {
    /// The text in backquotes for a message, cut where it is long.
    package var quoted: String {
        count > 100 ? "`\(prefix(97))…`" : "`\(self)`"
    }
}
