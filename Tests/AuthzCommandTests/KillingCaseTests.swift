import AuthzCore
import AuthzEngine
import AuthzPolicy
import Foundation
import Testing

@testable import authz

/// What is said where a case that kills hangs on a signature, which is never shown.
@Suite struct KillingCaseTests {
    private static func report() throws -> MutationReport {
        let text = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: shop}
            spec: {}
            """
        let documents = try PolicyLoader.load(text: text, file: "p.yaml").documents
        let mutant = try #require(MutantMaker.mutants(of: documents, in: ["shop"]).first)
        let found = KillingCase(lines: [], suite: "a_test.yaml", instead: "")
        return MutationReport(entries: [MutationReport.Entry(mutant: mutant, fate: .survived(found))])
    }

    @Test("JSON has no case then, and a remark")
    func json() throws {
        var writer = JSONWriter()
        try Self.report().write(to: &writer)
        let object = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any]
        let mutant = try #require((object?["mutants"] as? [[String: Any]])?.first)
        #expect(mutant["fate"] as? String == "survived")
        #expect(mutant["case"] == nil && mutant["suite"] == nil)
        #expect(
            mutant["remark"] as? String
                == "no case notices it; one with a signed token would, which is not printed")
    }

    @Test("other forms say so in place of the case")
    func heading() throws {
        #expect(
            try Self.report().survivors[0].killingCase.heading
                == "A case with a signed token would notice it, which is shown without its signature, so that none is printed."
        )
    }
}
