import AuthzPolicy

/// What one decision put to the test, by indices of the policy set. A value counts where the answer of its rule hung on it alone.
package struct CoverageSteps: Sendable {
    /// A rule of an AuthorizationPolicy.
    struct RuleKey: Hashable, Sendable {
        var policy: Int
        var ordinal: Int
    }

    /// A written value of such a rule, wherever its field was compiled into.
    struct ValueKey: Hashable, Sendable {
        var rule: RuleKey
        var field: FieldKey
        var written: String
    }

    /// A list of values of a rule.
    struct FieldKey: Hashable, Sendable {
        var side: Program.TestSource.Side
        /// The entry of the side, from 0.
        var entry: Int
        /// `paths` or the key of a condition; a negated list is told by ``isNegated``.
        var field: String
        var isNegated: Bool
    }

    /// A mode of a PeerAuthentication: that of the workload, or of a port.
    struct ModeKey: Hashable, Sendable {
        var policy: Int
        var port: UInt16?
    }

    /// Rules that matched where they were asked.
    var rules: Set<RuleKey> = []
    var values: Set<ValueKey> = []
    /// ALLOW policies without rules, where nothing else allowed.
    var emptyPolicies: Set<Int> = []
    /// JWT rules that verified a token, and the audiences without which they would not have.
    var tokenRules: Set<Int> = []
    var audiences: Set<AudienceKey> = []
    var modes: Set<ModeKey> = []

    struct AudienceKey: Hashable, Sendable {
        var rule: Int
        var audience: String
    }

    package init() {}
}
