import AuthzCore
import AuthzEngine

/// Coverage as one HTML page over the YAML. It needs nothing beside it, runs no script, and shows by words what it shows by color.
struct CoveragePage {
    let report: CoverageReport

    var text: String {
        var html = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Coverage of policies: \(report.share().percent)</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <h1>Coverage of policies</h1>
            <p class="total">\(report.headline.xmlEscaped)</p>

            """
        html += overview + gaps
        for (index, file) in report.files.enumerated() { html += section(file, index) }
        return html + "</body>\n</html>\n"
    }

    private var overview: String {
        var html = "<div class=\"wide\"><table class=\"files\">\n<thead><tr><th>File</th>"
        html += CoverageItem.Kind.allCases.map { "<th>\($0.plural)</th>" }.joined()
        html += "<th>all</th></tr></thead>\n<tbody>\n"
        for (index, file) in report.files.enumerated() {
            html += "<tr><td><a href=\"#file-\(index)\">\(file.escapingControls.xmlEscaped)</a></td>"
            for kind in CoverageItem.Kind.allCases {
                let share = report.share(of: kind, in: file)
                html += "<td>\(share.covered) of \(share.total)</td>"
            }
            html += "<td>\(report.share(in: file).percent)</td></tr>\n"
        }
        return html + "</tbody></table></div>\n"
    }

    private var gaps: String {
        let uncovered = report.uncovered
        guard !uncovered.isEmpty else { return "" }
        let files = report.files
        var html = "<h2>Not covered</h2>\n<ul class=\"gaps\">\n"
        for item in uncovered {
            let anchor = "line-\(files.firstIndex(of: item.location.file) ?? 0)-\(item.location.line)"
            html += "<li><a href=\"#\(anchor)\">\(item.location.description.escapingControls.xmlEscaped)</a> "
            html += "\(item.complaint.xmlEscaped)</li>\n"
        }
        return html + "</ul>\n"
    }

    private func section(_ file: String, _ index: Int) -> String {
        var lines: [Int: [CoverageReport.Entry]] = [:]
        for entry in report.entries where entry.item.location.file == file {
            lines[entry.item.location.line, default: []].append(entry)
        }
        var html = "<h2 id=\"file-\(index)\">\(file.escapingControls.xmlEscaped)</h2>\n"
        html += "<div class=\"wide\"><table class=\"code\">\n"
        var number = 1
        while let line = report.sources.safeLine(number, of: file) {
            let entries = lines[number] ?? []
            let hits = entries.map(\.hits).min()
            let state = hits.map { $0 > 0 ? "yes" : "no" } ?? "none"
            let mark = hits.map { $0 > 0 ? "\($0)×" : "✗" } ?? ""
            html += "<tr id=\"line-\(index)-\(number)\" class=\"\(state)\"><td>\(number)</td><td>\(mark)</td>"
            html += "<td><code>\(Self.marked(line, entries))</code></td></tr>\n"
            number += 1
        }
        return html + "</table></div>\n"
    }

    /// The line with what no case put to the test marked in it.
    private static func marked(_ line: [Unicode.Scalar], _ entries: [CoverageReport.Entry]) -> String {
        var html = ""
        var position = 0
        for entry in entries where entry.hits == 0 {
            let place = entry.item.location
            let start = min(max(place.column - 1, position), line.count)
            let end = min(max(start + place.length, start), line.count)
            guard end > start else { continue }
            html += text(line[position..<start])
            html += "<mark title=\"\(entry.item.complaint.xmlEscaped)\">\(text(line[start..<end]))</mark>"
            position = end
        }
        return html + text(line[position...])
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars)).xmlEscaped
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1c2024; --page: #fff; --faint: #606770; --line: #d8dce0; --yes: #e3f5e6;
          --no: #fde4e1; --mark: #f6b5ae; --link: #0b57a4 }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e4e7ea; --page: #16191c; --faint: #9aa2ab; --line: #3a4046; --yes: #16331d; --no: #48201d;
            --mark: #8a3a33; --link: #7db5f0 }
        }
        body { color: var(--ink); background: var(--page); font: 16px/1.5 system-ui, sans-serif; max-width: 72rem;
          margin: 0 auto; padding: 1rem; overflow-wrap: anywhere }
        h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
        .total { font-weight: 600 }
        a { color: var(--link) }
        .wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px }
        table { border-collapse: collapse; width: 100%; overflow-wrap: normal }
        .files th, .files td { text-align: left; padding: .35rem .7rem; white-space: nowrap; border-top: 1px solid var(--line) }
        .files thead th { border-top: 0; color: var(--faint); font-weight: 600 }
        .gaps { padding-left: 1.2rem }
        .code { font: 13px/1.6 ui-monospace, monospace }
        .code td { padding: 0 .6rem; vertical-align: top }
        .code td:nth-child(-n+2) { color: var(--faint); text-align: right; user-select: none; width: 1% }
        .code code { font: inherit; white-space: pre }
        .code tr.yes { background: var(--yes) } .code tr.no { background: var(--no) }
        .code tr:target { outline: 2px solid var(--link); outline-offset: -2px }
        mark { background: var(--mark); color: inherit; text-decoration: underline wavy }
        """
}
