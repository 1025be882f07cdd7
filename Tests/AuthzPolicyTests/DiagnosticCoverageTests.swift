import AuthzCore
import Testing

@Suite struct DiagnosticCoverageTests {
    /// Codes whose text other suites fix: limits, inputs, request documents and suites.
    private static let elsewhere: Set<DiagnosticCode> = [
        .inputTooLarge, .invalidUTF8, .tooManyAliases, .unreadableInput, .unwritableOutput,
        .noPolicyFiles, .noResources,
        .missingDocument, .extraDocument, .offlineOnly, .invalidAddress, .invalidHeader, .invalidToken,
        .invalidPolicyName, .invalidWorkload, .unknownFixture, .emptyList, .nothingExpected, .tooManyCases, .noCase,
        .noSuite, .unknownWorkload, .requestSlip, .unquotedText, .unusedKeySet, .keysNotFetched, .uncompilableCondition,
        .skippedKey,
        .unusableKeySet,
        .unsupportedByZtunnel, .unknownProvider,
    ]

    @Test("every code of documents and policies has a row with its exact text")
    func everyCode() {
        let rows =
            DocumentDiagnosticTests.cases + ResourceDiagnosticTests.cases + AttachmentDiagnosticTests.cases
            + AuthorizationPolicyDiagnosticTests.cases + AuthorizationValueDiagnosticTests.cases
            + RequestAuthenticationDiagnosticTests.cases + PeerAuthenticationDiagnosticTests.cases
            + MeshSettingsDiagnosticTests.cases
        let untested = Set(DiagnosticCode.allCases).subtracting(rows.map(\.code)).subtracting(Self.elsewhere)
        #expect(untested.map(\.rawValue).sorted() == [])
    }

    @Test("codes are kebab-case")
    func spelling() {
        for code in DiagnosticCode.allCases {
            #expect(code.rawValue.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(code.rawValue)")
        }
    }
}
