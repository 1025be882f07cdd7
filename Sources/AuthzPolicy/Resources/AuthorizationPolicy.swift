package import AuthzCore

/// An AuthorizationPolicy as written (security.istio.io `v1` and `v1beta1`), after the checks of admission.
package struct AuthorizationPolicy: Sendable {
    /// What a match means.
    package enum Action: String, Sendable, CaseIterable {
        case allow = "ALLOW"
        case deny = "DENY"
        case audit = "AUDIT"
        case custom = "CUSTOM"
    }

    package var metadata: ResourceMetadata
    package var attachment: Attachment
    /// Where the labels of the selector, or the names of targets, are written.
    package var attachmentPlaces: [String: SourceLocation] = [:]
    package var action: Action
    /// Whether the action is written, and not ALLOW for want of one.
    package var hasAction = true
    /// The extension provider of a CUSTOM policy.
    package var provider: Located<String>?
    /// Whether the annotation `istio.io/dry-run` is true.
    package var isDryRun: Bool
    package var rules: [Rule]
    /// The conditions of `status` by which a data plane says that it does not enforce the policy, or not all of it.
    package var refusals: [Located<String>] = []

    package init(
        metadata: ResourceMetadata, attachment: Attachment, action: Action, provider: Located<String>? = nil,
        isDryRun: Bool = false, rules: [Rule]
    ) {
        self.metadata = metadata
        self.attachment = attachment
        self.action = action
        self.provider = provider
        self.isDryRun = isDryRun
        self.rules = rules
    }

    /// One alternative: any source, any operation and all conditions.
    package struct Rule: Sendable {
        /// Alternatives; empty means any source.
        package var from: [SourceMatch]
        /// Alternatives; empty means any operation.
        package var to: [OperationMatch]
        /// All must hold.
        package var when: [Condition]
        package var location: SourceLocation

        package init(from: [SourceMatch], to: [OperationMatch], when: [Condition], location: SourceLocation) {
            self.from = from
            self.to = to
            self.when = when
            self.location = location
        }
    }

    /// `notPaths` of `paths`: the field that leaves out what another one names.
    package static func negated(_ field: String) -> String { "not" + field.prefix(1).uppercased() + field.dropFirst() }

    /// The values of one field and of its `not…` twin.
    package struct ValueLists: Sendable {
        package var values: [Located<String>]
        package var notValues: [Located<String>]

        package init(values: [Located<String>] = [], notValues: [Located<String>] = []) {
            self.values = values
            self.notValues = notValues
        }

        package var isEmpty: Bool { values.isEmpty && notValues.isEmpty }
    }

    /// An entry of `from`: all fields must match.
    package struct SourceMatch: Sendable {
        package enum Field: String, Sendable, CaseIterable {
            case principals, requestPrincipals, serviceAccounts, trustDomains, namespaces, remoteIpBlocks, ipBlocks
        }

        /// The fields that are written, in the order of ``Field``.
        package var fields: [(field: Field, lists: ValueLists)]
        package var location: SourceLocation

        package init(fields: [(field: Field, lists: ValueLists)], location: SourceLocation) {
            self.fields = fields
            self.location = location
        }
    }

    /// An entry of `to`: all fields must match.
    package struct OperationMatch: Sendable {
        package enum Field: String, Sendable, CaseIterable { case hosts, methods, paths, ports }

        /// The fields that are written, in the order of ``Field``.
        package var fields: [(field: Field, lists: ValueLists)]
        package var location: SourceLocation

        package init(fields: [(field: Field, lists: ValueLists)], location: SourceLocation) {
            self.fields = fields
            self.location = location
        }
    }

    /// An entry of `when`.
    package struct Condition: Sendable {
        package var key: Located<String>
        package var lists: ValueLists

        package init(key: Located<String>, lists: ValueLists) {
            self.key = key
            self.lists = lists
        }
    }
}
