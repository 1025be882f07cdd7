import ArgumentParser
import AuthzCore
import AuthzServer
import Testing

@testable import authz

@Suite struct KeyReachOptionsTests {
    private static func permits(
        _ address: String, _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> Bool {
        let parsed = IPAddress(parsing: address.utf8.span)
        let fetcher = try KeyReachOptions.parse(arguments).resolve(Environment(values: environment))
        return fetcher.addresses.permits(try #require(parsed))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: [String], environment: [String: String] = [:], address: String, isPermitted: Bool, why: String
        var testDescription: String { why }
    }

    @Test(
        "addresses that are named are blocked beside the standard ones",
        arguments: [
            Case(arguments: [], address: "10.0.0.1", isPermitted: true, why: "none is named"),
            Case(arguments: [], address: "169.254.169.254", isPermitted: false, why: "a standard one"),
            Case(
                arguments: ["--jwks-blocked-cidrs", "10.0.0.0/8"], address: "10.0.0.1", isPermitted: false, why: "named"
            ),
            Case(
                arguments: ["--jwks-blocked-cidrs", "10.0.0.0/8"], address: "11.0.0.1", isPermitted: true,
                why: "beside what is named"),
            Case(
                arguments: ["--jwks-blocked-cidrs", "10.0.0.0/8"], address: "169.254.169.254", isPermitted: false,
                why: "the standard ones stay"),
            Case(
                arguments: ["--jwks-blocked-cidrs", "10.0.0.0/8,fc00::/7", "--jwks-blocked-cidrs", "::1"],
                address: "fd00::1", isPermitted: false, why: "the second of a list"),
            Case(
                arguments: ["--jwks-blocked-cidrs", "10.0.0.0/8,fc00::/7", "--jwks-blocked-cidrs", "::1"],
                address: "::1",
                isPermitted: false, why: "of the second option"),
            Case(
                arguments: [], environment: ["AUTHZ_JWKS_BLOCKED_CIDRS": "10.0.0.0/8,fc00::/7"], address: "10.0.0.1",
                isPermitted: false, why: "by the variable"),
            Case(
                arguments: ["--jwks-blocked-cidrs", "::1"], environment: ["AUTHZ_JWKS_BLOCKED_CIDRS": "10.0.0.0/8"],
                address: "10.0.0.1", isPermitted: true, why: "the option goes before its variable"),
        ])
    func blocked(_ c: Case) throws {
        #expect(try Self.permits(c.address, c.arguments, c.environment) == c.isPermitted)
    }

    @Test("what is no block is refused")
    func notBlock() {
        #expect(throws: ValidationError.self) {
            try Self.permits("::1", ["--jwks-blocked-cidrs", "10.0.0.0/33"])
        }
    }

    @Test("each command that fetches keys has the option")
    func commands() throws {
        let option = ["--jwks-blocked-cidrs", "10.0.0.0/8"]
        let address = IPAddress(v4: 0x0a00_0001)
        let none = Environment(values: [:])
        let serve = try ServeOptions.parse(option).resolve(none, policies: PolicySettings())
        #expect(!serve.fetcher.addresses.permits(address))
        let fetching = try KeyFetchOptions.parse(option).resolve(none)
        #expect(!fetching.fetcher.addresses.permits(address))
    }
}
