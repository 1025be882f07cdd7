/// The manual page of the program, in mdoc(7). It is made from the commands, so that it says what they say.
struct ManualPage {
    /// A command under the words that call it.
    private struct Entry {
        var words: [String]
        var command: CommandDescription
    }

    private var page = ManualWriter()
    private let name: String

    var text: String { page.text }

    init(of program: CommandDescription) {
        name = program.commandName
        let entries = Self.entries(of: program)
        page.macro("Dd", ProductVersion.date)
        page.macro("Dt", name.uppercased(), "1")
        page.macro("Os", "\(name) \(ProductVersion.current)")
        page.macro("Sh", "NAME")
        page.macro("Nm", name)
        let abstract = program.abstract ?? ""
        page.macro("Nd", abstract.prefix(1).lowercased() + abstract.dropFirst().prefix { $0 != "." })
        page.macro("Sh", "SYNOPSIS")
        for entry in entries where entry.command.commands.isEmpty { writeSynopsis(of: entry) }
        page.macro("Sh", "DESCRIPTION")
        page.paragraphs(program.discussion ?? "")
        page.macro("Sh", "COMMANDS")
        for entry in entries { write(entry) }
        writeSurroundings()
    }

    /// The commands, each behind those that it belongs to, which do nothing by themselves.
    private static func entries(of program: CommandDescription) -> [Entry] {
        func entries(_ words: [String], _ command: CommandDescription) -> [Entry] {
            guard !command.commands.isEmpty else { return [Entry(words: words, command: command)] }
            let own = words.isEmpty ? [] : [Entry(words: words, command: command)]
            return own + command.commands.flatMap { entries(words + [$0.commandName], $0) }
        }
        return entries([], program)
    }

    private mutating func writeSynopsis(of entry: Entry) {
        page.macro("Nm", name)
        page.macro("Cm", entry.words.joined(separator: " "))
        let arguments = entry.command.shownArguments
        // Those that every command has say nothing of it.
        let own = arguments.filter { $0.names?.contains { ["help", "version"].contains($0.name) } != true }
        if own.contains(where: { $0.kind != .positional }) {
            page.macro("Op", "Ar", "options")
        }
        for argument in arguments where argument.kind == .positional {
            let value = ["Ar", argument.valueName ?? ""] + (argument.isRepeating ? ["..."] : [])
            page.macros([(argument.isOptional ? ["Op"] : []) + value])
        }
    }

    private mutating func write(_ entry: Entry) {
        page.macro("Ss", "\(name) \(entry.words.joined(separator: " "))")
        page.sentences(entry.command.abstract ?? "")
        if let discussion = entry.command.discussion {
            page.line("Pp")
            page.paragraphs(discussion)
        }
        guard entry.command.commands.isEmpty else { return }
        var titles: [String] = []
        for argument in entry.command.shownArguments where !titles.contains(argument.sectionTitle ?? "") {
            titles.append(argument.sectionTitle ?? "")
        }
        for title in titles {
            if !title.isEmpty {
                page.line("Pp")
                page.macro("Sy", "\(title):")
            }
            page.line("Bl -tag -width Ds")
            for argument in entry.command.shownArguments where argument.sectionTitle ?? "" == title { write(argument) }
            page.line("El")
        }
    }

    /// What the program reads and leaves beside its options.
    private mutating func writeSurroundings() {
        page.macro("Sh", "ENVIRONMENT")
        page.line("Bl -tag -width Ds -compact")
        for key in ConfigurationKey.all {
            page.macros([["It", "Ev", key.variable]])
            page.macros([["Fl", "-\(key.option)"]])
        }
        list(
            "Ev",
            [
                ("AUTHZ_CONFIG", "The file of --config."),
                ("NO_COLOR", "Where it is set, nothing is colored unless --color says so."),
                ("GITHUB_STEP_SUMMARY", "The file that the summary of a job goes to under --format github."),
            ])
        page.line("El")
        page.macro("Sh", "FILES")
        page.line("Bl -tag -width Ds")
        list(
            "Pa",
            [
                (
                    ConfigurationFile.defaultPath,
                    "Options, where the working directory has it and --config names no other."
                ),
                ("policies/", "Policies, and the suites beside them, where no others are named."),
                ("*_test.yaml", "A suite, which is never read as policies."),
            ])
        page.line("El")
        page.macro("Sh", "EXIT STATUS")
        page.line("Bl -tag -width Ds")
        list(
            nil,
            [
                ("0", "Yes: passed, clean, explained, ready."),
                (
                    "1",
                    "No: failed, findings, less covered than is asked for, denied under --exit-code, a token that is not good, not ready."
                ),
                ("2", "No answer: an input is bad, or a file cannot be read or written."),
                ("64", "The command line is wrong."),
            ])
        page.line("El")
    }

    private mutating func list(_ macro: String?, _ items: [(name: String, sentence: String)]) {
        for item in items {
            page.macros([["It"] + (macro.map { [$0] } ?? []) + [item.name]])
            page.sentences(item.sentence)
        }
    }

    private mutating func write(_ argument: CommandDescription.Argument) {
        var calls = [["It"]]
        if argument.kind == .positional { calls.append(["Ar", argument.valueName ?? ""]) }
        for (index, name) in (argument.names ?? []).enumerated() {
            if index > 0 { calls.append([","]) }
            calls.append(["Fl", String(name.text.dropFirst())])
            if argument.kind == .option { calls.append(["Ar", argument.valueName ?? ""]) }
        }
        page.macros(calls)
        page.paragraphs(argument.abstract ?? "")
        if let values = argument.allValues { page.sentences("One of \(values.joined(separator: ", ")).") }
    }
}
