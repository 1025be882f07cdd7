import AuthzCore
import AuthzEngine
import AuthzPolicy

/// One page that says why some requests were decided as they were. It loads nothing and needs no script; signatures of tokens are left
/// out.
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
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>authz: \(title)</title>
            <style>
            \(PageStyle.sheet)
            </style>
            </head>
            <body>
            <main>
            <h1>Why?</h1>
            \(list)
            \(sections)
            </main>
            </body>
            </html>

            """
        html = SignatureMask.hidingSignatures(in: page.markup)
    }

    static func word(_ report: DecisionReport) -> String {
        (report.outcome == .allow ? "ALLOW" : "DENY") + (report.status > 0 ? " \(report.status)" : "")
    }
}
