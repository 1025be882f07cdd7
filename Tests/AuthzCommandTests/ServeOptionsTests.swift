import ArgumentParser
import AuthzServer
import Testing

@testable import authz

@Suite struct ServeOptionsTests {
    private static func schedule(_ arguments: [String], _ environment: [String: String] = [:]) throws -> KeySchedule {
        let settings = try ServeOptions.parse(arguments).resolve(
            Environment(values: environment), policies: PolicySettings())
        return settings.keySchedule
    }

    @Test("without options keys have the schedule of the server")
    func defaults() throws {
        #expect(try Self.schedule([]) == KeySchedule())
    }

    @Test("an interval that is named is the longest, whatever answers say; the shortest is no longer than it")
    func refresh() throws {
        let long = try Self.schedule(["--jwks-refresh", "10m"])
        #expect(long.interval(lifetime: nil) == .seconds(600))
        #expect(long.interval(lifetime: .seconds(3600)) == .seconds(600))
        #expect(long.interval(lifetime: .zero) == .seconds(60))
        let short = try Self.schedule(["--jwks-refresh", "5s"])
        #expect(short.interval(lifetime: nil) == .seconds(5))
        #expect(short.interval(lifetime: .zero) == .seconds(5))
        #expect(short.longestRetry == .seconds(5), "what fails is asked for as often")
        #expect(long.longestRetry == .seconds(60))
    }

    @Test("an option goes before its variable")
    func precedence() throws {
        let variables = ["AUTHZ_JWKS_MIN_REFETCH": "1s", "AUTHZ_JWKS_MAX_STALE": "2s", "AUTHZ_JWKS_REFRESH": "3s"]
        let fromEnvironment = try Self.schedule([], variables)
        #expect(fromEnvironment.minimumRefetch == .seconds(1))
        #expect(fromEnvironment.maximumStale == .seconds(2))
        #expect(fromEnvironment.refreshInterval == .seconds(3))
        let fromOptions = try Self.schedule(["--jwks-min-refetch", "1m", "--jwks-max-stale", "720h"], variables)
        #expect(fromOptions.minimumRefetch == .seconds(60))
        #expect(fromOptions.maximumStale == .seconds(720 * 3600))
    }

    @Test(
        "what is out of range is refused",
        arguments: [
            ["--jwks-refresh", "99ms"], ["--jwks-refresh", "25h"], ["--jwks-min-refetch", "0"],
            ["--jwks-max-stale", "721h"], ["--jwks-max-stale", "999ms"], ["--jwks-max-stale", "day"],
        ])
    func outOfRange(_ arguments: [String]) {
        #expect(throws: ValidationError.self) { try Self.schedule(arguments) }
    }
}
