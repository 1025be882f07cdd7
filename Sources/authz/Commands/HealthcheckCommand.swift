import ArgumentParser
import AuthzCore
import AuthzServer

/// `authz healthcheck`
struct HealthcheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck", abstract: "Ask a running server whether it is ready.",
        discussion: """
            Asks /readyz of the admin listener, for containers that have no curl. It waits 3 s at most.

            Exit status: 0 ready; 1 not ready, or no answer.

            Example:
              authz healthcheck
              authz healthcheck --admin http://127.0.0.1:9192
            """)

    @Option(
        help: ArgumentHelp(
            "The admin listener (default: where --admin-listen of serve puts it by its variable or file).",
            valueName: "url"))
    var admin: String?

    @Option(
        help: ArgumentHelp("The same as HOST:PORT.", valueName: "host:port"))
    var address: String?

    @Flag(name: .shortAndLong, help: "Say nothing.")
    var quiet = false

    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions

    func validate() throws {
        _ = try url(.process)
    }

    func run() async throws {
        if configuration.isPrinted(for: .healthcheck) { return }
        let answer = try await HealthProbe(url: try url(.process)).ask()
        if !quiet { StandardStream.standardOutput().write(answer.text + "\n") }
        if !answer.isReady { throw ExitCode(1) }
    }

    /// What is asked. An address of every interface is asked on this host.
    func url(_ environment: Environment) throws -> String {
        if admin != nil, address != nil { throw ValidationError("--admin and --address are the same thing twice") }
        if let admin {
            guard admin.hasPrefix("http://") || admin.hasPrefix("https://") else {
                throw ValidationError("\(admin.quoted) is not a URL; expected `http://HOST:PORT`")
            }
            return (admin.hasSuffix("/") ? String(admin.dropLast()) : admin) + "/readyz"
        }
        let text = address ?? environment.text("AUTHZ_ADMIN_LISTEN") ?? "127.0.0.1:9192"
        guard let listen = ListenAddress(text), case .network(let host, let port) = listen, port > 0 else {
            throw ValidationError("\(text.quoted) is not an address that can be asked; expected `HOST:PORT`")
        }
        let asked = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
        return "http://\(ListenAddress(host: asked, port: port))/readyz"
    }
}
