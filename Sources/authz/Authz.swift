import ArgumentParser
import AuthzCore
import Foundation

/// The program: decides requests under Istio's security policies.
@main
struct Authz: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authz",
        abstract: "Decide requests under Istio's security policies: serve, explain, test, lint, token.",
        discussion: """
            Every option can also be given as a variable AUTHZ_… in the environment, such as AUTHZ_POLICIES, where a repeatable \
            one takes its values divided by commas; those of serve, explain, test, lint, token verify and healthcheck also in authz.yaml (--config), \
            where --mesh-config is meshConfig. An option goes before the environment, and that before the file.

            Exit status: 0 yes (passed, explained); 1 no (failed, denied under --exit-code); 2 no answer (bad input); \
            64 usage.

            Example:
              authz explain -p policies/ examples/denied.json
            """,
        version: ProductVersion.current,
        subcommands: [
            ServeCommand.self, ExplainCommand.self, TestCommand.self, LintCommand.self, TokenCommand.self,
            HealthcheckCommand.self, CompletionCommand.self, ManCommand.self, VersionCommand.self,
        ])

    /// Parses the command line and runs the command; a token in a usage error is shown without its signature.
    static func main() async {
        StandardStream.openMissing()
        if let problem = Environment.process.problem {
            let renderer = DiagnosticRenderer(sources: problem.sources)
            StandardStream.standardError().write(renderer.text(of: problem.diagnostics))
            // Of a health check 2 is a status that Docker keeps for itself.
            Foundation.exit(CommandLineScan.process.command == .healthcheck ? 1 : 2)
        }
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as InputError {
            // What a file says of options that do not go together.
            let renderer = DiagnosticRenderer(sources: error.sources)
            StandardStream.standardError().write(renderer.text(of: error.diagnostics))
            Foundation.exit(2)
        } catch {
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if !text.isEmpty {
                let stream: StandardStream = code.isSuccess ? .standardOutput() : .standardError()
                stream.write(text + "\n")
            }
            Foundation.exit(code.rawValue)
        }
    }
}
