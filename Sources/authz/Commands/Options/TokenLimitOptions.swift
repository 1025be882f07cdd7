import ArgumentParser

/// The options of every command that verifies tokens by keys.
struct TokenLimitOptions: ParsableArguments {
    @Flag(help: "Let symmetric keys (kty oct) count that are not written in a policy.")
    var allowSymmetric = false

    @Option(
        help: ArgumentHelp("Leave out RSA keys with fewer bits (default: 2048; 512 to 16384).", valueName: "bits"))
    var minimumRsaBits: Int?

    @Option(
        help: ArgumentHelp("Refuse longer tokens unread (default: 16384; 1 to 1048576).", valueName: "bytes"))
    var maximumTokenBytes: Int?

    func validate() throws {
        _ = try resolve(.process)
    }

    /// The limits, with the environment and the defaults taken in.
    func resolve(_ environment: Environment) throws -> TokenLimits {
        var limits = TokenLimits()
        limits.allowsSymmetricKeys = try allowSymmetric || environment.flag("AUTHZ_ALLOW_SYMMETRIC")
        limits.minimumRSABits =
            try Self.number(
                minimumRsaBits, "--minimum-rsa-bits", environment, "AUTHZ_MINIMUM_RSA_BITS", TokenLimits.rsaBits)
            ?? limits.minimumRSABits
        limits.maximumTokenBytes =
            try Self.maximumTokenBytes(maximumTokenBytes, environment) ?? limits.maximumTokenBytes
        return limits
    }

    /// The length of ``TokenLimits/maximumTokenBytes`` that an option or its variable gives.
    static func maximumTokenBytes(_ option: Int?, _ environment: Environment) throws -> Int? {
        try number(
            option, "--maximum-token-bytes", environment, "AUTHZ_MAXIMUM_TOKEN_BYTES", TokenLimits.tokenBytes)
    }

    private static func number(
        _ option: Int?, _ name: String, _ environment: Environment, _ variable: String, _ range: ClosedRange<Int>
    ) throws -> Int? {
        if let option {
            guard range.contains(option) else {
                throw ValidationError("\(name) is \(option); expected \(range.lowerBound) to \(range.upperBound)")
            }
            return option
        }
        return try environment.number(variable, in: range)
    }
}
