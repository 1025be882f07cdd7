import ArgumentParser
import AuthzCore
import AuthzPolicy
import AuthzToken

/// `authz token mint`
struct TokenMintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mint", abstract: "Make a signed test token and its key set from claims.",
        discussion: """
            Writes the token in the first line and its key set (JWKS) in the second, or with --jwks-out into a file. Every key \
            is marked: its kid begins with authz-test-, also that of --key, so that no production key set knows it.

            Exit status: 0; 2 bad input.

            Example:
              TOKEN=$(authz token mint --jwks-out keys.json --expires-in 1h \\
                  '{"iss": "https://auth.example.com", "sub": "alice"}')
              authz token verify --jwks keys.json "$TOKEN"
            """)

    @Argument(help: "The claims: JSON text, a file, or - for standard input (default: {}).")
    var claims: String?

    @Option(help: ArgumentHelp("The `iss` claim.", valueName: "text")) var issuer: String?
    @Option(help: ArgumentHelp("The `sub` claim.", valueName: "text")) var subject: String?
    @Option(help: ArgumentHelp("The `aud` claim; repeatable.", valueName: "text")) var audience: [String] = []

    @Option(help: ArgumentHelp("Set `iat` to now and `exp` so long after it, such as 5m.", valueName: "duration"))
    var expiresIn: String?

    @Option(
        help: ArgumentHelp("The algorithm (default: RS256, or the usual one of --key).", valueName: "name"),
        completion: .list(SignatureAlgorithm.allCases.map { "\($0.name)" }))
    var alg: String?

    @Option(
        help: ArgumentHelp("Sign with this private key, PEM or JWK (default: a new key).", valueName: "file"),
        completion: .file())
    var key: String?

    @Option(help: ArgumentHelp("The kid, put behind authz-test- (default: the key's thumbprint).", valueName: "text"))
    var kid: String?

    @Option(
        help: ArgumentHelp(
            "Write the key set into this file; a symmetric one only its owner can read.", valueName: "file"),
        completion: .file())
    var jwksOut: String?

    @Option(
        help: ArgumentHelp("Write the new private key into this file, which must not exist.", valueName: "file"),
        completion: .file())
    var keyOut: String?

    @Option(help: ArgumentHelp("The time of --expires-in, since 1970 (default: now).", valueName: "time")) var now:
        String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        _ = try output.resolve(.process)
        _ = try resolve(.process)
    }

    func run() throws {
        let console = Console(try output.resolve(.process), answers: .standardOutput(hidesSignatures: false))
        let settings = try resolve(.process)
        try console.run { () throws(InputError) in try TokenMinter(settings, console).run() }
    }

    func resolve(_ environment: Environment) throws -> TokenMintSettings {
        var settings = TokenMintSettings(claims: claims ?? "{}", now: try TokenClock.resolve(now, environment))
        settings.issuer = issuer ?? environment.text("AUTHZ_ISSUER")
        settings.subject = subject ?? environment.text("AUTHZ_SUBJECT")
        settings.audiences = audience.isEmpty ? environment.list("AUTHZ_AUDIENCE") : audience
        settings.keyPath = key ?? environment.text("AUTHZ_KEY")
        settings.keyID = kid ?? environment.text("AUTHZ_KID")
        settings.keySetPath = jwksOut ?? environment.text("AUTHZ_JWKS_OUT")
        settings.newKeyPath = keyOut ?? environment.text("AUTHZ_KEY_OUT")
        if settings.keyPath != nil, settings.newKeyPath != nil {
            throw ValidationError("--key-out is for a new key; there is --key")
        }
        if settings.now < 0 { throw ValidationError("no token is made before 1970") }
        if let path = settings.keySetPath,
            let other = settings.sparedPaths.first(where: { FilePlace.isSame(path, $0) })
        {
            throw ValidationError("--jwks-out is the same file as \(other.quoted)")
        }
        if let text = expiresIn ?? environment.text("AUTHZ_EXPIRES_IN") {
            guard let duration = DurationText.parse(text), duration > .zero, duration <= .seconds(31_622_400) else {
                throw ValidationError("\(text.quoted) is not a duration up to 8784h, such as `5m`")
            }
            settings.lifetime = duration.components.seconds
        }
        if let name = alg ?? environment.text("AUTHZ_ALG") {
            guard let algorithm = SignatureAlgorithm.allCases.first(where: { "\($0.name)" == name }) else {
                let names = SignatureAlgorithm.allCases.map { "`\($0.name)`" }.joined(separator: ", ")
                throw ValidationError("\(name.quoted) is not an algorithm; expected one of \(names)")
            }
            settings.algorithm = algorithm
        }
        return settings
    }
}
