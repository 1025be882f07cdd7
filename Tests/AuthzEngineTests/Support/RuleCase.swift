import AuthzEngine
import AuthzPolicy
import Testing

/// A rule with a request that it matches and one that it does not, one change apart. Tried as the one rule of an ALLOW
/// policy and of a DENY policy.
struct RuleCase: Sendable, CustomTestStringConvertible {
    /// The assertions that the row shows, `AP 26` say; empty for a row of its own.
    var id: String
    /// In YAML, in flow style.
    var rule: String
    var why: String
    /// `nil` where no request fits.
    var fits: Ask?
    var misses: Ask?
    var namespace: String
    var mesh: MeshSettings

    init(
        _ id: String, _ rule: String, fits: Ask? = nil, misses: Ask? = nil, namespace: String = "foo",
        mesh: MeshSettings = .test, why: String
    ) {
        self.id = id
        self.rule = rule
        self.why = why
        self.fits = fits
        self.misses = misses
        self.namespace = namespace
        self.mesh = mesh
    }

    /// A rule of one field of `source`.
    static func source(
        _ id: String, _ field: String, _ value: String, fits: Ask? = nil, misses: Ask? = nil,
        namespace: String = "foo", mesh: MeshSettings = .test, why: String
    ) -> RuleCase {
        RuleCase(
            id, "{from: [{source: {\(field): ['\(value)']}}]}", fits: fits, misses: misses, namespace: namespace,
            mesh: mesh, why: why)
    }

    /// A rule of one field of `operation`.
    static func operation(
        _ id: String, _ field: String, _ value: String, fits: Ask? = nil, misses: Ask? = nil,
        mesh: MeshSettings = .test, why: String
    ) -> RuleCase {
        RuleCase(
            id, "{to: [{operation: {\(field): ['\(value)']}}]}", fits: fits, misses: misses, mesh: mesh, why: why)
    }

    /// A rule of one condition.
    static func when(
        _ id: String, _ key: String, _ value: String, fits: Ask? = nil, misses: Ask? = nil, namespace: String = "foo",
        mesh: MeshSettings = .test, why: String
    ) -> RuleCase {
        RuleCase(
            id, "{when: [{key: '\(key)', values: ['\(value)']}]}", fits: fits, misses: misses, namespace: namespace,
            mesh: mesh, why: why)
    }

    var testDescription: String { "\(id.isEmpty ? "" : id + ": ")\(rule): \(why)" }

    func check(sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
        #expect(fits != nil || misses != nil, "the row asks nothing", sourceLocation: sourceLocation)
        for (action, onMatch) in [("ALLOW", true), ("DENY", false)] {
            let policy = Scene.policy("{action: \(action), rules: [\(rule)]}", namespace: namespace)
            let scene = try Scene(policy, mesh: mesh)
            if let fits {
                let report = scene.report(fits)
                #expect(
                    (report.outcome == .allow) == onMatch && report.determiningPolicy?.policy.name == "p",
                    "\(action) does not match: \(report.reason)", sourceLocation: sourceLocation)
            }
            if let misses {
                let report = scene.report(misses)
                #expect(
                    (report.outcome == .allow) != onMatch && report.determiningPolicy == nil,
                    "\(action) matches: \(report.reason)", sourceLocation: sourceLocation)
            }
        }
    }
}
