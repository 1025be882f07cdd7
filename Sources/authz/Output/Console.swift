import AuthzCore

/// Where a command writes: its answer to standard output, everything else to standard error.
struct Console {
    let settings: OutputSettings
    let answers: OutputStream
    let messages: OutputStream
    /// For text of the answer.
    let answerStyle: TextStyle
    /// For messages.
    let messageStyle: TextStyle

    init(
        _ settings: OutputSettings, answers: OutputStream = .standardOutput(), messages: OutputStream = .standardError()
    ) {
        self.settings = settings
        self.answers = answers
        self.messages = messages
        answerStyle = TextStyle(usesColor: settings.usesColor(isTerminal: answers.isTerminal))
        messageStyle = TextStyle(usesColor: settings.usesColor(isTerminal: messages.isTerminal))
    }
}
