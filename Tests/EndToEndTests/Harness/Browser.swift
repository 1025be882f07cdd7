import Foundation
import Testing

/// A Chromium without a screen.
enum Browser {
    struct Window: Sendable, CustomTestStringConvertible {
        var width: Int
        /// 0 dark, 1 light.
        var scheme: Int

        var testDescription: String { "\(width) pixels, \(scheme == 0 ? "dark" : "light")" }

        /// The color behind a page.
        var background: String { scheme == 0 ? "rgb(18, 22, 29)" : "rgb(246, 247, 249)" }
    }

    /// A wide screen and a phone, in both colors.
    static let windows = [
        Window(width: 1280, scheme: 1), Window(width: 1280, scheme: 0), Window(width: 390, scheme: 1),
        Window(width: 390, scheme: 0),
    ]

    /// What expressions of JavaScript on a page come to in a window, where `d` is its document: behind the width that the page takes and
    /// the color behind it.
    ///
    /// - Parameter page: The name of a file in the folder.
    static func measure(
        _ page: String, in folder: TemporaryFolder, _ window: Window, _ expressions: String...
    ) throws -> [String] {
        // The page has no script; one around it measures.
        let values = ["d.documentElement.scrollWidth", "getComputedStyle(d.body).backgroundColor"] + expressions
        let frame = try folder.write(
            """
            <!doctype html><body style="margin:0">
            <iframe id="f" src="\(page)" width="\(window.width)" height="900"></iframe>
            <script>f.onload = () => { const d = f.contentDocument;
            document.body.textContent = "<<" + [\(values.joined(separator: ","))].join(";") + ">>" }</script>
            """, to: "frame.html")
        let child = try Child(
            URL(filePath: "/usr/bin/chromium"),
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                "--no-first-run", "--user-data-dir=\(folder.url.appending(path: "profile").path())",
                "--allow-file-access-from-files", "--blink-settings=preferredColorScheme=\(window.scheme)",
                "--virtual-time-budget=5000", "--dump-dom", frame.absoluteString,
            ])
        _ = try child.exitStatus(within: .seconds(120))
        let (output, errors) = (try child.output, try child.errors)
        let measured = try #require(output.firstMatch(of: /&lt;&lt;(.*)&gt;&gt;/), "\(output)\n\(errors)")
        return measured.1.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    }
}
