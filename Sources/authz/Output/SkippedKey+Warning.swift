import AuthzCore
import AuthzToken

extension SkippedKey {
    /// The warning about a key that is not written in a policy, with the option that lets it count.
    func warning(at place: SourceLocation) -> Diagnostic {
        let hint: String? =
            switch reason {
            case .symmetric: "`--allow-symmetric` lets it count, if nobody else knows it"
            case .modulusTooShort(let bits, _): "`--minimum-rsa-bits \(bits)` lets it count"
            case .invalid, .notObject, .padded, .notForSignatures, .notForVerification: nil
            }
        return Diagnostic(.warning, .skippedKey, at: place, message, hint: hint)
    }
}
