import AuthzCore

/// A rule as one kind of filter chain gets it, and what was left out of it on the way.
struct CompiledRule: Sendable {
    /// `nil` where the rule is left out, or can never match.
    var rule: Program.Rule?
    /// In the order in which they were met. Where the rule is left out, the last one is why.
    var omissions: [Omission] = []
}

/// Something that is written in a rule and that the enforcing proxy does not get.
struct Omission: Sendable, Equatable {
    enum Reason: Sendable, Equatable {
        /// The chain carries no HTTP.
        case httpOnly
        /// istiod hands ztunnel no test of this kind.
        case unsupportedByZtunnel
        /// The value is no address or address block.
        case notAnAddress
        /// The value is no port.
        case notAPort
        /// istiod knows no such condition key.
        case unknownKey
        /// istiod cannot read the brackets of the condition key.
        case malformedKey
        /// Nothing is left of any entry of the side, and ztunnel never matches an empty one.
        case nothingLeft
    }

    var reason: Reason
    var side: Program.TestSource.Side
    /// The entry of the side, from 0.
    var entry: Int
    /// The field or condition key; of ``Reason/nothingLeft`` the name of the side.
    var field: String
    /// The value that is left out; `nil` where it is the field.
    var value: String?
    var location: SourceLocation
}
