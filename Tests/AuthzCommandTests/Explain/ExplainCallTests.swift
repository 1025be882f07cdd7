import Testing

@testable import authz

/// What `authz explain` says of paths of gRPC that lack their package.
@Suite struct ExplainCallTests {
    private static func run(_ paths: String, method: String = "POST") throws -> ExplainRun {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: access, namespace: shop}
            spec:
              rules:
              - to: [{operation: {paths: \(paths)}}]
            """
        let request = """
            {destination: {namespace: shop, port: 8080}, request: {method: \(method), path: /shop.Cart/Get, host: a}}
            """
        return try ExplainRun(["r.yaml": request], policies: policies)
    }

    @Test(
        "the package is named and written, also before the other methods of the service",
        arguments: [
            ("[/Cart/Get]", "write `/shop.Cart/Get` for `/Cart/Get` in", "[\"/shop.Cart/Get\"]"),
            ("[/Cart/*]", "write `/shop.Cart/*` for `/Cart/*` in", "[\"/shop.Cart/*\"]"),
            (
                "[/Cart/List, \"/Cart/Get\", /Stock/Get]", "write `/shop.Cart/Get` for `/Cart/Get` and so on in",
                "[\"/shop.Cart/List\", \"/shop.Cart/Get\", /Stock/Get]"
            ),
        ])
    func package(_ paths: String, _ change: String, _ mended: String) throws {
        let run = try Self.run(paths)
        #expect(
            run.answer.contains(
                "perhaps a slip: gRPC paths are `/package.Service/Method`, and the package of `Cart` is `shop`\n"),
            "\(run.answer)")
        #expect(
            run.answer.contains("  smallest change of the policies: \(change) `paths` of shop/access, rule 1\n"),
            "\(run.answer)")
        #expect(run.answer.contains("    +  - to: [{operation: {paths: \(mended)}}]\n"), "\(run.answer)")
    }

    @Test(
        "what is not posted, and another service or method, is no such call",
        arguments: [("[/Cart/Get]", "GET"), ("[/Stock/Get]", "POST"), ("[/Cart/Put]", "POST"), ("[/Cart]", "POST")])
    func others(_ paths: String, _ method: String) throws {
        let run = try Self.run(paths, method: method)
        #expect(!run.answer.contains("gRPC"), "\(run.answer)")
    }
}
