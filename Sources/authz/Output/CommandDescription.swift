import ArgumentParser
import Foundation

/// A command with its options and its own commands, as the parser tells it to programs.
struct CommandDescription: Decodable {
    struct Argument: Decodable {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        struct Name: Decodable {
            var kind: String
            var name: String

            /// With its dashes.
            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        var kind: Kind
        var shouldDisplay: Bool
        var sectionTitle: String?
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        /// The values that it can have, where these are few.
        var allValues: [String]?
        var abstract: String?
    }

    var commandName: String
    var abstract: String?
    var discussion: String?
    var subcommands: [CommandDescription]?
    var arguments: [Argument]?

    /// Of the whole program.
    static func program() throws -> CommandDescription {
        struct Document: Decodable {
            var command: CommandDescription
        }
        return try JSONDecoder().decode(Document.self, from: Data(Authz._dumpHelp().utf8)).command
    }

    /// Without the `help` that the parser adds.
    var commands: [CommandDescription] { (subcommands ?? []).filter { $0.commandName != "help" } }

    var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }
}
