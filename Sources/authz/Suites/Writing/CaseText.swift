import AuthzCore
import AuthzEngine
import AuthzPolicy

/// A case as it stands in a suite.
struct CaseText {
    var name: String
    var request: RequestDocument
    /// The members of `expect`, in YAML.
    var expectation: [(String, String)]
    /// Why it is not run; `nil` where it is.
    var skip: String?
    /// What CUSTOM providers are taken to answer; `nil` where that is left to the suite.
    var assumedCustomAnswer: Expectation.Outcome?

    /// The lines of the case, an entry of `tests`.
    var lines: [String] {
        var lines = ["- name: \(FlowText.text(name))"]
        lines += RequestText.members(of: request).map { "  \($0.name): \($0.value)" }
        if let answer = assumedCustomAnswer { lines.append("  assumeCustom: \(answer.rawValue)") }
        lines.append("  expect: \(FlowText.mapping(expectation))")
        if let skip { lines.append("  skip: \(FlowText.text(skip))") }
        return lines
    }
}
