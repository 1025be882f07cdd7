import AuthzCore
import AuthzEngine

/// A code that some message of `authz` has, and that `authz lint --explain` has a page for.
enum ExplainedCode {
    case finding(LintCode)
    case diagnostic(DiagnosticCode)

    /// Findings first.
    static let all =
        LintCode.allCases.map(ExplainedCode.finding) + DiagnosticCode.allCases.map(ExplainedCode.diagnostic)

    init?(_ name: String) {
        if let code = LintCode(rawValue: name) {
            self = .finding(code)
        } else if let code = DiagnosticCode(rawValue: name) {
            self = .diagnostic(code)
        } else {
            return nil
        }
    }

    var name: String {
        switch self {
        case .finding(let code): code.rawValue
        case .diagnostic(let code): code.rawValue
        }
    }

    /// The first sentence of its page.
    var headline: String {
        switch self {
        case .finding(let code): return LintPageText(code: code).headline
        case .diagnostic(let code):
            let means = code.page.means
            let end = means.firstIndex(of: ".").map { means.index(after: $0) } ?? means.endIndex
            return String(means[..<end]).replacing("\n", with: " ")
        }
    }

    /// The page.
    func text(_ style: TextStyle) -> String {
        switch self {
        case .finding(let code): LintPageText(code: code).text(style)
        case .diagnostic(let code): Self.text(code, style)
        }
    }

    private static func text(_ code: DiagnosticCode, _ style: TextStyle) -> String {
        let page = code.page
        return "\(style(code.rawValue, .bold)): of what is read\n\n\(page.means)\n\n"
            + "\(style("Bad", .bold, .red)):\n\n\("\(page.bad)\n".indented(by: 4))\n"
            + "\(style("Good", .bold, .green)):\n\n\("\(page.good)\n".indented(by: 4))"
    }
}
