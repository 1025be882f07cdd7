import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzToken
import Foundation
import Testing

/// A decision of a real Envoy with the configuration that Istio generates, as it was recorded. `Recorded/README.md` describes
/// the fields.
struct RecordedCase: Sendable, Decodable {
    struct Mesh: Sendable, Decodable, Hashable {
        var rootNamespace: String?
        var trustDomain: String?
        var trustDomainAliases: [String]?
        var pathNormalization: String?
        var numTrustedProxies: Int?
        var skipValidateTrustDomain: Bool?
        var selectorBasedGatewayPolicy: Bool?
    }

    struct Workload: Sendable, Decodable {
        var namespace: String
        var labels: [String: String]?
        var serviceAccount: String?
        var service: String?
        var gateway: String?
        var waypoint: String?
        var gatewayClass: String?
    }

    struct Request: Sendable, Decodable {
        var `protocol`: String?
        var sourcePrincipal: String?
        var sourceIp: String?
        var destIp: String?
        var port: UInt16?
        var sni: String?
        var method: String?
        var path: String?
        var host: String?
        var headers: [String: Lines]?
    }

    /// One header value or several lines.
    struct Lines: Sendable, Decodable {
        var values: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do { values = [try container.decode(String.self)] } catch { values = try container.decode([String].self) }
        }
    }

    struct Expectation: Sendable, Decodable {
        var allowed: Bool
        var status: Int
        var body: String?
        var wwwAuthenticate: String?
        var details: String?
        var pathSeen: String?
        var forwarded: [String: String?]?
        var dryRun: [String: String]?
        var audited: Bool?
    }

    var id: String
    var mesh: Mesh
    var resources: String
    var workload: Workload
    var request: Request
    var expect: Expectation
    /// The key sets that the URIs of the case give, as JSON text.
    var keySets: [String: String] = [:]

    private enum CodingKeys: String, CodingKey { case id, mesh, resources, workload, request, expect }

    /// Reads the cases of a file of `Recorded`, compressed or not.
    static func load(named name: String) throws -> [RecordedCase] {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: "jsonl.xz", subdirectory: "Recorded")
                ?? Bundle.module.url(forResource: name, withExtension: "jsonl", subdirectory: "Recorded"),
            "there are no cases named \(name)")
        return try load(url)
    }

    /// Reads a file of cases, one JSON object a line; one whose name ends in `.xz` is compressed.
    static func load(_ url: URL) throws -> [RecordedCase] {
        let data = url.pathExtension == "xz" ? try decompressed(url) : try Data(contentsOf: url)
        let decoder = JSONDecoder()
        return try data.split(separator: UInt8(ascii: "\n")).map { line in
            var one = try decoder.decode(RecordedCase.self, from: line)
            guard line.firstRange(of: Data("jwksByUri".utf8)) != nil else { return one }
            let object = try JSONSerialization.jsonObject(with: line) as? [String: Any]
            for (uri, answer) in object?["jwksByUri"] as? [String: [String: Any]] ?? [:] {
                guard let document = answer["document"] else { continue }
                one.keySets[uri] = String(
                    decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
            }
            return one
        }
    }

    private static func decompressed(_ url: URL) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["xz", "--decompress", "--stdout", url.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "xz cannot read \(url.path)")
        return data
    }

    // MARK: Deciding

    /// What two cases share whose resources need compiling only once.
    struct Policies: Hashable {
        var mesh: Mesh
        var resources: String
        var keySets: [String: String]
    }

    var policies: Policies { Policies(mesh: mesh, resources: resources, keySets: keySets) }

    /// Compiles the resources of the case under its mesh settings.
    func decisionPoint(_ options: CompileOptions = CompileOptions()) throws -> DecisionPoint {
        var settings = MeshSettings()
        settings.rootNamespace = mesh.rootNamespace ?? settings.rootNamespace
        settings.trustDomain = mesh.trustDomain ?? settings.trustDomain
        settings.trustDomainAliases = mesh.trustDomainAliases ?? []
        settings.trustedProxyCount = mesh.numTrustedProxies ?? 0
        settings.skipsTrustDomainValidation = mesh.skipValidateTrustDomain ?? false
        settings.selectorBasedGatewayPolicy = mesh.selectorBasedGatewayPolicy ?? true
        if let mode = mesh.pathNormalization, mode != "DEFAULT" {
            settings.pathNormalization = try #require(MeshSettings.PathNormalization(rawValue: mode))
        }
        let documents = try PolicyLoader.load(text: resources, file: "\(id).yaml").documents
        let policySet = try PolicySet.compile(documents, mesh: settings, options: options).policySet
        let keySets = try policySet.keySources.map { source -> KeySet? in
            guard case .uri(let uri, _) = source, let text = self.keySets[uri] else { return nil }
            return try KeySet(jwks: Array(text.utf8).span, origin: .fetched, options: policySet.options.keyOptions)
        }
        return DecisionPoint(policySet: policySet, keySets: keySets)
    }

    /// The request of the case as a document.
    var document: RequestDocument {
        var document = RequestDocument(location: SourceLocation(file: id, line: 1, column: 1))
        document.source.principal = request.sourcePrincipal
        document.source.ip = request.sourceIp.flatMap { IPAddress(parsing: Array($0.utf8).span) }
        document.destination.namespace = workload.namespace
        document.destination.labels = workload.labels
        document.destination.serviceAccount = workload.serviceAccount
        document.destination.service = workload.service
        document.destination.gateway = workload.gateway
        document.destination.waypoint = workload.waypoint
        document.destination.gatewayClass = workload.gatewayClass
        document.destination.ip = request.destIp.flatMap { IPAddress(parsing: Array($0.utf8).span) }
        document.destination.port = request.port
        document.destination.sni = request.sni
        guard request.protocol != "tcp" else { return document }
        var http = RequestDocument.HTTPRequest()
        http.method = request.method ?? http.method
        http.path = request.path ?? http.path
        http.host = request.host ?? http.host
        for (name, lines) in request.headers ?? [:] { http.headers += lines.values.map { (name, $0) } }
        document.request = http
        return document
    }
}
