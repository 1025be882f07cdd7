import AuthzCore
import AuthzEngine
import AuthzPolicy

/// One page that says why some requests were decided as they were.
struct ExplanationPage {
    let html: String

    init(_ requests: [ExplainedRequest], sources: SourceTexts) {
        let title: HTML =
            requests.count == 1
            ? "\(Self.word(requests[0].explanation.report)): \(requests[0].input.name)" : "\(requests.count) requests"
        let sections = requests.enumerated().map { index, request in
            ExplanationSection(request, number: requests.count > 1 ? index + 1 : nil, sources: sources).html
        }
        let contents = requests.enumerated().map { index, request -> HTML in
            "<li><a href=\"#r\(index + 1)\">\(request.input.name)</a> \(Self.word(request.explanation.report))</li>"
        }
        let list: HTML = requests.count > 1 ? "<nav class=\"card\"><ol>\(contents)</ol></nav>" : ""
        html = Page.text(
            title: "authz: \(title)", style: PageStyle.explanation,
            body: """
                <h1>Why?</h1>
                \(list)
                \(sections)
                """)
    }

    static func word(_ report: DecisionReport) -> String {
        (report.outcome == .allow ? "ALLOW" : "DENY") + (report.status > 0 ? " \(report.status)" : "")
    }
}
