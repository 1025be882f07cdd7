import ArgumentParser
import AuthzServer

/// The options by which a command that decides offline may ask for key sets over the network.
struct KeyFetchOptions: ParsableArguments {
    @Flag(help: "Fetch the key sets of rules (jwksUri, or by discovery) that --jwks does not give.")
    var fetchJwks = false

    @Flag(help: "Fetch key sets over http, too, which anybody on the way can change.")
    var allowHttpJwks = false

    func validate() throws {
        _ = try resolve(.process)
    }

    /// Whether and how to fetch, with the environment taken in.
    func resolve(_ environment: Environment) throws -> KeyFetchSettings {
        var settings = KeyFetchSettings()
        settings.isOn = try fetchJwks || environment.flag("AUTHZ_FETCH_JWKS")
        settings.limits.allowsHTTP = try allowHttpJwks || environment.flag("AUTHZ_ALLOW_HTTP_JWKS")
        return settings
    }
}
