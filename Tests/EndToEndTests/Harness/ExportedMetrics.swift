import Foundation

/// The metrics that an `authz serve` exports when everything that it can measure is in use.
enum ExportedMetrics {
    /// The metric families that a text names, without the suffixes of histograms.
    static func named(in text: String) -> Set<String> {
        let names = text.matches(of: /\bauthz_[a-z0-9_]+/).map { String($0.0) }
        return Set(names.map { $0.replacing(/(_seconds)_(bucket|sum|count)$/) { $0.1 } })
    }

    /// What the server has, by its `# TYPE` lines.
    static func families(of server: RunningServer) throws -> Set<String> {
        let text = try HTTP.send("GET", "/metrics", to: server.admin).body
        return Set(text.matches(of: /(?m)^# TYPE (\w+)/).map { String($0.1) })
    }
}
