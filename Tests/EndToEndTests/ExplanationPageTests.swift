import Foundation
import Testing

/// The page of `authz explain --html`, as a browser shows it, and its JSON, as a schema reads it.
@Suite struct ExplanationPageTests {
    private static let requests = [
        "examples/denied.json", "examples/requests/no-rule-matched.yaml", "examples/requests/token.yaml",
        "examples/requests/plaintext.yaml", "examples/requests/expired-token.yaml", "examples/requests/tcp.yaml",
    ]

    struct Window: Sendable, CustomTestStringConvertible {
        var width: Int
        /// 0 dark, 1 light.
        var scheme: Int

        var testDescription: String { "\(width) pixels, \(scheme == 0 ? "dark" : "light")" }
    }

    private static func chromium(_ arguments: [String]) throws -> Child {
        let child = try Child(
            URL(filePath: "/usr/bin/chromium"),
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--no-first-run",
            ] + arguments)
        _ = try child.exitStatus(within: .seconds(120))
        return child
    }

    @Test(
        "a browser shows it at any width, in light and in dark, and nothing is wider than the window",
        arguments: [
            Window(width: 1280, scheme: 1), Window(width: 1280, scheme: 0), Window(width: 390, scheme: 1),
            Window(width: 390, scheme: 0),
        ])
    func shown(_ window: Window) throws {
        let folder = try TemporaryFolder()
        let page = folder.url.appending(path: "page.html").path()
        let written = try Child(Repository.authz, ["explain", "-q", "--html", page] + Self.requests)
        #expect(try written.exitStatus() == 0)
        // The page has no script; one around it measures.
        let frame = try folder.write(
            """
            <!doctype html><body style="margin:0">
            <iframe id="f" src="page.html" width="\(window.width)" height="900"></iframe>
            <script>f.onload = () => { const d = f.contentDocument;
            document.body.textContent = [d.documentElement.scrollWidth, d.querySelectorAll("section").length,
            d.querySelectorAll("ol.flow > li").length, getComputedStyle(d.body).backgroundColor].join(";") }</script>
            """, to: "frame.html")
        let child = try Self.chromium([
            "--user-data-dir=\(folder.url.appending(path: "profile").path())", "--allow-file-access-from-files",
            "--blink-settings=preferredColorScheme=\(window.scheme)", "--virtual-time-budget=5000", "--dump-dom",
            frame.absoluteString,
        ])
        let output = try child.output
        let measured = output.firstMatch(of: /(\d+);(\d+);(\d+);(rgb\([0-9, ]+\))/)
        let errors = try child.errors
        let match = try #require(measured, "\(output)\n\(errors)")
        #expect(Int(match.1) == window.width)
        #expect(Int(match.2) == Self.requests.count)
        #expect(try #require(Int(match.3)) > 4 * Self.requests.count)
        #expect(String(match.4) == (window.scheme == 0 ? "rgb(18, 22, 29)" : "rgb(246, 247, 249)"))
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
