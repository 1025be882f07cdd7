import AuthzCore
import AuthzEngine
import AuthzPolicy

/// One request on a page: the answer, the layers as a flow, what would change it.
struct ExplanationSection {
    private let request: ExplainedRequest
    private let number: Int?
    private let sources: SourceTexts

    private var report: DecisionReport { request.explanation.report }

    init(_ request: ExplainedRequest, number: Int?, sources: SourceTexts) {
        self.request = request
        self.number = number
        self.sources = sources
    }

    var html: HTML {
        let trace = request.explanation.trace
        let layers = trace.layers.map(layer)
        let anchor: HTML = number.map { "id=\"r\($0)\"" } ?? ""
        return """
            <section \(anchor)>
            \(headline)
            <h2>How it was decided</h2>
            <ol class="flow">
            \(layers)
            </ol>
            \(changes)
            \(unattached(trace.unattached))
            </section>
            """
    }

    // MARK: The answer

    private var headline: HTML {
        let state: HTML = report.outcome == .allow ? "allow" : "deny"
        var facts: [(String, String)] = [("request", request.input.name)]
        if let workload = report.workload { facts.append(("workload", workload)) }
        if let principal = report.peerPrincipal { facts.append(("peer", principal)) }
        if let principal = report.requestPrincipal { facts.append(("token", principal)) }
        if let http = request.input.document.request {
            facts.append(("asked for", "\(http.method) \(http.host)\(http.path)"))
        }
        let rows = facts.map { name, value -> HTML in "<dt>\(name)</dt><dd><code>\(value)</code></dd>" }
        let logged = LoggedDecisionText.text(request)
        let note: HTML = logged.isEmpty ? "" : "<p class=\"soft\">\(logged)</p>"
        let unmet = request.unmet.flatMap { $0.isTelling ? $0.lines : nil } ?? []
        let expected = unmet.map { line -> HTML in "<p class=\"soft\">\(line)</p>" }
        return """
            <div class="card verdict \(state)">
            <div class="head"><span class="badge">\(ExplanationPage.word(report))</span>\(cause)</div>
            <dl>\(rows)</dl>
            \(note)
            \(expected)
            </div>
            """
    }

    private var cause: HTML {
        guard let match = report.determiningPolicy else { return "<strong>\(report.reason.sentence)</strong>" }
        let rule = match.rule.map { ", rule \($0)" } ?? ""
        return """
            <strong>\(report.reason.sentence): \(match.policy.qualifiedName)\(rule)</strong>
            <span class="place">\("\(match.location)")</span>
            """
    }

    // MARK: Layers

    private func layer(_ layer: Trace.Layer) -> HTML {
        let state = state(of: layer)
        let notes = layer.notes.map { note -> HTML in "<li>\(HTML.words(note))</li>" }
        let list: HTML = notes.isEmpty ? "" : "<ul>\(notes)</ul>"
        return """
            <li class="\(state.name)"><div class="card">
            <div class="head"><h3>\(layer.name.rawValue)</h3><span class="badge \(state.badge)">\(state.word)</span>\
            <span>\(HTML.words(layer.verdict))</span></div>
            \(list)
            \(layer.policies.map { policy($0, in: layer) })
            </div></li>
            """
    }

    private func state(of layer: Trace.Layer) -> (name: HTML, badge: HTML, word: HTML) {
        if layer.verdict == "not reached" { return ("idle", "idle", "not reached") }
        let isLast = request.explanation.trace.layers.last { $0.verdict != "not reached" }?.name == layer.name
        if report.outcome == .deny, isLast { return ("stop", "no", "stops here") }
        return layer.name == .audit ? ("pass", "idle", "marks") : ("pass", "yes", "passes")
    }

    private func policy(_ step: Trace.PolicyStep, in layer: Trace.Layer) -> HTML {
        let isOpen: HTML = step.isMatched || isNamed(step.policy) ? " open" : ""
        let dryRun = step.isDryRun ? " (dry run)" : ""
        let note: HTML = step.note.map { "<p class=\"soft\">\(HTML.words($0))</p>" } ?? ""
        let matched = step.rules.filter(\.isMatched).map(\.location)
        return """
            <details\(isOpen)><summary>\(step.policy.qualifiedName)\(dryRun): \(step.isMatched ? "matched" : "no rule matched")</summary>
            <p class="place">\("\(step.policy.location)")</p>
            \(note)
            \(step.rules.prefix(50).map(rule))
            \(PolicySource(step.policy, rules: step.rules.map(\.location), marked: matched.isEmpty ? nearest(step.policy) : matched, in: sources).html)
            </details>
            """
    }

    private func isNamed(_ policy: PolicyReference) -> Bool {
        report.determiningPolicy?.policy == policy || report.nearest?.policy == policy
    }

    private func nearest(_ policy: PolicyReference) -> [SourceLocation] {
        report.nearest.map { $0.policy == policy ? [$0.location] : [] } ?? []
    }

