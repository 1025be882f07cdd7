package import AuthzCore

/// What a case expects of its decision. Only what is written is compared; `nil` was not written.
package struct Expectation: Sendable {
    package enum Outcome: String, Sendable, CaseIterable { case allow, deny }

    /// What dry-run policies would have decided.
    package enum DryRunResult: String, Sendable, CaseIterable { case allowed, denied }

    /// The policy that is to fix the outcome.
    package enum Policy: Sendable, Equatable {
        /// `null` was written: a default decides.
        case none
        /// `namespace/name`.
        case named(String)
    }

    /// Changes to the request's headers.
    package struct Headers: Sendable, Equatable {
        /// Header to its lines; no lines (`null` or an empty list) asks that it is not set. Names in lower case.
        package var set: [(name: String, values: [String])] = []
        /// All that are removed, in any order. Names in lower case.
        package var remove: [String]?

        package init() {}

        package static func == (left: Headers, right: Headers) -> Bool {
            left.remove == right.remove && left.set.elementsEqual(right.set, by: ==)
        }
    }

    package var outcome: Outcome?
    /// What the client sees; 0 where there is no answer.
    package var status: Int?
    /// One of the closed list of reasons.
    package var reason: Located<String>?
    package var policy: Policy?
    /// Counts from 1.
    package var rule: Int?
    package var headers: Headers?
    /// `namespace/name` of all AUDIT policies that match, in any order.
    package var audit: [String]?
    package var dryRunAllow: DryRunResult?
    package var dryRunDeny: DryRunResult?
    /// The names of all CUSTOM providers that are asked, in any order.
    package var custom: [String]?
    package var location: SourceLocation

    package init(location: SourceLocation) {
        self.location = location
    }

    /// Whether it compares nothing, so that every decision would do.
    package var isEmpty: Bool {
        outcome == nil && status == nil && reason == nil && policy == nil && rule == nil && audit == nil
            && dryRunAllow == nil && dryRunDeny == nil && custom == nil
            && (headers.map { $0.set.isEmpty && $0.remove == nil } ?? true)
    }
}
