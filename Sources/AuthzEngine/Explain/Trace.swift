package import AuthzCore

/// The recorded steps of one decision, for `explain`. Nothing is recorded, and nothing allocated, where no trace is asked for.
package struct Trace: Sendable {
    /// What acts on a request, in this order.
    package enum LayerName: String, Sendable {
        case connection = "CONNECTION"
        case request = "REQUEST"
        case custom = "CUSTOM"
        case token = "TOKEN"
        case audit = "AUDIT"
        case deny = "DENY"
        case allow = "ALLOW"
    }

    /// One layer with what it saw.
    package struct Layer: Sendable {
        package var name: LayerName
        /// A few words: `none applies`, `matched`, `accepted: STRICT`.
        package var verdict: String
        /// Sentences about single steps, in order.
        package var notes: [String] = []
        package var policies: [PolicyStep] = []
    }

    /// A policy that reaches the workload.
    package struct PolicyStep: Sendable {
        package var policy: PolicyReference
        package var isDryRun: Bool
        package var isMatched: Bool
        /// What is to be known of the policy as a whole.
        package var note: String?
        package var rules: [RuleStep]
    }

    package struct RuleStep: Sendable {
        /// From 1.
        package var number: Int
        package var location: SourceLocation
        package var isMatched: Bool
        /// Why the rule is left out; `nil` where it is not.
        package var omission: String?
        /// What of the rule is left out, one sentence each.
        package var remarks: [String] = []
        package var tests: [TestStep]
    }

    /// One field or condition with the value that it saw.
    package struct TestStep: Sendable {
        package enum Outcome: String, Sendable { case yes, no, unknown }

        /// `from`, `to` or `when`.
        package var side: String
        /// The entry of the side, from 1.
        package var entry: Int
        /// `paths`, `notPaths` or a condition key.
        package var field: String
        package var outcome: Outcome
        /// The value that was seen; `nil` where there is none.
        package var seen: String?
        /// The values that are written.
        package var wanted: [String]
        /// The test in words.
        package var sentence: String
        /// What is to be known beside it: values that stand for others, values that were read with caution.
        package var notes: [String] = []
        /// What of the written value or of the request is probably a slip, in words.
        package var slip: String?
        /// Whether that is for certain in the policy, which asks for what no request has.
        package var isSlipOfPolicy = false
    }

    /// A policy that does not reach the workload, and why.
    package struct UnattachedPolicy: Sendable {
        package var policy: PolicyReference
        package var why: String
        /// Whether a policy of another kind has the same name.
        package var isAmbiguous = false

        /// `namespace/name`, with the kind in front where the name alone does not tell which it is.
        package var title: String {
            isAmbiguous ? "\(policy.kind.rawValue) \(policy.qualifiedName)" : policy.qualifiedName
        }
    }

    package internal(set) var layers: [Layer] = []
    package internal(set) var unattached: [UnattachedPolicy] = []
    /// Why a fetch brought no keys, by index of ``PolicySet/keySources``. Whoever asks for the trace gives it.
    package let keyFailures: [Int: String]

    /// What was put to the test, where only that is asked for; then nothing else is recorded.
    package internal(set) var coverage: CoverageSteps?

    /// What says when it is, in words, to stand behind the time; `nil` where that is the host's clock or the request.
    let clock: String?
    /// False where whoever asks tells them at their places.
    let tellsRequestSlips: Bool

    /// What each JWT rule made of the request, until the layer is written.
    var tokenSteps: [TokenStep] = []

    /// What of the request is probably a slip, until the decision says whether that matters.
    var requestSlips: [String] = []

    struct TokenStep: Sendable {
        var rule: Int
        var outcome: Authenticator.RuleOutcome
        var run: Int
    }

    package init(keyFailures: [Int: String] = [:], clock: String? = nil, tellsRequestSlips: Bool = true) {
        self.keyFailures = keyFailures
        self.clock = clock
        self.tellsRequestSlips = tellsRequestSlips
    }
}
