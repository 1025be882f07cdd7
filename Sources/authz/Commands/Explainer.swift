import AuthzCore
import AuthzEngine
import AuthzPolicy
import Foundation

/// A request with its decision, what led to it and what would change it.
struct ExplainedRequest {
    var input: RequestInput
    var explanation: Explanation
    var counterfactual: Counterfactual
    /// Of a case that expects something else.
    var unmet: UnmetExpectation?
    /// Where it is asked for.
    var curl: CurlCommand?
}

/// Decides request documents and writes why.
struct Explainer {
    private let settings: ExplainSettings
    private let console: Console

    init(_ settings: ExplainSettings, _ console: Console) {
        self.settings = settings
        self.console = console
    }

    /// - Returns: The exit status.
    /// - Throws: What is wrong with the request documents or with the policies.
    func run() throws(InputError) -> Int32 {
        let inputs = try RequestInputs.read(settings.requestPaths)
        if !console.settings.isQuiet { console.messages.write(RecordedLog.warnings(of: inputs.unread)) }
        let policies = try policies(of: inputs)
        if settings.isDifference, inputs.inputs.count != 2 {
            let place = SourceLocation(file: settings.requestPaths[0], line: 1, column: 1)
            throw InputError([
                Diagnostic(
                    .error, .extraDocument, at: place,
                    "--diff-request compares two requests, not \(inputs.inputs.count)")
            ])
        }
        for (input, policies) in zip(inputs.inputs, policies) { warn(of: input, inputs.sources, policies) }
        let explained = explain(inputs.inputs, policies)
        if settings.isDifference {
            let difference = ExplanationDifference(
                explained[0], explained[1], by: policies[0].decisionPoint.policySet)
            write(difference)
        } else {
            write(explained)
        }
        if let path = settings.pagePath {
            let sources = policies.reduce(into: SourceTexts()) { $0.merge($1.documents.sources) }
            let page = ExplanationPage(explained, sources: sources)
            let sparing = settings.requestPaths + inputs.sources.files + sources.files
            try OutputFile.write(Array(page.html.utf8), to: path, sparing: sparing.filter { $0 != "-" })
        }
        let isDenied = explained.contains { $0.explanation.report.outcome == .deny }
        return settings.failsOnDenial && isDenied ? 1 : 0
    }

    /// By which each is decided: those of the command line, or of its suite.
    private func policies(of inputs: RequestInputs) throws(InputError) -> [OfflinePolicies] {
        let settings = settings.policies
        var book = PolicyBook(settings, console) { () throws(InputError) in try OfflinePolicies.load(settings) }
        var policies: [OfflinePolicies] = []
        for input in inputs.inputs {
            guard let origin = input.origin else {
                policies.append(try book.ofCommandLine())
                continue
            }
            policies.append(
                try book.policies(of: origin.suite, inputs.sources).assuming(origin.assumedCustomAnswer))
        }
        return policies
    }

    private func warn(of input: RequestInput, _ sources: SourceTexts, _ policies: OfflinePolicies) {
        let policySet = policies.decisionPoint.policySet
        guard let workload = input.document.destination.workload else {
            let inventory = policies.documents.inventory
            if let warning = UnknownWorkload.unlabeled(input.document, inventory) {
                return console.report([warning], sources)
            }
            // A line of a log has its own words for what it does not tell.
            guard input.logged == nil, !input.document.namesWorkload,
                policySet.workload(for: input.document).workload == nil
            else { return }
            return console.report([UnknownWorkload.unnamed(input.document, policySet, inventory)], sources)
        }
        guard policySet.workload(named: workload.value) == nil else { return }
        console.report([UnknownWorkload.diagnostic(workload, policySet)], sources)
    }

    /// - Parameter policies: Those of each.
    private func explain(_ inputs: [RequestInput], _ policies: [OfflinePolicies]) -> [ExplainedRequest] {
        let time = Int64(Date().timeIntervalSince1970)
        var workspace = Workspace()
        var progress = ProgressLine(console)
        defer { progress.clear() }
        return zip(inputs, policies).enumerated().map { index, pair in
            let (input, policies) = pair
            let point = policies.decisionPoint
            progress.show("explaining \(index + 1) of \(inputs.count)")
            let now = input.document.now ?? time
            let found = point.policySet.workload(for: input.document)
            let explanation = Explanation(
                of: input.document, for: found, by: point, now: now, keyFailures: policies.keyFailures,
                in: &workspace)
            let outcome = explanation.report.outcome
            let unmet = input.origin.flatMap { origin in
                UnmetExpectation(
                    origin.expectation, of: input.document, explanation.report, policies,
                    answer: origin.assumedCustomAnswer, SuiteTrials(origin.suite.cases, policies, now: time), now: now)
            }
            // What allows is no help to who wants a denial, of which this is another one.
            var counterfactual =
                unmet?.isOtherDenial == true
                ? Counterfactual()
                : Counterfactual(
                    of: input.document, for: found.workload, by: point, documents: policies.documents,
                    outcome: outcome, now: now, preferring: input.origin?.expectation.allowingPolicyName)
            if unmet?.isOfSlip == true, counterfactual.policy?.changes.first?.isRepair == false {
                counterfactual.policy = nil
            }
            let folder = settings.folder ?? FileManager.default.currentDirectoryPath
            for change in counterfactual.policy?.changes.indices ?? 0..<0 {
                counterfactual.policy?.changes[change].folder = folder
            }
            counterfactual.policy?.partialRepair?.change.folder = folder
            var explained = ExplainedRequest(
                input: input, explanation: explanation, counterfactual: counterfactual, unmet: unmet)
            if settings.showsCurl {
                explained.curl = CurlCommand(
                    input.document, outcome, change: counterfactual.request?.changes.first, for: found.workload,
                    at: point, now: now)
            }
            return explained
        }
    }

    // MARK: Output

    private func write(_ explained: [ExplainedRequest]) {
        for (index, request) in explained.enumerated() {
            switch console.settings.format {
            case .text:
                if explained.count > 1 {
                    let title = "\(index > 0 ? "\n" : "")== \(request.input.name.escapingControls)\n"
                    console.answers.write(console.answerStyle(title, .faint))
                }
                console.answers.write(text(request))
            case .json:
                var json = JSONWriter()
                json.beginObject()
                if explained.count > 1 { json.member("input", request.input.name) }
                request.explanation.writeMembers(to: &json)
                if let unmet = request.unmet {
                    UnmetExpectation.writeMembers(unmet.differences, unmet.hints, to: &json)
                }
                request.counterfactual.writeMembers(to: &json)
                if let curl = request.curl { json.member("curl", curl.text) }
                json.endObject()
                console.answer(json)
            }
        }
    }

    private func text(_ request: ExplainedRequest) -> String {
        let text = ExplanationText(console.answerStyle, isVerbose: console.settings.isVerbose)
        var result = text.text(of: request.explanation)
        result += LoggedDecisionText.text(request)
        if let unmet = request.unmet, unmet.isTelling { result += unmet.lines.map { "  \($0)\n" }.joined() }
        result += CounterfactualText(console.answerStyle).text(request.counterfactual)
        if let curl = request.curl {
            let lines = curl.text.split(separator: "\n", omittingEmptySubsequences: false)
            result += "  to send:\n" + lines.map { "    \($0)\n" }.joined()
        }
        return result
    }

    private func write(_ difference: ExplanationDifference) {
        switch console.settings.format {
        case .text: console.answers.write(difference.text(console.answerStyle))
        case .json:
            var json = JSONWriter()
            difference.write(to: &json)
            console.answer(json)
        }
    }
}
