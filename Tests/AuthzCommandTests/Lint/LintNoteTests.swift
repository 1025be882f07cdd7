import AuthzEngine
import Foundation
import Testing

@testable import authz

/// What `authz lint` says where no workload is at hand, and so nothing can be found.
@Suite struct LintNoteTests {
    private static let unchecked =
        "no workload is among the policies, so nobody can say whether a selector fits one: requests are tried at made-up workloads with just the labels that selectors name"

    /// Tokens for one workload, and a policy that asks for them at what its selector says.
    private static func set(_ label: String, _ inventory: String = "") -> String {
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: shop}
        spec:
          selector: {matchLabels: {app: payments}}
          jwtRules: [{issuer: "https://issuer.example", audiences: [shop], jwksUri: "https://issuer.example/keys"}]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: with-token, namespace: shop}
        spec:
          selector: {matchLabels: {\(label)}}
          rules: [{from: [{source: {requestPrincipals: ["https://issuer.example/*"]}}]}]
        \(inventory)
        """
    }

    @Test("without a workload it is said that selectors are not checked, and without a selector it is not")
    func unchecked() throws {
        let run = try LintRun(Self.set("app: payments"))
        #expect(run.found == [])
        #expect(run.result.notes.map(\.message) == [Self.unchecked])
        let bare =
            "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: nobody, namespace: shop}\nspec: {}\n"
        #expect(try LintRun(bare).result.notes == [])
    }

    @Test("with a workload there is nothing to say")
    func inventory() throws {
        let workload = """
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: payments, namespace: shop, labels: {app: payments}}
            """
        #expect(try LintRun(Self.set("app: payments", workload)).result.notes == [])
    }

    @Test(
        "a selector that is a letter away from another is named, and with it what is found because of it",
        arguments: ["app: paymets", "apps: payments", "app: Payments"])
    func slips(_ label: String) throws {
        let run = try LintRun(Self.set(label))
        let written = label.replacing(": ", with: "=")
        let slip = "`\(written)` of shop/with-token is one letter away from `app=payments` of shop/tokens"
        #expect(run.result.notes.map(\.message) == [Self.unchecked, slip])
        #expect(run.result.notes.last?.policy?.name == "with-token")
        // A workload may have labels of two names, and has no two values of one.
        let isFound = label.hasPrefix("app:")
        #expect(run.found.contains("token-never-verified shop/with-token rule 1") == isFound)
        for finding in run.result.findings {
            #expect(
                finding.hint.hasPrefix("\(slip): if both mean one workload, mend that first; or else "),
                "\(finding.hint)")
        }
    }

    @Test("a Service that selects a label which is one letter away is named, and never said to be wrong")
    func services() throws {
        let service = """
            apiVersion: v1
            kind: Service
            metadata: {name: payments, namespace: shop}
            spec: {selector: {app: payments}, ports: [{port: 80}]}
            ---
            """
        let policies = ["a", "b"].map { name in
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: \(name), namespace: shop}
            spec: {selector: {matchLabels: {app: paymets}}}
            """
        }
        for text in ["\(service)\n\(policies.joined(separator: "\n---\n"))", "\(policies[0])\n---\n\(service)"] {
            let notes = try LintRun(text).result.notes
            #expect(notes.first?.message == Self.unchecked)
            #expect(
                notes.dropFirst().map(\.message) == [
                    "`app=paymets` of shop/a is one letter away from `app=payments` of the Service shop/payments"
                ])
            #expect(notes.last?.hint == "did you mean `app=payments`? write the same where both mean one workload")
        }
    }

    @Test(
        "of selectors that are others nothing is suspected",
        arguments: ["app: cart", "app: payments, tier: front", "app: payments2", "other: thing"])
    func others(_ label: String) throws {
        #expect(try LintRun(Self.set(label)).result.notes.map(\.message) == [Self.unchecked])
    }

    @Test("policies of a namespace without workloads are named, with the one that may be meant")
    func namespaces() throws {
        let workloads = """
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: payments, namespace: shops, labels: {app: payments}}
            """
        let notes = try LintRun(Self.set("app: payments", workloads)).result.notes
        #expect(
            notes.map(\.message) == [
                "no workload of the namespace `shop` is among the policies, so nobody can say whether the policies there reach one"
            ])
        #expect(notes.map(\.hint) == ["did you mean `shops`?"])
    }

    @Test(
        "every form has the notes, and they do not fail a run",
        arguments: [
            (ReportFormat.text, "\nnote: no workload is among the policies, so nobody can say"),
            (.json, "\"notes\":[{\"message\":\"no workload is among the policies"),
            (.junit, "<system-out>note: no workload is among the policies"),
            (.tap, "\n# note: no workload is among the policies"),
            (
                .sarif,
                "\"toolExecutionNotifications\":[{\"level\":\"note\",\"message\":{\"text\":\"no workload is among"
            ),
            (.github, "::notice title=authz lint::no workload is among the policies"),
        ])
    func forms(_ format: ReportFormat, _ text: String) throws {
        let run = try LintReportTests.run(Self.set("app: payments"), format: format)
        #expect("\n\(run.answer)".contains(text), "\(run.answer)")
        #expect(run.status == 0)
    }
}
