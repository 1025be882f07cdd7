import AuthzCore
import AuthzEngine

/// Coverage as one page over the YAML, which shows by words what it shows by color.
struct CoveragePage {
    let report: CoverageReport

    var text: String {
        let share = report.share()
        let badge: HTML = share.perMille == 1000 ? "yes" : "no"
        let sections = report.files.enumerated().map { index, file in section(file, index) }
        return Page.text(
            title: "Coverage of policies: \(share.percent)", style: PageStyle.coverage,
            body: """
                <h1>Coverage of policies</h1>
                <div class="card">
                <p class="head"><span class="badge \(badge)">\(share.percent)</span> <span>\(report.counts)</span></p>
                \(overview)
                </div>
                \(gaps)
                \(sections)
                """)
    }

    private var overview: HTML {
        let kinds = CoverageItem.Kind.allCases
        let titles = kinds.map { kind -> HTML in "<th>\(kind.plural)</th>" }
        let rows = report.files.enumerated().map { index, file -> HTML in
            let shares = kinds.map { kind -> HTML in
                let share = report.share(of: kind, in: file)
                return "<td data-of=\"\(kind.plural)\">\(share.covered) of \(share.total)</td>"
            }
            return """
                <tr><td><a href="#file-\(index)">\(file)</a></td>\(shares)<td data-of="all">\(report.share(in: file).percent)</td></tr>

                """
        }
        return """
            <table class="files">
            <thead><tr><th>file</th>\(titles)<th>all</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            """
    }

    private var gaps: HTML {
        guard !report.uncovered.isEmpty else { return "" }
        let files = report.files
        let items = report.uncovered.map { item -> HTML in
            let place = item.location
            let file = files.firstIndex(of: place.file) ?? 0
            return """
                <li><span>\(HTML.words(item.complaint))</span> <a href="#line-\(file)-\(place.line)">\(place.description)</a></li>

                """
        }
        return """
            <h2>Not covered</h2>
            <ul class="card gaps">
            \(items)</ul>
            """
    }

    private func section(_ file: String, _ index: Int) -> HTML {
        var entries: [Int: [CoverageReport.Entry]] = [:]
        for entry in report.entries where entry.item.location.file == file {
            entries[entry.item.location.line, default: []].append(entry)
        }
        var lines: [HTML] = []
        while let line = report.sources.safeLine(lines.count + 1, of: file) {
            let number = lines.count + 1
            lines.append(row(line, entries[number] ?? [], number: number, anchor: "line-\(index)-\(number)"))
        }
        return "<h2 id=\"file-\(index)\">\(file)</h2>\n<pre class=\"code\">\(lines)</pre>\n"
    }

    private func row(
        _ line: [Unicode.Scalar], _ entries: [CoverageReport.Entry], number: Int, anchor: HTML
    ) -> HTML {
        let hits = entries.map(\.hits).min()
        let state: HTML = hits.map { $0 > 0 ? " class=\"yes\"" : " class=\"no\"" } ?? ""
        let mark = hits.map { $0 > 0 ? "\($0)×" : "✗" } ?? ""
        return """
            <span id="\(anchor)"\(state)><span class="n">\(number)</span><span class="hits">\(mark)</span>\(Self.marked(line, entries))</span>
            """
    }

    /// The line with what no case put to the test marked in it.
    private static func marked(_ line: [Unicode.Scalar], _ entries: [CoverageReport.Entry]) -> HTML {
        var html: HTML = ""
        var position = 0
        for entry in entries where entry.hits == 0 {
            let place = entry.item.location
            let start = min(max(place.column - 1, position), line.count)
            let end = min(max(start + place.length, start), line.count)
            guard end > start else { continue }
            html = """
                \(html)\(text(line[position..<start]))<mark title="\(entry.item.complaint)">\(text(line[start..<end]))</mark>
                """
            position = end
        }
        return html + .text(text(line[position...]))
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
