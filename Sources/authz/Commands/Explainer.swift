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
        let policies = try OfflinePolicies.load(settings.policies)
        console.report(policies.warnings, policies.sources)
        let policySet = policies.decisionPoint.policySet
        if let workload = document.destination.workload, policySet.workload(named: workload.value) == nil {
            console.report([UnknownWorkload.diagnostic(workload, policySet)], requestSources)
        }
        var request = CheckRequest()
        var workspace = Workspace()
        var trace: Trace? = Trace()
        let report = OfflineDecision.decide(
            document, by: policies.decisionPoint, now: document.now ?? Int64(Date().timeIntervalSince1970),
            request: &request, in: &workspace, trace: &trace)
        let explanation = trace ?? Trace()
        switch console.settings.format {
        case .text:
            console.answers.write(
                ExplanationText(console.answerStyle, isVerbose: console.settings.isVerbose).text(
                    of: report, explanation))
        case .json:
            var json = JSONWriter()
            ExplanationJSON.write(report, explanation, to: &json)
            console.answer(json)
        }
        return settings.failsOnDenial && report.outcome == .deny ? 1 : 0
    }

    private func document() throws(InputError) -> (RequestDocument, SourceTexts) {
        let bytes = try InputFile.read(settings.requestPath)
        let file = InputFile.name(settings.requestPath)
        var sources = SourceTexts()
        sources.insert(bytes, file: file)
        do throws(InputError) {
            return (try RequestDocumentDecoder.decode(bytes, file: file, from: .offline), sources)
        } catch {
            throw InputError(error.diagnostics, sources: sources)
        }
    }
}
