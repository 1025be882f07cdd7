/// When a token is valid, in whole seconds since 1970.
struct TokenTimes: Sendable {
    /// How far the clocks of issuer and verifier may lie apart, in seconds: Envoy's default. Both limits are inclusive.
    private static let clockSkew: UInt64 = 60

    /// `nbf`; 0 where it is absent.
    let notBefore: UInt64
    /// `exp`; 0 for never.
    let expiration: UInt64

    /// What is wrong at a time; `nil` where nothing is.
    func status(at now: Int64) -> TokenStatus? {
        let now = UInt64(max(now, 0))
        guard now + Self.clockSkew >= notBefore else { return .notYetValid }
        guard expiration == 0 || now <= Self.clockSkew || now - Self.clockSkew <= expiration else { return .expired }
        return nil
    }
}
