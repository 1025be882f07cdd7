import ArgumentParser
import Testing

@testable import authz

/// The examples in the help of all commands, which are there to be pasted.
@Suite struct CommandExampleTests {
    private static func commands(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        [command] + command.configuration.subcommands.flatMap(commands)
    }

    @Test("no example is broken where a terminal of 80 columns ends")
    func width() {
        var count = 0
        for command in Self.commands(Authz.self) {
            let help = "\n\(Authz.helpMessage(for: command, columns: 80))\n"
            for line in command.configuration.discussion.split(separator: "\n") where line.hasPrefix("  ") {
                count += 1
                #expect(help.contains("\n\(line)\n"), "\(line)")
            }
        }
        #expect(count > 25)
    }

    @Test("an example that goes on in another line says so")
    func continuation() {
        for command in Self.commands(Authz.self) {
            let lines = command.configuration.discussion.split(separator: "\n").filter { $0.hasPrefix("  ") }
            for (line, next) in zip(lines, lines.dropFirst()) where next.hasPrefix("   ") {
                #expect(line.hasSuffix(" \\") || line.hasSuffix(" |"), "\(line)")
            }
        }
    }
}
