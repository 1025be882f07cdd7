import AuthzCore
import Foundation

@testable import authz

/// What `authz explain` makes of requests and policies that are written in a test.
struct ExplainRun {
    /// `nil` where the input was refused.
    var status: Int32?
    var answer: String
    var messages: String
    /// The page, where one was asked for.
    var page: String?

    /// - Parameter requests: By file name; explained in the order of their names.
    init(
        _ requests: [String: String], policies: String, format: OutputFormat = .text, isDifference: Bool = false,
        showsCurl: Bool = false, writesPage: Bool = false, policyFile: String = "p.yaml",
        customAnswer: CustomAnswer = .deny
    ) throws {
        let scratch = try Scratch(requests.merging([policyFile: policies]) { $1 })
        var settings = PolicySettings()
        settings.paths = [scratch(policyFile)]
        settings.assumedCustomAnswer = customAnswer
        let (answers, messages) = (try Capture(), try Capture())
        let console = Console(
            OutputSettings(format: format, color: .never, isColorRefused: false, isQuiet: false, isVerbose: false),
            answers: answers.stream, messages: messages.stream)
        let explain = ExplainSettings(
            requestPaths: requests.keys.sorted().map { scratch($0) }, policies: settings, failsOnDenial: false,
            isDifference: isDifference, showsCurl: showsCurl, pagePath: writesPage ? scratch("page.html") : nil,
            folder: scratch.path)
        do throws(InputError) {
            status = try Explainer(explain, console).run()
        } catch {
            console.report(error.diagnostics, error.sources)
        }
        let clean = { (text: String) in text.replacing(scratch.path + "/", with: "") }
        answer = clean(try answers.text())
        self.messages = clean(try messages.text())
        if writesPage { page = clean(try String(contentsOfFile: scratch("page.html"), encoding: .utf8)) }
    }
}
