package import AuthzCore

/// One request of a suite with the decision that is expected.
package struct SuiteCase: Sendable {
    /// As written; cases that come from lists share it.
    package var name: String
    /// What tells apart the cases that lists made of one, such as `source stranger, method PUT`. Empty without lists.
    package var variant: String
    package var request: RequestDocument
    package var expectation: Expectation
    /// Why the case is not to be run; `nil` where it is.
    package var skipReason: String?
    /// The answer assumed of CUSTOM providers, as the case says, or else its suite; `nil`: as the command line says.
    package var assumedCustomAnswer: Expectation.Outcome?
    /// Where the suite says when its cases are decided, and the case does not; `nil` where it does, or nobody.
    package var suiteTime: SourceLocation?
    package var location: SourceLocation

    package init(
        name: String, variant: String = "", request: RequestDocument, expectation: Expectation,
        skipReason: String? = nil, assumedCustomAnswer: Expectation.Outcome? = nil, suiteTime: SourceLocation? = nil,
        location: SourceLocation
    ) {
        self.name = name
        self.variant = variant
        self.request = request
        self.expectation = expectation
        self.skipReason = skipReason
        self.assumedCustomAnswer = assumedCustomAnswer
        self.suiteTime = suiteTime
        self.location = location
    }
}
