import ArgumentParser

/// `authz man`
struct ManCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man", abstract: "Print the manual page of all commands.",
        discussion: """
            Example:
              authz man | man -l -
              authz man > /usr/local/share/man/man1/authz.1
            """)

    func run() throws {
        let page = ManualPage(of: try CommandDescription.program())
        let console = Console(.plain, answers: .standardOutput(hidesSignatures: false))
        try console.run {
            console.answers.write(page.text)
            return 0
        }
    }
}
