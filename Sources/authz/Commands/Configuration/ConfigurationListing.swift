import AuthzCore

/// The effective options of a command, as a file that would give them, each with where it comes from.
struct ConfigurationListing {
    let scan: CommandLineScan
    let environment: Environment
    /// What the command line says without an option, by the name of the option that would say it; each goes before everything else.
    var arguments: [String: [String]] = [:]

    /// One line for each option of the command that has a value.
    func lines(of command: ConfiguredCommand) -> [String] {
        let keys = ConfigurationKey.all.filter { $0.commands.contains(command) }.map { $0.forCommand(command) }
        let rows = keys.map { key in
            let value = value(of: key)
            return ("\(key.name): \(Self.text(value.texts, key.kind, value.keySets))", value.source)
        }
        // A key set, or a list of many, would push the sources of all others out of sight.
        let width = rows.map(\.0.count).filter { $0 <= Self.maximumAlignedWidth }.max() ?? 0
        return rows.map { "\($0.0)\(String(repeating: " ", count: max(0, width - $0.0.count)))  # \($0.1)" }
    }

    private static let maximumAlignedWidth = 80

    private func value(of key: ConfigurationKey) -> (texts: [String], keySets: [KeyDocument], source: String) {
        if let words = arguments[key.option], !words.isEmpty { return (words, [], "argument") }
        if let given = scan.given[key.option] {
            if case .flag = key.kind { return (["true"], [], "flag") }
            let isList = if case .texts = key.kind { true } else { false }
            return (isList ? given.flatMap { $0.split(separator: ",").map(String.init) } : given, [], "flag")
        }
        if let text = environment.values[key.variable], !text.isEmpty {
            switch key.kind {
            case .texts, .paths, .keySets: return (environment.list(key.variable), [], "environment")
            case .flag:
                return ([["true", "1", "yes"].contains(text.lowercased()) ? "true" : "false"], [], "environment")
            case .text, .path, .number, .choice: return ([text], [], "environment")
            }
        }
        if let value = environment.file?.values[key.variable] {
            let isOfKeys = if case .keySets = key.kind { true } else { false }
            return (
                value.texts, isOfKeys ? environment.keySets : [], "\(value.location.file):\(value.location.line)"
            )
        }
        return (key.defaultText.isEmpty ? [] : [key.defaultText], [], "default")
    }

    private static func text(
        _ texts: [String], _ kind: ConfigurationKey.Kind, _ keySets: [KeyDocument]
    ) -> String {
        switch kind {
        case .texts, .paths: return "[\(texts.map(scalar).joined(separator: ", "))]"
        case .keySets:
            let files = texts.map { text in
                let divider = text.lastIndex(of: "=") ?? text.endIndex
                return "\(uri(String(text[..<divider]))): \(scalar(String(text[divider...].dropFirst())))"
            }
            // A document that is JSON is YAML as well. Its secrets are not for whoever sees the terminal, or a log of the start.
            let sets = keySets.map {
                "\(uri($0.uri)): \(SecretMask.hidingSecrets(in: String(decoding: $0.bytes, as: UTF8.self)))"
            }
            return "{\((files + sets).joined(separator: ", "))}"
        case .flag, .number, .text(.share): return texts.last ?? "null"
        case .text, .path, .choice: return texts.last.map(scalar) ?? "null"
        }
    }

    /// Plain where nothing can make it something else than a text.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isLetter || $0 == "/" || $0 == "." || text.contains(":") && $0.isNumber } ?? false
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._/:-".contains($0)) }
            && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(text.lowercased())
            && !text.hasSuffix(":")
        return isPlain ? text : quoted(text)
    }

    private static func uri(_ text: String) -> String { quoted(RedactedURL.text(of: text)) }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return writer.text
    }
}

extension ConfigurationOptions {
    /// Prints the options where that is asked for.
    ///
    /// - Parameter arguments: What the command line says without an option, by the name of the option that would say it.
    /// - Returns: Whether it was, and then there is nothing else to do.
    func isPrinted(for command: ConfiguredCommand, arguments: [String: [String]] = [:]) -> Bool {
        guard printConfig else { return false }
        let listing = ConfigurationListing(scan: .process, environment: .process, arguments: arguments)
        StandardStream.standardOutput().write(listing.lines(of: command).map { $0 + "\n" }.joined())
        return true
    }
}
