/// The stable name of a kind of diagnostic. Each is documented by the test that fixes its text.
package enum DiagnosticCode: String, Sendable, Hashable, CaseIterable {
    case unknownField = "unknown-field"
    case invalidCIDR = "invalid-cidr"
    case noEffect = "no-effect"
    case uncompilableCondition = "uncompilable-condition"
    case skippedKey = "skipped-key"
    case unusableKeySet = "unusable-key-set"
}