    private func rule(_ rule: Trace.RuleStep) -> HTML {
        let omission: HTML = rule.omission.map { "<p class=\"soft\">left out: \(HTML.words($0))</p>" } ?? ""
        let remarks = rule.remarks.map { remark -> HTML in "<p class=\"soft\">\(HTML.words(remark))</p>" }
        let tests = rule.tests.map(test)
        let all: HTML =
            rule.tests.isEmpty && rule.omission == nil
            ? "<p><span class=\"badge yes\">yes</span> matches every request</p>" : ""
        let near: HTML = report.nearest?.location == rule.location ? " <span class=\"soft\">the nearest</span>" : ""
        return """
            <div class="tests"><strong>rule \(rule.number)</strong>\(near)\(omission)\(all)
            \(tests)\(remarks)</div>
            """
    }

    private func test(_ test: Trace.TestStep) -> HTML {
        let badge: HTML =
            switch test.outcome {
            case .yes: "<span><span class=\"badge yes\">yes</span></span>"
            case .no: "<span><span class=\"badge no\">no</span></span>"
            case .unknown: "<span><span class=\"badge unknown\">?</span></span>"
            }
        let notes = (test.notes + [test.slipNote].compactMap(\.self)).map { note -> HTML in
            "<br><span class=\"soft\">\(HTML.words(note))</span>"
        }
        return """
            <div class="test">\(badge)<span><span class="soft">\(test.side)</span> \(test.field)</span>\
            <span>\(HTML.words(test.sentence))\(notes)</span></div>

            """
    }

    // MARK: Changes

    private var changes: HTML {
        let counterfactual = request.counterfactual
        let texts = CounterfactualText(TextStyle(usesColor: false))
        var parts: [HTML] = []
        if let request = counterfactual.request {
            let lines = texts.text(Counterfactual(request: request)).split(separator: "\n").map(String.init)
            let items = lines.dropFirst().map { line -> HTML in "<li>\(HTML.words(line.trimmingBlanks))</li>" }
            let title = lines.first?.trimmingBlanks ?? ""
            parts.append(
                "<h2>What could be asked instead</h2><div class=\"card\"><p>\(title)</p><ul>\(items)</ul></div>")
        }
        if let policy = counterfactual.policy {
            let items = policy.changes.map { card($0, texts, others: []) }
            let partial = policy.partialRepair.map { card($0.change, texts, others: $0.byHand.map(\.text)) }
            let obstacle: HTML =
                policy.obstacle.map { "<div class=\"card\"><p>None helps: \(HTML.words($0)).</p></div>" } ?? ""
            let notes = [
                policy.demand.map {
                    "The first is an exception to what the rule is for: \(CounterfactualText.clean($0))."
                },
                policy.hint.map { "\($0)." },
            ]
            let noted = notes.compactMap(\.self).map { note -> HTML in
                "<div class=\"card\"><p>\(HTML.words(note))</p></div>"
            }
            parts.append(
                "<h2>What change of the policies would allow it</h2>\(noted)\(partial ?? "")\(items)\(obstacle)")
        }
        if let allowance = counterfactual.allowance {
            let text = texts.text(Counterfactual(allowance: allowance)).trimmingBlanks
            parts.append("<h2>What it hangs on</h2><div class=\"card\"><p>\(HTML.words(text))</p></div>")
        }
        // A slip of the policies goes before what could be asked around it.
        if CounterfactualText.repairsPolicy(counterfactual), parts.count > 1 { parts.swapAt(0, 1) }
        return "\(parts)"
    }

    /// - Parameter others: What the change leaves to be mended by hand.
    private func card(_ change: PolicyChange, _ texts: CounterfactualText, others: [String]) -> HTML {
        let warning = texts.warning(change.opening)
        let kind: HTML = change.opening.isWider ? "warning" : "soft"
        let opening: HTML =
            others.isEmpty || change.opening.isWider ? "<p class=\"\(kind)\">\(HTML.words(warning))</p>" : ""
        let rest = others.map { other -> HTML in
            "<p class=\"warning\">\(HTML.words("to be mended by hand: \(CounterfactualText.clean(other))"))</p>"
        }
        let caution: HTML =
            change.isRepair && others.isEmpty ? "<p class=\"soft\">\(CounterfactualText.caution)</p>" : ""
        return """
            <div class="card"><strong>\(HTML.words(change.steps.joined(separator: ", and ")))</strong>
            \(PolicySource.patch(change.patch))
            \(opening)\(caution)\(rest)</div>
            """
    }

    private func unattached(_ policies: [Trace.UnattachedPolicy]) -> HTML {
        guard !policies.isEmpty else { return "" }
        let items = policies.prefix(200).map { policy -> HTML in
            "<li>\(policy.title): \(HTML.words(policy.why)) <span class=\"place\">\("\(policy.policy.location)")</span></li>"
        }
        return """
            <details class="card"><summary>Policies that do not apply (\(policies.count))</summary>
            <ul>\(items)</ul></details>
            """
    }
}

extension String {
    /// Without blanks and line ends around it.
    fileprivate var trimmingBlanks: String {
        let isBlank = { (character: Character) in character == " " || character == "\n" }
        return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
