import ArgumentParser

/// The variables `AUTHZ_…` by which each option can be given. An option on the command line goes before its variable.
struct Environment: Sendable {
    var values: [String: String]

    /// The text of a variable; an empty one counts as not set.
    func text(_ name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// The values of a variable that stands for a repeatable option, separated by commas.
    func list(_ name: String) -> [String] {
        text(name)?.split(separator: ",").map(String.init) ?? []
    }

    /// The value of a variable that stands for a flag.
    ///
    /// - Throws: `ValidationError` for a text that is no Boolean.
    func flag(_ name: String) throws -> Bool {
        switch text(name)?.lowercased() {
        case nil, "false", "0", "no": false
        case "true", "1", "yes": true
        case let text?: throw ValidationError("\(name) is `\(text)`; expected `true` or `false`")
        }
    }

    /// The value of a variable that stands for an option with a number.
    ///
    /// - Throws: `ValidationError` for a text that is no number of the range.
    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw ValidationError("\(name) is `\(text)`; expected \(range.lowerBound) to \(range.upperBound)")
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
        throw ValidationError("\(name) is `\(text)`; expected one of \(expected)")
    }
}
