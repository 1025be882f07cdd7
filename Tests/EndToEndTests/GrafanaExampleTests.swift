import Foundation
import Testing

/// The dashboard of `examples/grafana`.
@Suite(.timeLimit(.minutes(5))) struct GrafanaExampleTests {
    private let dashboard: Document
    private let panels: [Document]

    init() throws {
        dashboard = try Document.json(try Repository.text(of: "examples/grafana/authz.json"))
        panels = dashboard["panels"].list
    }

    private var queries: [(panel: String, text: String)] {
        panels.flatMap { panel in
            panel["targets"].list.compactMap { $0["expr"].text }.map { (panel["title"].text ?? "", $0) }
        } + dashboard["annotations"]["list"].list.compactMap { $0["expr"].text }.map { ("annotation", $0) }
    }

    @Test("panels have names, queries and places of their own")
    func layout() throws {
        #expect(Set(panels.compactMap { $0["id"].number }).count == panels.count)
        #expect(Set(panels.compactMap { $0["title"].text }).count == panels.count)
        var taken: Set<[Int]> = []
        for panel in panels {
            let place = panel["gridPos"]
            let (x, y) = (try #require(place["x"].number), try #require(place["y"].number))
            let (width, height) = (try #require(place["w"].number), try #require(place["h"].number))
            #expect(x + width <= 24)
            for column in x..<(x + width) {
                for line in y..<(y + height) {
                    #expect(taken.insert([column, line]).inserted, "\(panel["title"].text ?? "")")
                }
            }
            guard panel["type"].text != "row" else { continue }
            #expect(!panel["targets"].list.isEmpty)
            for target in panel["targets"].list {
                #expect(target["datasource"]["uid"].text == "${datasource}")
                #expect(target["expr"].text?.contains(#"{job=~"$job", instance=~"$instance""#) == true)
            }
        }
    }

    @Test("it shows all metrics of a server and no others")
    func metrics() throws {
        let shown = ExportedMetrics.named(in: dashboard.allTexts.joined(separator: "\n"))
        let families = try ExportedMetrics.families(of: MeasuredServer().server)
        #expect(shown.subtracting(families) == [])
        // When the next fetch is due tells less than the age.
        #expect(families.subtracting(shown) == ["authz_jwks_next_fetch_seconds"])
    }

    @Test("on a real Prometheus every query has an answer")
    func answers() throws {
        let measured = try MeasuredServer()
        let prometheus = try RunningPrometheus(scraping: measured.server)
        try poll("two samples") {
            try prometheus.query(#"count_over_time(up{job="authz"}[1m]) > 2"#).isEmpty ? nil : ()
        }
        for (panel, text) in queries where panel != "annotation" {
            let query = text.replacing("$job", with: ".*").replacing("$instance", with: ".*")
                .replacing("$__rate_interval", with: "1m")
            #expect(try !prometheus.query(query).isEmpty, "\(panel): \(query)")
        }
        for (_, text) in queries.filter({ $0.panel == "annotation" }) {
            _ = try prometheus.query(text.replacing("$job", with: ".*").replacing("$instance", with: ".*"))
        }
        for variable in dashboard["templating"]["list"].list where variable["type"].text == "query" {
            let query = try #require(variable["query"]["query"].text)
            let label = try #require(query.wholeMatch(of: /label_values\(authz_build_info.*, (\w+)\)/)).1
            #expect(try prometheus.query("authz_build_info").allSatisfy { $0.labels[String(label)] != nil })
        }
    }
}
