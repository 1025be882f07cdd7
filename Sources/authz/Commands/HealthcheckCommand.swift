import ArgumentParser
import AuthzCore
import AuthzServer

/// `authz healthcheck`
struct HealthcheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck", abstract: "Ask a running server whether it is ready.",
        discussion: """
            Asks /readyz of the admin listener or, with --kind grpc, grpc.health.v1.Health/Check of the check listener, for \
            containers that have no client of their own. It waits 3 s at most. Where serve listens it knows from the variables and \
            the file that serve reads, and where those give --tls-cert, it trusts that very certificate.

            Exit status: 0 ready; 1 not ready, no answer, or nothing that can be asked.

            Example:
              authz healthcheck
              authz healthcheck --admin http://127.0.0.1:9192
              authz healthcheck --kind grpc --address unix:/run/authz/checks.sock
            """)

    @Option(help: ArgumentHelp("The admin listener over http, or the check listener over grpc (default: http)."))
    var kind: HealthKind?

    @Option(
        help: ArgumentHelp(
            "The admin listener (default: where --admin-listen of serve puts it by its variable or file).",
            valueName: "url"))
    var admin: String?

    @Option(
        help: ArgumentHelp(
            "The listener to ask, as HOST:PORT or unix:PATH (default: where --admin-listen, or --listen, of serve puts it).",
            valueName: "address"))
    var address: String?

    @Option(
        help: ArgumentHelp(
            "The authorities of the check listener's certificate in PEM, which must name the host; asks over TLS.",
            valueName: "file"), completion: .file())
    var serverCa: String?

    @Option(
        help: ArgumentHelp(
            "A certificate in PEM for a listener that asks for one (--tls-client-ca).", valueName: "file"),
        completion: .file())
    var clientCert: String?

    @Option(
        help: ArgumentHelp("The private key of that certificate in PEM (default: in its file).", valueName: "file"),
        completion: .file())
    var clientKey: String?

    @Flag(name: .shortAndLong, help: "Say nothing.")
    var quiet = false

    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions

    /// What the command line itself gets wrong is a usage error.
    func validate() throws {
        _ = try probe(Environment(values: [:]))
    }

    func run() async throws {
        if configuration.isPrinted(for: .healthcheck) { return }
        let answer: HealthProbe.Answer
        let isQuiet: Bool
        do {
            isQuiet = try quiet || Environment.process.flag("AUTHZ_QUIET")
            answer = try await probe(.process).ask()
        } catch let error as InputError {
            StandardStream.standardError().write(DiagnosticRenderer(sources: error.sources).text(of: error.diagnostics))
            throw ExitCode(1)
        } catch {
            StandardStream.standardError().write("not ready: \((error as? ValidationError)?.message ?? "\(error)")\n")
            throw ExitCode(1)
        }
        if !isQuiet { StandardStream.standardOutput().write(answer.text + "\n") }
        if !answer.isReady { throw ExitCode(1) }
    }

    /// What to ask, with the environment and the defaults taken in.
    func probe(_ environment: Environment) throws -> HealthProbe {
        let admin = environment.given(admin, "AUTHZ_ADMIN")
        let address = environment.given(address, "AUTHZ_ADDRESS")
        if self.admin != nil, self.address != nil {
            throw ValidationError("--admin and --address are the same thing twice")
        }
        switch try kind ?? environment.choice("AUTHZ_KIND", of: HealthKind.self) ?? .http {
        case .http:
            guard serverCa == nil, clientCert == nil, clientKey == nil else {
                throw ValidationError(
                    "the admin listener has no TLS; --server-ca and --client-cert are for --kind grpc")
            }
            // An option goes before a variable, whichever of the two it is.
            if let admin, self.address == nil { return try Self.probe(ofURL: admin) }
            let given = address ?? environment.given(nil, "AUTHZ_ADMIN_LISTEN")
            return HealthProbe(.readiness, at: try Self.address(given, default: ServerConfiguration().adminListen))
        case .grpc:
            guard self.admin == nil else { throw ValidationError("--admin is of --kind http; write --address") }
            let given = address ?? environment.given(nil, "AUTHZ_LISTEN")
            return HealthProbe(
                .call, at: try Self.address(given, default: ServerConfiguration().listen), tls: tls(environment))
        }
    }

    private func tls(_ environment: Environment) -> HealthProbe.TLS? {
        var tls = HealthProbe.TLS()
        tls.certificate = clientCert ?? environment.text("AUTHZ_CLIENT_CERT")
        tls.key = clientKey ?? environment.text("AUTHZ_CLIENT_KEY")
        if let authorities = serverCa ?? environment.text("AUTHZ_SERVER_CA") {
            tls.authorities = authorities
            return tls
        }
        if let certificate = environment.text("AUTHZ_TLS_CERT") {
            // The very certificate is what is trusted then, whatever names it has.
            tls.authorities = certificate
            tls.verifiesName = false
            return tls
        }
        return tls.certificate == nil ? nil : tls
    }

    private static func probe(ofURL given: GivenOption) throws -> HealthProbe {
        let text = try given.text(.adminURL)
        let isTLS = text.hasPrefix("https://")
        var authority = text.dropFirst(isTLS ? 8 : 7)
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        let address = ListenAddress(String(authority)) ?? ListenAddress("\(authority):\(isTLS ? 443 : 80)")
        guard let address, case .network(let host, let port) = address, !host.isEmpty, port > 0 else {
            throw given.error(
                OptionForm.Problem(
                    code: .invalidURL, message: "\(text.quoted) is not a URL", label: "expected `http://HOST:PORT`"))
        }
        return HealthProbe(.readiness, at: address, tls: isTLS ? HealthProbe.TLS() : nil)
    }

    private static func address(_ given: GivenOption?, default address: ListenAddress) throws -> ListenAddress {
        guard let given else { return address }
        let text = try given.text(.address)
        if let address = ListenAddress(text) {
            if case .network(_, 0) = address {} else { return address }
        }
        throw given.error(
            OptionForm.Problem(
                code: .invalidAddress, message: "\(text.quoted) is not an address that can be asked",
                label: "expected `HOST:PORT` or `unix:PATH`"))
    }
}
