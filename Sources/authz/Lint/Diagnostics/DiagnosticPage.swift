import AuthzCore

/// What `authz lint --explain CODE` prints of the code of a diagnostic, that is, of what is said where input is read.
struct DiagnosticPage: Sendable {
    /// What the two examples are.
    enum Input { case policies, request, suite, command }

    var input: Input
    /// What is wrong, and what comes of it; lines of at most 100 characters.
    var means: String
    /// An input that gets this diagnostic, or a command that does.
    var bad: String
    /// The same put right: one that does not get it.
    var good: String

    init(_ input: Input, means: String, bad: String, good: String) {
        self.input = input
        self.means = means
        self.bad = bad
        self.good = good
    }
}

extension DiagnosticCode {
    var page: DiagnosticPage {
        switch self {
        case .inputTooLarge: DocumentsDiagnosticPages.inputTooLarge
        case .invalidUTF8: DocumentsDiagnosticPages.invalidUTF8
        case .invalidYAML: DocumentsDiagnosticPages.invalidYAML
        case .duplicateKey: DocumentsDiagnosticPages.duplicateKey
        case .invalidKey: DocumentsDiagnosticPages.invalidKey
        case .invalidMerge: DocumentsDiagnosticPages.invalidMerge
        case .tooDeep: DocumentsDiagnosticPages.tooDeep
        case .tooManyAliases: DocumentsDiagnosticPages.tooManyAliases
        case .unknownAlias: DocumentsDiagnosticPages.unknownAlias
        case .unsupportedTag: DocumentsDiagnosticPages.unsupportedTag
        case .unknownField: FieldsDiagnosticPages.unknownField
        case .missingField: FieldsDiagnosticPages.missingField
        case .wrongType: FieldsDiagnosticPages.wrongType
        case .emptyValue: FieldsDiagnosticPages.emptyValue
        case .unknownValue: FieldsDiagnosticPages.unknownValue
        case .invalidNumber: FieldsDiagnosticPages.invalidNumber
        case .invalidDuration: FieldsDiagnosticPages.invalidDuration
        case .invalidTime: FieldsDiagnosticPages.invalidTime
        case .tooManyValues: FieldsDiagnosticPages.tooManyValues
        case .invalidName: ValuesDiagnosticPages.invalidName
        case .invalidCIDR: ValuesDiagnosticPages.invalidCIDR
        case .invalidPort: ValuesDiagnosticPages.invalidPort
        case .invalidServiceAccount: ValuesDiagnosticPages.invalidServiceAccount
        case .invalidTrustDomain: ValuesDiagnosticPages.invalidTrustDomain
        case .invalidPathTemplate: ValuesDiagnosticPages.invalidPathTemplate
        case .invalidConditionKey: ValuesDiagnosticPages.invalidConditionKey
        case .unknownConditionKey: ValuesDiagnosticPages.unknownConditionKey
        case .invalidHeaderName: ValuesDiagnosticPages.invalidHeaderName
        case .invalidURL: ValuesDiagnosticPages.invalidURL
        case .invalidDryRun: CombinationsDiagnosticPages.invalidDryRun
        case .invalidSelector: CombinationsDiagnosticPages.invalidSelector
        case .invalidTargetRef: CombinationsDiagnosticPages.invalidTargetRef
        case .conflictingFields: CombinationsDiagnosticPages.conflictingFields
        case .emptyMatch: CombinationsDiagnosticPages.emptyMatch
        case .missingRules: CombinationsDiagnosticPages.missingRules
        case .notWithAction: CombinationsDiagnosticPages.notWithAction
        case .reservedAnnotation: CombinationsDiagnosticPages.reservedAnnotation
        case .portLevelNeedsSelector: CombinationsDiagnosticPages.portLevelNeedsSelector
        case .unsupportedSetting: CombinationsDiagnosticPages.unsupportedSetting
        case .invalidProvider: CombinationsDiagnosticPages.invalidProvider
        case .unknownProvider: AcceptedDiagnosticPages.unknownProvider
        case .emptySelector: AcceptedDiagnosticPages.emptySelector
        case .deniesAllTCP: AcceptedDiagnosticPages.deniesAllTCP
        case .principalForm: AcceptedDiagnosticPages.principalForm
        case .quotedName: AcceptedDiagnosticPages.quotedName
        case .unquotedText: ValuesDiagnosticPages.unquotedText
        case .secretKey: AcceptedDiagnosticPages.secretKey
        case .uncompilableCondition: AcceptedDiagnosticPages.uncompilableCondition
        case .unsupportedByZtunnel: AcceptedDiagnosticPages.unsupportedByZtunnel
        case .skippedKey: AcceptedDiagnosticPages.skippedKey
        case .unusableKeySet: AcceptedDiagnosticPages.unusableKeySet
        case .unknownKind: InputsDiagnosticPages.unknownKind
        case .unknownVersion: InputsDiagnosticPages.unknownVersion
        case .unknownSetting: InputsDiagnosticPages.unknownSetting
        case .duplicateResource: InputsDiagnosticPages.duplicateResource
        case .unreadableInput: InputsDiagnosticPages.unreadableInput
        case .unwritableOutput: InputsDiagnosticPages.unwritableOutput
        case .noPolicyFiles: InputsDiagnosticPages.noPolicyFiles
        case .noResources: InputsDiagnosticPages.noResources
        case .missingDocument: InputsDiagnosticPages.missingDocument
        case .extraDocument: InputsDiagnosticPages.extraDocument
        case .invalidAddress: InputsDiagnosticPages.invalidAddress
        case .invalidHeader: InputsDiagnosticPages.invalidHeader
        case .invalidToken: InputsDiagnosticPages.invalidToken
        case .invalidWorkload: InputsDiagnosticPages.invalidWorkload
        case .offlineOnly: InputsDiagnosticPages.offlineOnly
        case .invalidPolicyName: SuitesDiagnosticPages.invalidPolicyName
        case .unknownFixture: SuitesDiagnosticPages.unknownFixture
        case .emptyList: SuitesDiagnosticPages.emptyList
        case .nothingExpected: SuitesDiagnosticPages.nothingExpected
        case .tooManyCases: SuitesDiagnosticPages.tooManyCases
        case .noCase: SuitesDiagnosticPages.noCase
        case .noSuite: SuitesDiagnosticPages.noSuite
        case .unknownWorkload: SuitesDiagnosticPages.unknownWorkload
        case .requestSlip: SuitesDiagnosticPages.requestSlip
        case .unusedKeySet: SuitesDiagnosticPages.unusedKeySet
        case .keysNotFetched: SuitesDiagnosticPages.keysNotFetched
        }
    }
}
