import AuthzCore
import AuthzEngine

/// What `authz lint --explain` prints of a code.
struct LintPageText {
    let code: LintCode

    /// The first sentence of why.
    var headline: String {
        let why = code.page.why
        guard let end = why.firstIndex(of: ".") else { return why }
        return String(why[...end]).replacing("\n", with: " ")
    }

    func text(_ style: TextStyle) -> String {
        let page = code.page
        let istio = code.istioCode.map { ", as \($0) of istioctl analyze" } ?? ""
        var text = "\(style(code.rawValue, .bold)): \(code.severity.rawValue)\(istio)\n\n"
        text += paragraph(page.why) + "\n"
        text += "\(style("Bad", .bold, .red)):\n\n\(indented(page.bad))\n"
        text += "\(style("Good", .bold, .green)):\n\n\(indented(page.good))\n"
        text += paragraph(page.remedy)
        guard code.isSuppressible else { return text }
        return text
            + "\nWhere it is meant so, say why in an annotation of the policy: lint.authz/\(code.rawValue): reason\n"
    }

    private func paragraph(_ text: String) -> String { text.hasSuffix("\n") ? text : text + "\n" }

    private func indented(_ text: String) -> String { paragraph(text).indented(by: 4) }
}
