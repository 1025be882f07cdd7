import ArgumentParser
import AuthzCore

/// `authz token verify`
struct TokenVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Verify tokens against a key set, or against the policies.",
        discussion: """
            With --jwks FILE or URL alone the keys are those of the one set; with --policies (the default without --jwks) the \
            JWT rules of the policies decide, --jwks URI=FILE gives the keys of a rule's jwksUri, and the answer names the rule \
            that applied. Without tokens on the command line, each line of standard input is one, an empty line included; a \
            `Bearer ` in front is taken off. The reason of a refusal is a word of the README's list. Nothing is fetched but a \
            URL given with --jwks and, under --fetch-jwks, the key sets that the rules name.

            Exit status: 0 all are valid; 1 one is not; 2 bad input.

            Example:
              authz token verify --jwks keys.json --issuer https://auth.example.com \\
                  --audience api "$TOKEN"
              authz token verify -p policies/ --format json < tokens.txt
            """)

    @Argument(help: "Tokens; by default, or with -, the lines of standard input.")
    var tokens: [String] = []

    @Option(
        help: ArgumentHelp(
            "A key set (JWKS): a file or URL; with --policies URI=FILE, repeatable.", valueName: "file|url"),
        completion: .file())
    var jwks: [String] = []

    @Option(help: ArgumentHelp("What `iss` must be (default: anything).", valueName: "text"))
    var issuer: String?

    @Option(help: ArgumentHelp("One of these must be in `aud`; repeatable (default: anything).", valueName: "text"))
    var audience: [String] = []

    @Flag(
        help:
            "Judge header and signature alone, neither --issuer nor --audience; the payload may be any bytes, or none.")
    var signatureOnly = false

    @Option(
        name: [.customShort("p"), .customLong("policies")],
        help: ArgumentHelp(
            "A file or folder of policies; repeatable (default without --jwks: policies/).", valueName: "path"),
        completion: .file())
    var policies: [String] = []

    @Option(
        help: ArgumentHelp("Only the JWT rules that reach this workload (default: all).", valueName: "namespace/name"))
    var workload: String?

    @Option(
        help: ArgumentHelp("The time to compare with, such as 2026-01-01T00:00:00Z (default: now).", valueName: "time"))
    var now: String?

    @OptionGroup(title: "Tokens and keys") var limits: TokenLimitOptions
    @OptionGroup(title: "Tokens and keys") var fetching: KeyFetchOptions
    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        _ = try output.resolve(.process)
        _ = try resolve(.process)
    }

    func run() throws {
        if configuration.isPrinted(for: .tokenVerify) { return }
        let console = Console(try output.resolve(.process), answers: .standardOutput(hidesSignatures: true))
        let settings = try resolve(.process)
        let input = TokenInput(tokens)
        try console.run { () throws(InputError) in
            let check = try TokenCheck.make(settings, console)
            return try TokenVerifier(check, console, now: settings.now).run(input)
        }
    }

    private var readsStandardInput: Bool { tokens.isEmpty || tokens == ["-"] }

    /// Options go before the environment: a `--jwks` on the command line is not undone by `AUTHZ_POLICIES`.
    func resolve(_ environment: Environment) throws -> TokenVerifySettings {
        // What a file names are the keys of rules, never the one set.
        let usesPolicies =
            if !policies.isEmpty { true } else if !jwks.isEmpty { false } else {
                environment.isSet("AUTHZ_POLICIES") || !environment.isSet("AUTHZ_JWKS")
            }
        let keys = jwks.isEmpty ? environment.list("AUTHZ_JWKS") : jwks
        var settings = TokenVerifySettings(against: .keySet(""), now: try TokenClock.resolve(now, environment))
        let isFlagSet = try environment.flag("AUTHZ_SIGNATURE_ONLY")
        let namesMore = issuer != nil || !audience.isEmpty || !policies.isEmpty
        settings.isSignatureOnly = signatureOnly || isFlagSet && !namesMore
        settings.limits = try limits.resolve(environment)
        settings.fetching = try fetching.resolve(environment)
        if usesPolicies {
            if settings.isSignatureOnly || issuer != nil || !audience.isEmpty {
                throw ValidationError("--signature-only, --issuer and --audience need --jwks: policies name their own")
            }
            var chosen = PolicySettings()
            let paths = policies.isEmpty ? environment.list("AUTHZ_POLICIES") : policies
            if !paths.isEmpty { chosen.paths = paths }
            if chosen.paths.contains("-"), readsStandardInput {
                throw ValidationError("standard input cannot be both the tokens and the policies")
            }
            chosen.keyFiles = try keys.map(PolicySettings.KeyFile.init)
            chosen.keySets = jwks.isEmpty ? environment.keySets : []
            chosen.limits = settings.limits
            chosen.fetching = settings.fetching
            settings.against = .policies(chosen, workload: workload ?? environment.text("AUTHZ_WORKLOAD"))
        } else {
            guard keys.count == 1 else { throw ValidationError("without --policies there is one --jwks") }
            if workload != nil { throw ValidationError("--workload needs --policies") }
            if fetching.fetchJwks {
                throw ValidationError("--fetch-jwks needs --policies; a URL given with --jwks is fetched without it")
            }
            if keys[0] == "-", readsStandardInput {
                throw ValidationError("standard input cannot be both the tokens and the key set")
            }
            settings.against = .keySet(keys[0])
            // What the command line says goes before the variables, so an explicit --signature-only does not meet them.
            let variables = signatureOnly ? Environment(values: [:]) : environment
            settings.issuer = try requiredIssuer(variables)
            settings.audiences = try requiredAudiences(variables)
            if settings.isSignatureOnly, settings.issuer != nil || !settings.audiences.isEmpty {
                throw ValidationError("--signature-only verifies neither --issuer nor --audience")
            }
        }
        return settings
    }

    /// An empty text is no issuer, and does not stand for all.
    private func requiredIssuer(_ environment: Environment) throws -> String? {
        guard let text = issuer ?? environment.values["AUTHZ_ISSUER"] ?? environment.text("AUTHZ_ISSUER") else {
            return nil
        }
        guard !text.isEmpty else {
            throw ValidationError(
                "\(issuer == nil ? "AUTHZ_ISSUER" : "--issuer") is empty; leave it out for any issuer")
        }
        return text
    }

    private func requiredAudiences(_ environment: Environment) throws -> [String] {
        let isVariable = audience.isEmpty && environment.values["AUTHZ_AUDIENCE"] != nil
        let list = audience.isEmpty ? environment.list("AUTHZ_AUDIENCE") : audience
        if list.contains("") || isVariable && list.isEmpty {
            throw ValidationError(
                "\(isVariable ? "AUTHZ_AUDIENCE" : "--audience") is empty; leave it out for any audience")
        }
        return list
    }
}
