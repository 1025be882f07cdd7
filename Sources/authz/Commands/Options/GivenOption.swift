import ArgumentParser
import AuthzCore

/// The value of an option, and where it is written: what is wrong with it is said with its place.
struct GivenOption: Sendable {
    enum Source: Sendable {
        /// The command line.
        case option
        case variable(String)
        /// The place in a file.
        case file(SourceLocation, SourceTexts)
    }

    /// One, but for options that can be repeated.
    var texts: [String]
    var source: Source

    /// Where the value is written, for messages.
    func location(_ option: String) -> SourceLocation {
        switch source {
        case .option: SourceLocation(file: option, line: 1, column: 1)
        case .variable(let name): SourceLocation(file: name, line: 1, column: 1)
        case .file(let location, _): location
        }
    }

    /// What to throw where the value is wrong: a usage error, or one of the file.
    func error(_ problem: OptionForm.Problem) -> any Error {
        switch source {
        case .option: ValidationError(problem.text)
        case .variable(let name): ValidationError("\(name): \(problem.text)")
        case .file(let location, let sources):
            InputError(
                [Diagnostic(.error, problem.code, at: location, problem.message, label: problem.label)],
                sources: sources)
        }
    }

    /// What to throw where the value goes with no other, or lacks another.
    func conflict(_ message: String) -> any Error {
        error(OptionForm.Problem(code: .conflictingFields, message: message))
    }

    /// The values that are divided by commas, each of the form.
    func elements(_ form: OptionForm) throws -> [String] {
        // An empty name is one that somebody meant to give.
        let omitsEmpty = if case .clientName = form { false } else { true }
        let elements = texts.flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: omitsEmpty).map(String.init)
        }
        for element in elements {
            if let problem = form.problem(of: element) { throw error(problem) }
        }
        return elements
    }

    /// The one value, of the form.
    func text(_ form: OptionForm) throws -> String {
        let text = texts.joined(separator: ",")
        if let problem = form.problem(of: text) { throw error(problem) }
        return text
    }
}

extension Environment {
    /// The value on the command line, else that of the variable, else that of its key in the file; `nil` where nobody says anything.
    func given(_ option: [String], _ variable: String) -> GivenOption? {
        if !option.isEmpty { return GivenOption(texts: option, source: .option) }
        if let value = values[variable], !value.isEmpty {
            return GivenOption(texts: value.split(separator: ",").map(String.init), source: .variable(variable))
        }
        guard let file, let value = file.values[variable] else { return nil }
        return GivenOption(texts: value.texts, source: .file(value.location, file.sources))
    }

    func given(_ option: String?, _ variable: String) -> GivenOption? {
        if option == nil, let value = values[variable], !value.isEmpty {
            return GivenOption(texts: [value], source: .variable(variable))
        }
        return given(option.map { [$0] } ?? [], variable)
    }
}
