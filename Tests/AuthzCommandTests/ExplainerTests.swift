import AuthzCore
import Foundation
import Testing

@testable import authz

@Suite struct ExplainerTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: shop}
        spec:
          rules: [{to: [{operation: {methods: [GET]}}]}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        spec: {containers: [{name: c, image: i}]}
        """

    private struct Run {
        /// `nil` where the input was refused.
        var status: Int32?
        var answer: String
        var messages: String
    }

    private static func run(
        _ request: String, policies: String = policies, format: OutputFormat = .text, failsOnDenial: Bool = false,
        isQuiet: Bool = false,
        keys: [String: String] = [:]
    ) throws -> Run {
        let scratch = try Scratch(keys.merging(["p.yaml": policies, "r.yaml": request]) { $1 })
        var settings = PolicySettings()
        settings.paths = [scratch("p.yaml")]
        settings.keyFiles = try keys.keys.sorted().map { try PolicySettings.KeyFile("https://i/\($0)=\(scratch($0))") }
        let (answers, messages) = (try Capture(), try Capture())
        let console = Console(
            OutputSettings(format: format, color: .never, isColorRefused: false, isQuiet: isQuiet, isVerbose: false),
            answers: answers.stream, messages: messages.stream)
        let explain = ExplainSettings(
            requestPaths: [scratch("r.yaml")], policies: settings, failsOnDenial: failsOnDenial)
        var status: Int32?
        do throws(InputError) {
            status = try Explainer(explain, console).run()
        } catch {
            console.report(error.diagnostics, error.sources)
        }
        let clean = { (text: String) in text.replacing(scratch.path + "/", with: "") }
        return Run(status: status, answer: clean(try answers.text()), messages: clean(try messages.text()))
    }

    @Test("the exit status tells of a denial only where it was asked to")
    func exitStatus() throws {
        let denied = "{destination: {workload: shop/cart}, request: {method: PUT}}"
        let allowed = "{destination: {workload: shop/cart}, request: {}}"
        #expect(try Self.run(denied).status == 0)
        #expect(try Self.run(denied, failsOnDenial: true).status == 1)
        #expect(try Self.run(allowed, failsOnDenial: true).status == 0)
    }

    @Test("JSON holds the members of the decision, and the layers beside them")
    func json() throws {
        let run = try Self.run("{destination: {workload: shop/cart}, request: {}}", format: .json)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(run.answer.utf8)) as? [String: Any])
        #expect(object["outcome"] as? String == "allow")
        #expect((object["determiningPolicy"] as? [String: Any])?["name"] as? String == "access")
        let layers = try #require(object["layers"] as? [[String: Any]])
        #expect(layers.compactMap { $0["layer"] as? String } == ["CONNECTION", "REQUEST", "CUSTOM", "DENY", "ALLOW"])
        let policies = try #require(layers.last?["policies"] as? [[String: Any]])
        let rules = try #require(policies.first?["rules"] as? [[String: Any]])
        let tests = try #require(rules.first?["tests"] as? [[String: Any]])
        #expect(tests.first?["field"] as? String == "methods")
        #expect(tests.first?["seen"] as? String == "GET")
        #expect(tests.first?["wanted"] as? [String] == ["GET"])
        #expect(object["notApplied"] as? [String] == [])
    }

    @Test("an answer that is only assumed is shown beside the other one")
    func assumedCustom() throws {
        let custom = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: ask, namespace: shop}
            spec: {action: CUSTOM, provider: {name: other}, rules: [{}]}
            """
        let request = "{destination: {workload: shop/cart}, request: {}}"
        let text = try Self.run(request, policies: "\(Self.policies)\n---\n\(custom)").answer
        #expect(text.hasPrefix("DENY 403  denied by a CUSTOM provider: shop/ask, rule 1  (p.yaml:15:57)"))
        #expect(text.contains("\n  with --assume-custom allow: ALLOW 200  shop/access, rule 1  (p.yaml:5:11)\n"))
        let json = try Self.run(request, policies: "\(Self.policies)\n---\n\(custom)", format: .json).answer
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect((object["otherwise"] as? [String: Any])?["outcome"] as? String == "allow")
        #expect(try !Self.run(request).answer.contains("--assume-custom"))
    }

    @Test("a workload that the inventory lacks is warned of, with the one that was meant")
    func unknownWorkload() throws {
        let request = "destination: {workload: shop/card}"
        let run = try Self.run(request)
        #expect(run.status == 0)
        #expect(
            run.answer == """
                DENY 403  nobody knows the workload
                  workload    not known  (named by the request document)

                """)
        #expect(
            run.messages == """
                r.yaml:1:25: warning: `shop/card` is not in the inventory [unknown-workload]
                    1 | destination: {workload: shop/card}
                      |                         ^~~~~~~~~ no manifest among the policies describes it
                      = hint: did you mean `shop/cart`?

                """)
        #expect(try Self.run(request, isQuiet: true).messages == "")
    }

    @Test("a key set that no rule asks for is warned of")
    func unusedKeySet() throws {
        let key =
            #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
            + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#
        let run = try Self.run("{destination: {workload: shop/cart}}", keys: ["k.json": "{\"keys\": [\(key)]}"])
        #expect(run.status == 0)
        #expect(
            run.messages == "k.json:1:1: warning: no rule takes its keys from `https://i/k.json` [unused-key-set]\n")
    }

    @Test("what is wrong with key sets is said beside what is wrong with policies")
    func allProblems() throws {
        let run = try Self.run(
            "{}", policies: "kind: AuthorizationPolicy", keys: ["a.json": "<html>", "b.json": #"{"keys": 1}"#])
        #expect(run.status == nil)
        #expect(
            run.messages.split(separator: "\n").filter { $0.contains("error: ") } == [
                "a.json:1:1: error: the key set of `https://i/a.json` cannot be used: Jwks is an invalid JSON [unusable-key-set]",
                "b.json:1:1: error: the key set of `https://i/b.json` cannot be used: [keys] in Jwks is not an array [unusable-key-set]",
                "p.yaml:1:1: error: `apiVersion` is missing in the resource [missing-field]",
            ])
    }

    @Test("a request that says nothing of a workload is told so, with one that there is")
    func noWorkload() throws {
        let run = try Self.run("{request: {}}")
        #expect(run.status == 0)
        #expect(run.answer.hasPrefix("DENY 403  nobody knows the workload\n"))
        #expect(
            run.messages.hasPrefix(
                """
                r.yaml:1:1: warning: nothing says for which workload the request is [unknown-workload]
                    1 | {request: {}}
                      | ^~~~~~~~~~~~~ expected a `destination`
                      = hint: write `destination: {
                """), "\(run.messages)")
    }

    @Test("a request document that cannot be read is no answer")
    func badRequest() throws {
        let run = try Self.run("{destinatoin: {}}")
        #expect(run.status == nil)
        #expect(run.answer == "")
        #expect(
            run.messages == """
                r.yaml:1:2: error: unknown field `destinatoin` in `request document` [unknown-field]
                    1 | {destinatoin: {}}
                      |  ^~~~~~~~~~~ expected one of the fields of `request document`
                      = hint: did you mean `destination`?

                """)
    }
}
