import AuthzTestSupport
import Testing

@testable import authz

/// What `authz explain` says of a token that stands where no rule looks for one.
@Suite struct ExplainStrayTokenTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: login, namespace: shop}
        spec:
          jwtRules:
          - issuer: "https://login.example"
            jwksUri: "https://login.example/keys"
            fromHeaders: [{name: x-acme-token, prefix: "Bearer "}]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: shop}
        spec:
          rules:
          - from: [{source: {requestPrincipals: ["https://login.example/*"]}}]
          - to: [{operation: {paths: [/public/*]}}]
        """

    private static func token(issuer: String = "https://login.example") -> String {
        TestSigner.p256.token(payload: "{\"iss\":\"\(issuer)\",\"sub\":\"private-subject\"}")
    }

    private static func run(
        headers: String = "", path: String = "/a", policies: String = policies
    ) throws -> ExplainRun {
        let request = """
            {destination: {namespace: shop, port: 8080}, source: {principal: cluster.local/ns/a/sa/web},
             request: {path: "\(path)", host: a, headers: {\(headers)}}}
            """
        return try ExplainRun(["r.yaml": request], policies: policies)
    }

    @Test(
        "the token is named by its place, what stands before it and its issuer",
        arguments: [
            (
                "x-acme-token: \"Acme TOKEN\"", "/a",
                "`x-acme-token` has a token of `https://login.example` after `Acme `; the rule looks after `Bearer `"
            ),
            (
                "x-acme-token: TOKEN", "/a",
                "`x-acme-token` has a token of `https://login.example` with nothing before it; the rule looks after `Bearer `"
            ),
            (
                "x-acme-token: \"pass:w0rd TOKEN\"", "/a",
                "`x-acme-token` has a token of `https://login.example` behind other text; the rule looks after `Bearer `"
            ),
            (
                "authorization: \"Bearer TOKEN\"", "/a",
                "`authorization` has a token of `https://login.example` after `Bearer `, and no rule looks there"
            ),
            (
                "cookie: \"a=b; session=TOKEN\"", "/a",
                "cookie `session` has a token of `https://login.example`, and no rule looks there"
            ),
            (
                "", "/a?t=1&token=TOKEN",
                "parameter `token` has a token of `https://login.example`, and no rule looks there"
            ),
        ])
    func places(_ headers: String, _ path: String, _ sentence: String) throws {
        let token = Self.token()
        let run = try Self.run(
            headers: headers.replacing("TOKEN", with: token), path: path.replacing("TOKEN", with: token))
        #expect(run.answer.contains("              \(sentence)\n"), "\(run.answer)")
        #expect(!run.answer.contains("private-subject") && !run.answer.contains("w0rd"), "\(run.answer)")
    }

    @Test("no change of the policies is told that would drop the token, nor one of a rule beside it")
    func noPatch() throws {
        let run = try Self.run(headers: "x-acme-token: \"Acme \(Self.token())\"")
        #expect(
            run.answer.contains(
                "  no change of the policies helps: the request has a token where no rule looks for one"),
            "\(run.answer)")
        let without = try Self.run()
        #expect(without.answer.contains("  smallest change of the policies: "), "\(without.answer)")
    }

    @Test("where the rules lack something else, the change is told")
    func unasked() throws {
        let policies = Self.policies.replacing(
            "- from: [{source: {requestPrincipals: [\"https://login.example/*\"]}}]\n  ", with: "")
        #expect(!policies.contains("requestPrincipals"))
        let run = try Self.run(headers: "x-acme-token: \"Acme \(Self.token())\"", policies: policies)
        #expect(run.answer.contains("  smallest change of the policies: add `/a` to `paths`"), "\(run.answer)")
    }

    @Test("no issuer is told that no policy names, and what is no JWT is none")
    func others() throws {
        let run = try Self.run(headers: "x-acme-token: \"Acme \(Self.token(issuer: "https://other.example"))\"")
        #expect(run.answer.contains("has a token of an issuer that no rule is for after `Acme `"), "\(run.answer)")
        #expect(!run.answer.contains("other.example"), "\(run.answer)")
        let opaque = try Self.run(headers: "authorization: \"Bearer abc.def.ghi\"")
        #expect(opaque.answer.contains("`authorization` is there, but no rule finds a token in it"), "\(opaque.answer)")
        #expect(!opaque.answer.contains("has a token"), "\(opaque.answer)")
    }
}
