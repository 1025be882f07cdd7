import ArgumentParser
import AuthzServer

/// The options by which a command that decides offline may ask for key sets over the network.
struct KeyFetchOptions: ParsableArguments {
    @Flag(help: "Fetch the key sets of rules (jwksUri, or by discovery) that --jwks does not give.")
    var fetchJwks = false

    @OptionGroup var reach: KeyReachOptions

    func validate() throws {
        _ = try resolve(.process)
    }

    /// Whether and how to fetch, with the environment taken in.
    func resolve(_ environment: Environment) throws -> KeyFetchSettings {
        var settings = KeyFetchSettings()
        settings.isOn = try fetchJwks || environment.flag("AUTHZ_FETCH_JWKS")
        settings.fetcher = try reach.resolve(environment)
        return settings
    }
}
