import AuthzCore

/// Decodes the external authorization providers of MeshConfig, as far as it matters which of them exist.
struct ExtensionProviderDecoder {
    private let collector: DiagnosticCollector

    init(collector: DiagnosticCollector) {
        self.collector = collector
    }

    /// The providers that CUSTOM policies can name, each name once. One that Istio finds invalid is warned of: requests that
    /// match its policies are denied.
    func decode(_ nodes: [DocumentNode]) -> [ExtensionProvider] {
        var providers: [ExtensionProvider] = []
        for node in nodes {
            guard
                var reader = DocumentReader(
                    node, name: "extensionProviders", spelling: .snakeCaseToo, collector: collector)
            else { continue }
            guard let name = reader.requiredText("name", endsReading: true) else { continue }
            let http = reader.reader("envoyExtAuthzHttp")
            let grpc = reader.reader("envoyExtAuthzGrpc")
            guard var provider = http ?? grpc else { continue }
            var problem = nameProblem(name)
            let earlier = providers.firstIndex { $0.name == name.value }
            if earlier != nil { problem = Problem(name.location, "its name is used twice") }
            let inside = self.problem(in: &provider, isHTTP: http != nil)
            let found = problem ?? inside
            let included =
                http == nil
                ? [] : provider.texts("includeRequestHeadersInCheck") + provider.texts("includeHeadersInCheck")
            for field in Self.otherFields { _ = provider.node(field) }
            provider.finish(as: .warning, code: .unknownSetting)
            let decoded = ExtensionProvider(
                name: name.value, transport: http != nil ? .http : .grpc, problem: found?.text,
                includedHeaders: included.map { $0.value.lowercased() })
            if let earlier { providers[earlier] = decoded } else { providers.append(decoded) }
            guard let found else { continue }
            collector.warning(
                .invalidProvider, at: found.location, "the provider \(name.value.quoted) is invalid: \(found.text)",
                label: "requests that match its CUSTOM policies are denied")
        }
        return providers
    }

    private struct Problem {
        var location: SourceLocation
        var text: String

        init(_ location: SourceLocation, _ text: String) {
            self.location = location
            self.text = text
        }
    }

    private static let otherFields = [
        "timeout", "failOpen", "clearRouteCache", "includeHeadersInCheck", "includeAdditionalHeadersInCheck",
    ]

    private func nameProblem(_ name: Located<String>) -> Problem? {
        let isName = name.value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isName, name.value.utf8.count <= 63, !name.value.hasPrefix("-"), !name.value.hasSuffix("-") else {
            return Problem(name.location, "its name is not made of `a` to `z`, `0` to `9` and `-`")
        }
        return nil
    }

    private func problem(in provider: inout DocumentReader, isHTTP: Bool) -> Problem? {
        let place = provider.location
        var problems: [Problem] = []
        if (provider.text("service")?.value ?? "").isEmpty { problems.append(Problem(place, "it has no `service`")) }
        if provider.node("port") == nil {
            problems.append(Problem(place, "it has no `port`"))
        } else if provider.integer("port", in: 1...65535) == nil {
            problems.append(Problem(place, "its `port` is out of range"))
        }
        if let status = provider.text("statusOnError"), !Self.isStatus(status.value) {
            problems.append(Problem(status.location, "`statusOnError` is no HTTP status"))
        }
        if var body = provider.reader("includeRequestBodyInCheck") {
            if body.integer("maxRequestBytes", in: 0...Int64(UInt32.max))?.value ?? 0 == 0 {
                problems.append(Problem(body.location, "`maxRequestBytes` is 0"))
            }
            for field in ["allowPartialMessage", "packAsBytes"] { _ = body.node(field) }
            body.finish(as: .warning, code: .unknownSetting)
        }
        guard isHTTP else { return problems.first }
        if let prefix = provider.text("pathPrefix"), !prefix.value.isEmpty, !prefix.value.hasPrefix("/") {
            problems.append(Problem(prefix.location, "`pathPrefix` does not begin with `/`"))
        }
        let patterns = [
            "includeRequestHeadersInCheck", "headersToUpstreamOnAllow", "headersToDownstreamOnAllow",
            "headersToDownstreamOnDeny",
        ]
        for field in patterns {
            for pattern in provider.texts(field) where pattern.value == "*" {
                problems.append(Problem(pattern.location, "a lone `*` is no pattern of header names"))
            }
        }
        return problems.first
    }

    /// The statuses that Envoy knows by number.
    private static func isStatus(_ text: String) -> Bool {
        guard let status = Int(text) else { return false }
        switch status {
        case 100, 200...208, 226, 300...305, 307, 308, 400...417, 421...424, 426, 428, 429, 431, 500...508, 510, 511:
            return true
        default: return false
        }
    }
}
