/// The key sets that are fetched or read from files.
package struct KeyMetrics: MetricsSource {
    private let board: KeyStatusBoard

    package init(board: KeyStatusBoard) {
        self.board = board
    }

    package func write(to writer: inout MetricsWriter) {
        let now = ContinuousClock.now
        let sources = Self.labeled(board.all)
        writer.family(
            "authz_jwks_fetch_total", .counter,
            help: "Attempts to get a key set, by what came of them: a new set, the set held, or neither.")
        for (status, labels) in sources {
            writer.sample(status.successes, labels + [("result", "success")])
            writer.sample(status.confirmations, labels + [("result", "unchanged")])
            writer.sample(status.failures, labels + [("result", "failure")])
        }
        writer.family("authz_jwks_keys", .gauge, help: "Usable keys in force; 0 where there is no set.")
        for (status, labels) in sources { writer.sample(status.keyCount ?? 0, labels) }
        writer.family(
            "authz_jwks_age_seconds", .gauge,
            help: "Time since the keys in force were last confirmed; no sample where there is no set.")
        for (status, labels) in sources {
            if let time = status.lastSuccess { writer.sample(Self.seconds(now - time), labels) }
        }
        writer.family("authz_jwks_next_fetch_seconds", .gauge, help: "Time to the next fetch; 0 while it is under way.")
        for (status, labels) in sources where status.kind != .file {
            writer.sample(status.nextFetch.map { max(Self.seconds($0 - now), 0) } ?? 0, labels)
        }
    }

    /// Two sources may look the same once their secrets are left out, or differ in their time limit alone; samples may not.
    private static func labeled(
        _ statuses: [KeySourceStatus]
    ) -> [(status: KeySourceStatus, labels: [MetricsWriter.Label])] {
        var seen: [[String]: Int] = [:]
        return statuses.map { status in
            let count = seen[[status.issuer, status.name], default: 0] + 1
            seen[[status.issuer, status.name]] = count
            let name = count == 1 ? status.name : "\(status.name) (\(count))"
            return (status, [("issuer", status.issuer), ("source", name)])
        }
    }

    /// In milliseconds' steps.
    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds / 1_000_000_000_000_000) / 1000
    }
}
