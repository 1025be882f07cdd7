/// The stable name of a kind of diagnostic. Each is documented by the test that fixes its text.
package enum DiagnosticCode: String, Sendable, Hashable, CaseIterable {
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
    case tooManyValues = "too-many-values"

    // What a value means.
    case invalidName = "invalid-name"
    case invalidCIDR = "invalid-cidr"
    case invalidPort = "invalid-port"
    case invalidServiceAccount = "invalid-service-account"
    case invalidTrustDomain = "invalid-trust-domain"
    case invalidPathTemplate = "invalid-path-template"
    case invalidConditionKey = "invalid-condition-key"
    case unknownConditionKey = "unknown-condition-key"
    case invalidHeaderName = "invalid-header-name"
    case invalidURL = "invalid-url"
    case invalidDryRun = "invalid-dry-run"
    case invalidSelector = "invalid-selector"
    case invalidTargetRef = "invalid-target-ref"

    // What fits together.
    case conflictingFields = "conflicting-fields"
    case emptyMatch = "empty-match"
    case missingRules = "missing-rules"
    case notWithAction = "not-with-action"
    case reservedAnnotation = "reserved-annotation"
    case portLevelNeedsSelector = "port-level-needs-selector"
    case unsupportedSetting = "unsupported-setting"
    case invalidProvider = "invalid-provider"
    case unknownProvider = "unknown-provider"

    // Resources and inputs.
    case unknownKind = "unknown-kind"
    case unknownVersion = "unknown-version"
    case duplicateResource = "duplicate-resource"
    case unreadableInput = "unreadable-input"
    case unwritableOutput = "unwritable-output"
    case noPolicyFiles = "no-policy-files"
    case noResources = "no-resources"

    // What is accepted, but is probably not what was meant.
    case emptySelector = "empty-selector"
    case deniesAllTCP = "denies-all-tcp"
    case unknownSetting = "unknown-setting"
    case secretKey = "secret-key"
    case principalForm = "principal-form"
    case quotedName = "quoted-name"
    case unquotedText = "unquoted-text"

    // Compiling.
    case uncompilableCondition = "uncompilable-condition"
    case unsupportedByZtunnel = "unsupported-by-ztunnel"
    case skippedKey = "skipped-key"
    case unusableKeySet = "unusable-key-set"

    // Request documents and suites.
    case missingDocument = "missing-document"
    case extraDocument = "extra-document"
    case offlineOnly = "offline-only"
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
    case noSuite = "no-suite"
    case unknownWorkload = "unknown-workload"
    case unusedKeySet = "unused-key-set"
    case keysNotFetched = "keys-not-fetched"
}
