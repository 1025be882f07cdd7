import ArgumentParser
import AuthzCore
import AuthzServer

/// The options that say from where key sets may be fetched.
struct KeyReachOptions: ParsableArguments {
    @Flag(help: "Fetch key sets over http, too, which anybody on the way can change.")
    var allowHttpJwks = false

    @Option(
        help: ArgumentHelp(
            "Addresses that no fetch of keys connects to, beside link-local ones; repeatable, or separated by commas.",
            valueName: "cidr"))
    var jwksBlockedCidrs: [String] = []

    /// The fetcher that keeps to them, with the environment taken in.
    func resolve(_ environment: Environment) throws -> DocumentFetcher {
        var fetcher = DocumentFetcher()
        fetcher.limits.allowsHTTP = try allowHttpJwks || environment.flag("AUTHZ_ALLOW_HTTP_JWKS")
        let blocked = try environment.given(jwksBlockedCidrs, "AUTHZ_JWKS_BLOCKED_CIDRS")?.elements(.cidr) ?? []
        fetcher.addresses.blocked += blocked.compactMap { CIDRBlock(parsing: $0.utf8.span) }
        return fetcher
    }
}
