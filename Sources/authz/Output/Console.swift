import ArgumentParser
import AuthzCore

/// Where a command writes: its answer to standard output, everything else to standard error.
struct Console {
    let settings: OutputSettings
    let answers: StandardStream
    let messages: StandardStream
    /// For text of the answer.
    let answerStyle: TextStyle

    /// - Parameter answers: By default standard output; text goes there without the signatures of tokens, JSON as it is, since
    ///   the headers of a decision may hold one.
    init(
        _ settings: OutputSettings, answers: StandardStream? = nil, messages: StandardStream = .standardError()
    ) {
        let answers = answers ?? .standardOutput(hidesSignatures: settings.format == .text)
        self.settings = settings
        self.answers = answers
        self.messages = messages
        answerStyle = TextStyle(usesColor: settings.usesColor(isTerminal: answers.isTerminal))
    }

    /// Writes the answer, one line of JSON.
    func answer(_ json: JSONWriter) {
        answers.write(json.bytes + [UInt8(ascii: "\n")])
    }

    /// Writes diagnostics with the lines they are about; under `-q` errors alone.
    func report(_ diagnostics: [Diagnostic], _ sources: SourceTexts) {
        let shown = settings.isQuiet ? diagnostics.filter { $0.severity == .error } : diagnostics
        guard !shown.isEmpty else { return }
        messages.write(DiagnosticRenderer(sources: sources).text(of: shown))
    }

    /// Runs a command's work; bad input is reported and ends the command with status 2.
    ///
    /// - Throws: `ExitCode` where the status is not 0.
    func run(_ work: () throws(InputError) -> Int32) throws {
        let status: Int32
        do {
            status = try work()
        } catch {
            report(error.diagnostics, error.sources)
            throw ExitCode(2)
        }
        if let failure = answers.failure {
            messages.write("error: the answer cannot be written: \(failure)\n")
            throw ExitCode(2)
        }
        if status != 0 { throw ExitCode(status) }
    }
}
