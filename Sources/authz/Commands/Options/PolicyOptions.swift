import ArgumentParser

/// The options of every command that decides.
struct PolicyOptions: ParsableArguments {
    @Option(
        name: [.customShort("p"), .customLong("policies")],
        help: ArgumentHelp(
            "A file or folder of policies, or - for standard input; repeatable (default: policies/).",
            valueName: "path"), completion: .file())
    var policies: [String] = []

    @Option(help: ArgumentHelp("A file of mesh settings (MeshConfig).", valueName: "file"), completion: .file())
    var meshConfig: String?

    @Option(
        help: ArgumentHelp(
            "The key set that stands for what a jwksUri would answer; repeatable.", valueName: "uri=file"))
    var jwks: [String] = []

    @Option(
        help: ArgumentHelp(
            "What enforces the policies at workloads: their Envoy (sidecar) or ztunnel (ambient) (default: sidecar).",
            valueName: "profile"))
    var profile: ProfileName?

    @Option(
        help: ArgumentHelp(
            "The answer assumed of other CUSTOM providers (default: deny; of lint, which looks for what passes: allow).",
            valueName: "answer"))
    var assumeCustom: CustomAnswer?

    @Option(
        help: ArgumentHelp(
            "The extension provider that is this service; its CUSTOM policies are neutral (default: authz).",
            valueName: "name"))
    var provider: String?

    @OptionGroup(title: "Tokens and keys") var limits: TokenLimitOptions

    /// What to decide by, with the environment and the defaults taken in.
    ///
    /// - Parameters:
    ///   - fetching: Of a command that can fetch keys before it decides.
    ///   - answer: What is assumed of other CUSTOM providers where nobody says anything.
    func resolve(
        _ environment: Environment, fetching: KeyFetchOptions? = nil, assuming answer: CustomAnswer = .deny
    ) throws -> PolicySettings {
        var settings = PolicySettings()
        let paths = policies.isEmpty ? environment.list("AUTHZ_POLICIES") : policies
        if !paths.isEmpty { settings.paths = paths }
        settings.meshConfigPath = meshConfig ?? environment.text("AUTHZ_MESH_CONFIG")
        settings.keyFiles = try (jwks.isEmpty ? environment.list("AUTHZ_JWKS") : jwks).map(PolicySettings.KeyFile.init)
        settings.keySets = jwks.isEmpty ? environment.keySets : []
        settings.assumedCustomAnswer =
            try assumeCustom ?? environment.choice("AUTHZ_ASSUME_CUSTOM", of: CustomAnswer.self) ?? answer
        if let profile = try profile ?? environment.choice("AUTHZ_PROFILE", of: ProfileName.self) {
            settings.profile = profile.profile
        }
        settings.provider = provider ?? environment.text("AUTHZ_PROVIDER") ?? settings.provider
        settings.limits = try limits.resolve(environment)
        if let fetching { settings.fetching = try fetching.resolve(environment) }
        return settings
    }
}
