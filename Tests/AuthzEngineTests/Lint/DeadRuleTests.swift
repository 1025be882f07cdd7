import AuthzCore
import AuthzPolicy
import AuthzTestSupport
import Testing

@testable import AuthzEngine

/// What the linter says never acts, held against requests of which it knows nothing.
@Suite struct DeadRuleTests {
    private static let dead: Set<LintCode> = [
        .ruleNeverMatches, .ruleShadowed, .allowAlwaysDenied, .tokenNeverVerified, .principalNeedsMTLS,
    ]

    @Test("a rule that is said not to act can be left out, and no request is answered differently")
    func rules() throws {
        var generator = PolicyGenerator(seed: 81)
        var counts: [LintCode: Int] = [:]
        for _ in 0..<min(GeneratedCases.count / 2, 200) {
            let policies = generator.policies()
            let text = GeneratedPolicy.text(of: policies)
            let documents = try PolicyLoader.load(text: Scene.anyIssuer + text, file: "p.yaml").documents
            let scene = try Scene(documents)
            var linter = Linter(documents, scene.point, now: scene.now)
            for finding in linter.run() where Self.dead.contains(finding.code) {
                counts[finding.code, default: 0] += 1
                let difference = try Self.difference(without: finding, documents, scene, &generator)
                // A DENY rule for everything acts: it is nothing else that does, where it is.
                if finding.message.hasPrefix("a DENY rule that matches every request") { continue }
                #expect(difference == nil, "\(finding.code.rawValue) \(finding.title)\n\(text)")
            }
        }
        // Otherwise nothing was put to the test.
        #expect(counts[.ruleShadowed, default: 0] > 0 && counts[.ruleNeverMatches, default: 0] > 0, "\(counts)")
    }

    /// A request that is answered differently without the rule of a finding, in words.
    private static func difference(
        without finding: LintFinding, _ documents: PolicyDocuments, _ scene: Scene, _ generator: inout PolicyGenerator
    ) throws -> String? {
        let namespaces = Set(documents.authorizationPolicies.map(\.metadata.namespace))
        let mutants = MutantMaker.mutants(of: documents, in: namespaces)
        // At a DENY rule it is told of the ALLOW rules that this one leaves nothing over of.
        let remark = finding.message.contains("this one denies all that") ? finding.proofs.last?.remark : nil
        let mutant = try #require(
            mutants.first { mutant in
                let title = "\(mutant.policy.qualifiedName), rule \(mutant.rule ?? 0)"
                return mutant.operation == .dropRule
                    && (remark.map { $0 == "is what \(title) allows, and is denied" } ?? (title == finding.title))
            })
        let compiled = try PolicySet.compile(mutant.applied(to: documents), mesh: .test)
        let mutated = DecisionPoint(policySet: compiled.policySet, options: scene.point.options)
        var destination = scene.destination
        destination.port = 8080
        destination.ip = IPAddress(v4: 0x0a00_0009)
        var (request, workspace) = (CheckRequest(), Workspace())
        for _ in 0..<600 {
            let document = generator.ask().document(to: destination)
            let outcomes = [scene.point, mutated].map { point in
                let workload = point.policySet.workload(for: document).workload
                request.fill(from: document, for: workload, in: point.policySet)
                var trace: Trace?
                return point.decide(&request, for: workload, now: scene.now, in: &workspace, trace: &trace).outcome
            }
            // Over TCP a rule is not what is written.
            let isMeant = document.request != nil || finding.code != .ruleNeverMatches
            if outcomes[0] != outcomes[1], isMeant { return "\(document)" }
        }
        return nil
    }
}
