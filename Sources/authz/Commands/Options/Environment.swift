import ArgumentParser
import AuthzCore

/// The variables `AUTHZ_…` by which each option can be given, and the file that may give it, too. An option on the command line goes
/// before its variable, and that before the file.
struct Environment: Sendable {
    var values: [String: String]
    /// By variable as well.
    var file: ConfigurationFile?
    /// What is wrong with the file.
    var problem: InputError?

    init(values: [String: String], file: ConfigurationFile? = nil) {
        self.values = values
        self.file = file
    }

    /// The text of a variable, or of its key in the file; an empty variable counts as not set.
    func text(_ name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return file?.values[name]?.texts.joined(separator: ",") }
        return value
    }

    /// The values of a variable that stands for a repeatable option, separated by commas, or of the list in the file.
    func list(_ name: String) -> [String] {
        guard let value = values[name], !value.isEmpty else { return file?.values[name]?.texts ?? [] }
        return value.split(separator: ",").map(String.init)
    }

    /// The key sets that are written in the file, where no variable gives others.
    var keySets: [KeyDocument] { isSet("AUTHZ_JWKS") ? [] : file?.keySets ?? [] }

    /// Whether a variable itself has a value, whatever the file says.
    func isSet(_ name: String) -> Bool { values[name]?.isEmpty == false }

    /// The name of a variable, or the place in the file that gives its value.
    private func title(_ name: String) -> String {
        guard values[name]?.isEmpty ?? true, let value = file?.values[name] else { return name }
        return "\(value.location)"
    }

    /// The value of a variable that stands for a flag.
    ///
    /// - Throws: `ValidationError` for a text that is no Boolean.
    func flag(_ name: String) throws -> Bool {
        switch text(name)?.lowercased() {
        case nil, "false", "0", "no": false
        case "true", "1", "yes": true
        case let text?: throw ValidationError("\(title(name)) is `\(text)`; expected `true` or `false`")
        }
    }

    /// The value of a variable that stands for an option with a number.
    ///
    /// - Throws: `ValidationError` for a text that is no number of the range.
    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw ValidationError("\(title(name)) is `\(text)`; expected \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The value of a variable that stands for an option with a closed list of values.
    ///
    /// - Throws: `ValidationError` for a text that is not in the list.
    func choice<Value: CaseIterable & RawRepresentable<String>>(_ name: String, of type: Value.Type) throws -> Value? {
        guard let text = text(name) else { return nil }
        if let value = Value(rawValue: text) { return value }
        let expected = Value.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        throw ValidationError("\(title(name)) is `\(text)`; expected one of \(expected)")
    }
}
