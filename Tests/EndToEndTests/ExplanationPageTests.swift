import Foundation
import Testing

/// The page of `authz explain --html`, as a browser shows it, and its JSON, as a schema reads it.
@Suite struct ExplanationPageTests {
    private static let requests = [
        "examples/denied.json", "examples/requests/no-rule-matched.yaml", "examples/requests/token.yaml",
        "examples/requests/plaintext.yaml", "examples/requests/expired-token.yaml", "examples/requests/tcp.yaml",
    ]

    @Test(
        "a browser shows it at any width, in light and in dark, and nothing is wider than the window",
        arguments: Browser.windows)
    func shown(_ window: Browser.Window) throws {
        let folder = try TemporaryFolder()
        let page = folder.url.appending(path: "page.html").path()
        let written = try Child(Repository.authz, ["explain", "-q", "--html", page] + Self.requests)
        #expect(try written.exitStatus() == 0)
        let values = try Browser.measure(
            "page.html", in: folder, window, "d.querySelectorAll('section').length",
            "d.querySelectorAll('ol.flow > li').length")
        #expect(values[0] == "\(window.width)")
        #expect(values[1] == window.background)
        #expect(values[2] == "\(Self.requests.count)")
        #expect(try #require(Int(values[3])) > 4 * Self.requests.count)
    }

    @Test("JSON is what the schema says")
    func schema() throws {
        let folder = try TemporaryFolder()
        let arguments = ["explain", "-q", "--format", "json", "--curl"]
        let several = try Child(Repository.authz, arguments + Self.requests)
        #expect(try several.exitStatus() == 0)
        let lines = try several.output.split(separator: "\n")
        #expect(lines.count == Self.requests.count)
        let answers = try folder.write(try several.output, to: "answers.jsonl")
        #expect(try SchemaTests.problems("explanation", [answers.path()]) == Self.requests.map { _ in [] })
    }

    @Test("the schema knows what mends some slips and leaves others")
    func partialRepair() throws {
        let folder = try TemporaryFolder()
        let policy = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: login, namespace: shop}
            spec: {jwtRules: [{issuer: "https://login.example", jwksUri: "https://login.example/keys"}]}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: access, namespace: shop}
            spec:
              rules:
              - to: [{operation: {methods: [get]}}]
                when: [{key: "request.auth.claims[paid]", values: ["true"]}]
            """
        let request = """
            {destination: {namespace: shop, port: 8080}, request: {},
             token: {claims: {iss: "https://login.example", sub: bo, paid: true}}}
            """
        let explained = try Child(
            Repository.authz,
            [
                "explain", "-q", "--format", "json", "-p", folder.write(policy, to: "p.yaml").path(),
                folder.write(request, to: "r.yaml").path(),
            ])
        #expect(try explained.exitStatus() == 0)
        #expect(try explained.output.contains(#""partialRepair":{"#))
        let answers = try folder.write(try explained.output, to: "answers.jsonl")
        #expect(try SchemaTests.problems("explanation", [answers.path()]) == [[]])
    }

    @Test("the printed patch is one that `patch` applies, and then the request is allowed")
    func patch() throws {
        let folder = try TemporaryFolder()
        let policies = folder.url.appending(path: "policies")
        try FileManager.default.copyItem(at: Repository.root.appending(path: "policies"), to: policies)
        for request in ["examples/denied.json", "examples/requests/no-rule-matched.yaml"] {
            let file = Repository.root.appending(path: request).path()
            let explained = try Child(
                Repository.authz, ["explain", "-q", "--format", "json", "-p", "policies", file], in: folder.url)
            #expect(try explained.exitStatus() == 0)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(try explained.output.utf8)) as? [String: Any])
            let policy = try #require((object["change"] as? [String: Any])?["policy"] as? [String: Any])
            let text = try #require((policy["changes"] as? [[String: Any]])?.first?["patch"] as? String)
            let patch = try Child(URL(filePath: "/usr/bin/patch"), ["-p0"], in: folder.url, input: text)
            let (status, output) = (try patch.exitStatus(), try patch.output)
            #expect(status == 0, "\(output)")
            let after = try Child(
                Repository.authz, ["explain", "-q", "--exit-code", "-p", "policies", file], in: folder.url)
            #expect(try after.exitStatus() == 0)
        }
    }
}
