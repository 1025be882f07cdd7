import Foundation

/// A real Prometheus with the configuration and the alerts of `examples/prometheus`, which looks at one server five times a second.
struct RunningPrometheus {
    private let address: Address
    private let child: Child
    private let folder: TemporaryFolder

    init(scraping server: RunningServer) throws {
        self = try FreePort.withRetries { try RunningPrometheus(scraping: server, on: FreePort.find()) }
    }

    private init(scraping server: RunningServer, on port: UInt16) throws {
        let folder = try TemporaryFolder()
        try folder.write(try Repository.text(of: "examples/prometheus/alerts.yaml"), to: "alerts.yaml")
        let configuration = try folder.write(
            try Repository.text(of: "examples/prometheus/prometheus.yml")
                .replacing("127.0.0.1:9192", with: "\(server.admin)").replacing(
                    "_interval: 15s", with: "_interval: 200ms"),
            to: "prometheus.yml")
        let child = try Child(
            URL(filePath: "/usr/bin/prometheus"),
            [
                "--config.file=\(configuration.path())", "--storage.tsdb.path=\(folder.url.path())/data",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
            ])
        guard let address = Address("127.0.0.1:\(port)") else { throw TimedOut(description: "no address") }
        self.folder = folder
        self.child = child
        self.address = try FreePort.wait(for: address, of: child)
        try poll("readiness") { try HTTP.send("GET", "/-/ready", to: address).status == 200 ? () : nil }
    }

    /// The answer of its API, whose `data` this is.
    func get(_ path: String) throws -> Document {
        let response = try HTTP.send("GET", "/api/v1/\(path)", to: address)
        let answer = try Document.json(response.body)
        guard answer["status"].text == "success" else { throw TimedOut(description: response.body) }
        return answer["data"]
    }

    /// What an expression gives at this moment: labels and value of each sample.
    func query(_ expression: String) throws -> [(labels: [String: String], value: String)] {
        let unreserved = CharacterSet.alphanumerics
        guard let text = expression.addingPercentEncoding(withAllowedCharacters: unreserved) else { return [] }
        return try get("query?query=\(text)")["result"].list.map { sample in
            (sample["metric"].map, sample["value"].list.last?.text ?? "")
        }
    }

    /// All alert rules by name.
    func alerts() throws -> [String: Document] {
        let rules = try get("rules")["groups"].list.flatMap { $0["rules"].list }
            .filter { $0["type"].text == "alerting" }
        return Dictionary(rules.map { ($0["name"].text ?? "", $0) }, uniquingKeysWith: { $1 })
    }
}
