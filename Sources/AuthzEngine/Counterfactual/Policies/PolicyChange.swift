import AuthzCore
package import AuthzPolicy

/// A change of the policies after which a denied request is allowed. It has been loaded and has decided the request.
package struct PolicyChange: Sendable {
    /// What is changed, a sentence for each value or rule.
    package var steps: [String]
    /// The changed files.
    package var files: [(name: String, old: [UInt8], new: [UInt8])]
    /// The absolute path of the folder where the patch is applied; `nil` where that is not known.
    package var folder: String?
    /// Whether it does no more than write what is meant in the place of slips.
    package var isRepair = false
    /// Whether it mends a slip, or adds a value beside one.
    package var mendsSlip = false
    /// Whether each of its steps does, and one in its place.
    package var isOfSlips = false
    /// What was decided of the request under the changed policies.
    package var report: DecisionReport
    /// What else it lets through.
    package var opening: Opening

    /// Requests that were denied before and are allowed after a change, found among those that the policies tell apart.
    package struct Opening: Sendable {
        /// How many requests were put to both.
        package var tried = 0
        /// How many of them the change lets through.
        package var opened = 0
        /// The worst: one that says nothing of who sends it, and else the one that is most like the request, as changes of it.
        package var example: [RequestChange.Edit]?
        /// That one.
        package var exampleDocument: RequestDocument?
        /// Other workloads that the request now reaches, by name.
        package var workloads: [String] = []
        /// Whether a request is let through that says less of who sends it than the given one.
        package var isForAnybody = false
        /// Whether the request is let through without its token, too, where the rules at the workload ask for tokens.
        package var needsNoToken = false
        /// Headers and addresses of the request that nothing tests, so that the change lets it through with any of them.
        package var untested: [RequestField] = []

        /// Whether something but the request itself is let through.
        package var isWider: Bool { opened > 0 || !workloads.isEmpty }
    }

    /// Whether it mends a rule that has several slips, or does nothing but mend.
    package var mendsRule: Bool { isRepair || isOfSlips && steps.count > 1 }

    /// The change as a patch of the files, with the lines around it.
    package var patch: String {
        files.map { LineDifference(from: $0.old, to: $0.new).unified(PatchName($0.name, in: folder)) }.joined()
    }
}

/// What the search for the smallest change of the policies came to.
package struct PolicyChanges: Sendable {
    /// First the one that mends slips, else the one with the fewest and smallest edits; behind it the narrowest, where that is another.
    /// The other way around where the first would do without the token that was asked for.
    package var changes: [PolicyChange] = []
    /// Why there is none.
    package var obstacle: String?
    /// What the rule asks for that the request lacks, where the first change is an exception to that: of a DENY rule, or of a claim that
    /// no value fits.
    package var demand: String?
    /// What else may be meant by the policies, which no change says.
    package var hint: String?

    /// What mends some slips of a rule that has others, too, and so does not allow the request by itself.
    package var partialRepair: PartialRepair?

    package struct PartialRepair: Sendable {
        package var change: PolicyChange
        /// The other slips, a sentence for each.
        package var byHand: [OpenSlip]
    }

    /// A slip that no value in its place mends.
    package struct OpenSlip: Sendable {
        package var field: String
        package var sentence: String

        package var text: String { "\(field.quoted): \(sentence)" }
    }

    /// Whether the second has fewer and smaller edits than the first.
    package var isCautious: Bool {
        changes.count > 1 && !changes[0].opening.needsNoToken && changes[1].opening.needsNoToken
    }
}
