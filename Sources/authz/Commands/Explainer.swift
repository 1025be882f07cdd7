import AuthzCore
import AuthzEngine
import AuthzPolicy
import Foundation

/// Decides one request document and writes why.
struct Explainer {
    private let settings: ExplainSettings
    private let console: Console

    init(_ settings: ExplainSettings, _ console: Console) {
        self.settings = settings
        self.console = console
    }

    /// - Returns: The exit status.
    /// - Throws: What is wrong with the request document or with the policies.
    func run() throws(InputError) -> Int32 {
        let (document, requestSources) = try document()
        var policies = try OfflinePolicies.load(settings.policies)
        if let keys = RemoteKeys(settings.policies, console) { policies = keys.added(to: policies) }
        policies.report(to: console)
        let policySet = policies.decisionPoint.policySet
        if let workload = document.destination.workload, policySet.workload(named: workload.value) == nil {
            console.report([UnknownWorkload.diagnostic(workload, policySet)], requestSources)
        }
        let now = document.now ?? Int64(Date().timeIntervalSince1970)
        var workspace = Workspace()
        let explanation = Explanation(
            of: document, for: policySet.workload(for: document), by: policies.decisionPoint, now: now,
            keyFailures: policies.keyFailures, in: &workspace)
        write(explanation)
        return settings.failsOnDenial && explanation.report.outcome == .deny ? 1 : 0
    }

    private func write(_ explanation: Explanation) {
        switch console.settings.format {
        case .text:
            let text = ExplanationText(console.answerStyle, isVerbose: console.settings.isVerbose)
            console.answers.write(text.text(of: explanation))
        case .json:
            var json = JSONWriter()
            explanation.write(to: &json)
            console.answer(json)
        }
    }

    private func document() throws(InputError) -> (RequestDocument, SourceTexts) {
        let bytes = try DocumentFile.read(settings.requestPath)
        let file = DocumentFile.name(settings.requestPath)
        var sources = SourceTexts()
        sources.insert(bytes, file: file)
        do throws(InputError) {
            return (try RequestDocumentDecoder.decode(bytes, file: file, from: .offline), sources)
        } catch {
            throw InputError(error.diagnostics, sources: sources)
        }
    }
}
