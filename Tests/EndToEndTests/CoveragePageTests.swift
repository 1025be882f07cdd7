import Foundation
import Testing

/// The page of `authz test --coverage-html`, as a browser shows it.
@Suite struct CoveragePageTests {
    @Test(
        "a browser shows it at any width, in light and in dark, nothing is wider than the window, and links lead to lines",
        arguments: Browser.windows)
    func shown(_ window: Browser.Window) throws {
        let folder = try TemporaryFolder()
        let page = folder.url.appending(path: "page.html").path()
        // With one suite alone the policies are covered in part.
        let result = try authz(
            "test", "--coverage-html", page, "--coverage-min", "90", "policies/peer-authentication_test.yaml")
        #expect(result.status == 1, "\(result.errors)")
        let gaps = try #require(result.output.firstMatch(of: /coverage \S+ (\d+) of (\d+) policies/)).output
        let values = try Browser.measure(
            "page.html", in: folder, window, "d.querySelectorAll('.files tbody tr').length",
            "d.querySelectorAll('.gaps li').length", "d.querySelectorAll('mark').length",
            "[...d.querySelectorAll('a')].filter(a => !d.getElementById(a.hash.slice(1))).length",
            "Math.max(...[...d.querySelectorAll('.files td')].map(td => td.getBoundingClientRect().right))",
            "[...d.querySelectorAll('.code > span')].filter(l => l.textContent.includes('name: api-access'))[0].querySelector('.n').textContent"
        )
        #expect(values[0] == "\(window.width)")
        #expect(values[1] == window.background)
        #expect(values[2] == "3", "files with policies")
        #expect(gaps.1 != gaps.2)
        #expect(try #require(Int(values[3])) > 5)
        #expect(try #require(Int(values[4])) > 3)
        #expect(values[5] == "0", "links that lead nowhere")
        #expect(try #require(Double(values[6])) <= Double(window.width), "no cell is cut off")
        let line = try Repository.text(of: "policies/api.yaml").split(separator: "\n", omittingEmptySubsequences: false)
            .firstIndex { $0.contains("name: api-access") }
        #expect(values[7] == "\(try #require(line) + 1)")
    }
}
