import AuthzEngine
import Testing

/// Dry run (AuthorizationPolicy dossier 10.2).
@Suite struct DryRunTests {
    private static func policy(_ action: String, path: String, name: String, isDryRun: Bool) -> String {
        Scene.policy(
            "{action: \(action), rules: [{to: [{operation: {paths: [\(path)]}}]}]}", name: name,
            annotations: isDryRun ? "{istio.io/dry-run: 'true'}" : "{}")
    }

    @Test("AP 144: an ALLOW policy on trial brings no default, and says what it would have done")
    func allowAlone() throws {
        let scene = try Scene(Self.policy("ALLOW", path: "/a", name: "p", isDryRun: true))
        let miss = scene.report(Ask(path: "/b"))
        #expect(miss.outcome == .allow && miss.dryRunAllow == .deny && miss.dryRunDeny == nil)
        let match = scene.report(Ask(path: "/a"))
        #expect(match.outcome == .allow && match.dryRunAllow == .allow)
        let enforced = try Scene(Self.policy("ALLOW", path: "/a", name: "p", isDryRun: false))
        #expect(enforced.report(Ask(path: "/b")).outcome == .deny)
    }

    @Test("AP 145: a DENY policy on trial denies nothing, and says that it would have")
    func denyAlone() throws {
        let scene = try Scene(Self.policy("DENY", path: "/a", name: "p", isDryRun: true))
        let match = scene.report(Ask(path: "/a"))
        #expect(match.outcome == .allow && match.dryRunDeny == .deny && match.dryRunAllow == nil)
        let miss = scene.report(Ask(path: "/b"))
        #expect(miss.outcome == .allow && miss.dryRunDeny == .allow)
    }

    @Test("beside an enforced policy the one on trial counts for itself alone")
    func beside() throws {
        let scene = try Scene(
            Self.policy("ALLOW", path: "/a", name: "p", isDryRun: false)
                + Self.policy("ALLOW", path: "/b", name: "q", isDryRun: true))
        let first = scene.report(Ask(path: "/a"))
        #expect(first.outcome == .allow && first.dryRunAllow == .deny)
        let second = scene.report(Ask(path: "/b"))
        #expect(second.outcome == .deny && second.dryRunAllow == .allow)
    }
}
