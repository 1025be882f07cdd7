import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// SR-7: the index finds what trying every rule finds.
@Suite struct RuleIndexTests {
    private static let principals = [
        "cluster.local/ns/a/sa/x", "cluster.local/ns/a/sa/y", "cluster.local/ns/b/*", "*/sa/x", "*",
    ]
    private static let paths = ["/", "/a", "/a/b", "/a/b/c", "/a*", "/a/*", "/a/b*", "*/c", "*", "/{*}/b", "/b"]
    private static let requestPaths = ["/", "/a", "/ab", "/a/", "/a/b", "/a/b/c", "/a/bc", "/b", "/c", "/x/b"]
    private static let peers: [String?] = [
        nil, "spiffe://cluster.local/ns/a/sa/x", "spiffe://cluster.local/ns/a/sa/y", "spiffe://cluster.local/ns/b/sa/x",
    ]

    @Test("the outcome and the determining rule are the same", arguments: 0..<60)
    func agrees(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let text = (0..<Int.random(in: 1...40, using: &generator)).map { Self.policy($0, &generator) }
            .joined(separator: "\n---\n")
        let documents = try PolicyLoader.load(text: text, file: "generated.yaml").documents
        let indexed = try Self.decisionPoint(documents, threshold: 0)
        let plain = try Self.decisionPoint(documents, threshold: .max)
        for path in Self.requestPaths {
            for peer in Self.peers {
                for isUnknown in [false, true] {
                    let found = try Self.decide(indexed, path, peer, isUnknown: isUnknown)
                    let tried = try Self.decide(plain, path, peer, isUnknown: isUnknown)
                    #expect(found == tried, "\(path) by \(peer ?? "nobody"), unknown: \(isUnknown)\n\(text)")
                }
            }
        }
    }

    private static func policy(_ number: Int, _ generator: inout SeededGenerator) -> String {
        let action = ["ALLOW", "DENY"].randomElement(using: &generator) ?? "ALLOW"
        var lines: [String] = []
        if Bool.random(using: &generator) {
            let sources = (0...Int.random(in: 0...1, using: &generator)).map { _ in
                "{source: {\(list("principals", principals, &generator))}}"
            }
            lines.append("from: [\(sources.joined(separator: ", "))]")
        }
        if Bool.random(using: &generator) {
            let operations = (0...Int.random(in: 0...1, using: &generator)).map { _ in
                "{operation: {\(list("paths", paths, &generator))}}"
            }
            lines.append("to: [\(operations.joined(separator: ", "))]")
        }
        return """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p\(number), namespace: n}
            spec: {action: \(action), rules: [{\(lines.joined(separator: ", "))}]}
            """
    }

    private static func list(_ field: String, _ values: [String], _ generator: inout SeededGenerator) -> String {
        let chosen = (0...Int.random(in: 0...2, using: &generator)).compactMap { _ in
            values.randomElement(using: &generator)
        }
        return "\(Int.random(in: 0...4, using: &generator) == 0 ? "not" + field.capitalizedFirst : field): "
            + "[\(chosen.map { "\"\($0)\"" }.joined(separator: ", "))]"
    }

    private static func decisionPoint(_ documents: PolicyDocuments, threshold: Int) throws -> DecisionPoint {
        var options = CompileOptions()
        options.ruleIndexThreshold = threshold
        return DecisionPoint(policySet: try PolicySet.compile(documents, options: options).policySet)
    }

    private static func decide(
        _ point: DecisionPoint, _ path: String, _ peer: String?, isUnknown: Bool
    ) throws -> String {
        var document = RequestDocument(location: SourceLocation(file: "request", line: 1, column: 1))
        document.destination.namespace = "n"
        document.destination.port = 80
        document.source.principal = peer
        document.request = RequestDocument.HTTPRequest()
        document.request?.path = path
        document.request?.host = "n"
        let workload = try #require(point.policySet.workload(for: document.destination))
        var request = CheckRequest()
        request.fill(from: document, for: workload, in: point.policySet)
        if isUnknown { request.source.principal = .unknown }
        var workspace = Workspace()
        var trace: Trace?
        let decision = point.decide(&request, for: workload, now: 0, in: &workspace, trace: &trace)
        let report = DecisionReport(
            decision, of: request, sentPath: path, for: FoundWorkload(workload: workload), at: point, in: workspace)
        return "\(report.outcome) \(report.reason) \(report.determiningPolicy?.envoyID ?? "none")"
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
