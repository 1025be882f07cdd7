/// The stable name of a kind of diagnostic. Each is documented by the test that fixes its text.
package enum DiagnosticCode: String, Sendable, Hashable, CaseIterable {
    // Request documents and suites.
    case missingDocument = "missing-document"
    case extraDocument = "extra-document"
    case offlineOnly = "offline-only"
    case conflictingFields = "conflicting-fields"
    case invalidAddress = "invalid-address"
    case invalidHeader = "invalid-header"
    case invalidToken = "invalid-token"
    case invalidPolicyName = "invalid-policy-name"
    case invalidWorkload = "invalid-workload"
    case unknownFixture = "unknown-fixture"
    case emptyList = "empty-list"
    case nothingExpected = "nothing-expected"
    case tooManyCases = "too-many-cases"
    case noCase = "no-case"

    // Text and structure of a document.
    case inputTooLarge = "input-too-large"
    case invalidUTF8 = "invalid-utf8"
    case invalidYAML = "invalid-yaml"
    case duplicateKey = "duplicate-key"
    case invalidKey = "invalid-key"
    case invalidMerge = "invalid-merge"
    case tooDeep = "too-deep"
    case tooManyAliases = "too-many-aliases"
    case unknownAlias = "unknown-alias"
    case unsupportedTag = "unsupported-tag"

    // Fields and their types.
    case unknownField = "unknown-field"
    case missingField = "missing-field"
    case wrongType = "wrong-type"
    case emptyValue = "empty-value"
    case unknownValue = "unknown-value"
    case invalidNumber = "invalid-number"
    case invalidDuration = "invalid-duration"
    case invalidTime = "invalid-time"

    // What a value means.
    case invalidCIDR = "invalid-cidr"
    case noEffect = "no-effect"
}
