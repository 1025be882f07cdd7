import AuthzCore
import AuthzEngine
import AuthzPolicy

extension LintReport {
    /// One object with all findings.
    var json: JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.name("summary")
        json.beginObject()
        json.member("errors", errors)
        json.member("warnings", warnings)
        json.member("suppressed", suppressed)
        json.endObject()
        json.name("findings")
        json.beginArray()
        for finding in result.findings { Self.write(finding, to: &json) }
        json.endArray()
        json.name("suppressed")
        json.beginArray()
        for suppressed in result.suppressed { Self.write(suppressed.finding, reason: suppressed.reason, to: &json) }
        json.endArray()
        json.name("diagnostics")
        json.beginArray()
        for diagnostic in result.diagnostics { Self.write(diagnostic, to: &json) }
        for suppressed in result.suppressedDiagnostics {
            Self.write(suppressed.diagnostic, reason: suppressed.reason, to: &json)
        }
        json.endArray()
        json.name("notes")
        json.beginArray()
        for note in result.notes {
            json.beginObject()
            if let policy = note.policy { Self.write(policy, rule: nil, to: &json) }
            json.member("message", note.message)
            json.member("hint", note.hint)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json
    }

    private static func write(_ diagnostic: Diagnostic, reason: String? = nil, to json: inout JSONWriter) {
        json.beginObject()
        diagnostic.writeMembers(to: &json)
        if let reason { json.member("suppressedBecause", reason) }
        json.endObject()
    }

    private static func write(_ finding: LintFinding, reason: String? = nil, to json: inout JSONWriter) {
        json.beginObject()
        json.member("code", finding.code.rawValue)
        json.member("severity", finding.severity.rawValue)
        if let code = finding.code.istioCode { json.member("istioCode", code) }
        write(finding.policy, rule: finding.rule, to: &json)
        json.member("location", finding.location.description)
        json.member("message", finding.message)
        json.member("hint", finding.hint)
        if let reason { json.member("suppressedBecause", reason) }
        json.name("requests")
        json.beginArray()
        for proof in finding.proofs {
            json.beginObject()
            json.member("remark", proof.remark)
            json.name("request")
            write(proof.document, to: &json)
            json.name("decision")
            proof.report.write(to: &json)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private static func write(_ policy: PolicyReference, rule: Int?, to json: inout JSONWriter) {
        json.name("policy")
        json.beginObject()
        json.member("kind", policy.kind.rawValue)
        json.member("namespace", policy.namespace)
        json.member("name", policy.name)
        if let rule { json.member("rule", rule) }
        json.endObject()
    }

    /// A request document, as it would be read.
    private static func write(_ document: RequestDocument, to json: inout JSONWriter) {
        let text = RequestText.document(document)
        guard let node = DocumentParser.parse(Array(text.utf8), file: "request").documents.first else {
            json.null()
            return
        }
        node.write(to: &json)
    }

    // MARK: JUnit and TAP: what was looked for and not found has passed

    /// A test case for each code, which fails with its findings, and one for each code of what was said in reading.
    var junit: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        let groups = diagnosticsByCode
        let broken = groups.count { $0.diagnostics.contains { $0.severity == .error } }
        let failed = Set(result.findings.map(\.code)).count + groups.count - broken
        let skipped = codes.count { findings($0).isEmpty && !suppressed($0).isEmpty }
        let counts =
            "tests=\"\(codes.count + groups.count)\" failures=\"\(failed)\" errors=\"\(broken)\" skipped=\"\(skipped)\""
        text += "<testsuites name=\"authz lint\" \(counts)>\n  <testsuite name=\"authz lint\" \(counts)>\n"
        for (code, diagnostics) in groups {
            let first = diagnostics[0]
            let element = diagnostics.contains { $0.severity == .error } ? "error" : "failure"
            let detail = diagnostics.map { "\($0.location): \(Self.lines(of: $0).joined(separator: "\n"))\n" }.joined()
            text += "    <testcase classname=\"authz lint\" name=\"\(code.rawValue)\""
            text += " file=\"\(first.location.file.xmlEscaped)\" line=\"\(first.location.line)\">\n"
            text += "      <\(element) type=\"\(first.severity.rawValue)\" message=\"\(first.message.xmlEscaped)\">"
            text += "\(detail.xmlText)</\(element)>\n    </testcase>\n"
        }
        for code in codes {
            text += "    <testcase classname=\"authz lint\" name=\"\(code.rawValue)\""
            let findings = findings(code)
            if let first = findings.first {
                text += " file=\"\(first.location.file.xmlEscaped)\" line=\"\(first.location.line)\">\n"
                let detail = findings.map { "\($0.location): \(Self.lines(of: $0).joined(separator: "\n"))\n" }.joined(
                    separator: "\n")
                text += "      <failure type=\"\(first.severity.rawValue)\" message=\"\(first.message.xmlEscaped)\">"
                text += "\(detail.xmlText)</failure>\n    </testcase>\n"
            } else if let first = suppressed(code).first {
                text += ">\n      <skipped message=\"\(first.reason.xmlEscaped)\"/>\n    </testcase>\n"
            } else {
                text += "/>\n"
            }
        }
        if !result.notes.isEmpty {
            let notes = result.notes.map { "note: \(Self.line(of: $0))\n" }.joined()
            text += "    <system-out>\(notes.xmlText)</system-out>\n"
        }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    private func findings(_ code: LintCode) -> [LintFinding] { result.findings.filter { $0.code == code } }

    private func suppressed(_ code: LintCode) -> [LintResult.Suppressed] {
        result.suppressed.filter { $0.finding.code == code }
    }

    /// A test for each code.
    var tap: String {
        let groups = diagnosticsByCode
        var text = "TAP version 13\n1..\(codes.count + groups.count)\n"
        for (index, code) in codes.enumerated() {
            let findings = findings(code)
            text += "\(findings.isEmpty ? "ok" : "not ok") \(index + 1) - \(code.rawValue)"
            if findings.isEmpty, let first = suppressed(code).first {
                text += " # SKIP \(TAPText.escaped(first.reason))"
            }
            text += "\n"
            guard let first = findings.first else { continue }
            let messages = findings.map { "\($0.location): \(Self.lines(of: $0).joined(separator: "\n"))" }
            text += TAPText.block([
                ("at", first.location.description), ("severity", first.severity.rawValue),
                ("message", messages.joined(separator: "\n")),
            ])
        }
        for (index, group) in groups.enumerated() {
            let first = group.diagnostics[0]
            let messages = group.diagnostics.map { "\($0.location): \(Self.lines(of: $0).joined(separator: "\n"))" }
            text += "not ok \(codes.count + index + 1) - \(group.code.rawValue)\n"
            text += TAPText.block([
                ("at", first.location.description), ("severity", first.severity.rawValue),
                ("message", messages.joined(separator: "\n")),
            ])
        }
        for note in result.notes { text += "# note: \(Self.line(of: note).escapingControls)\n" }
        return text + "# \(headline)\n"
    }

    // MARK: SARIF

    /// A log with a result for each finding. Suppressed ones are in it, and marked as such, only where all detail is asked for: code
    /// scanning of GitHub opens an alert for them all the same.
    func sarif(isVerbose: Bool) -> [UInt8] {
        var log = SARIFLog(
            tool: "authz lint",
            rules: (LintCode.allCases.map(ExplainedCode.finding)
                + diagnosticsByCode.map { ExplainedCode.diagnostic($0.code) })
                .map { code in
                    SARIFLog.Rule(
                        identifier: code.name, sentence: code.headline, help: code.text(TextStyle(usesColor: false)))
                })
        log.hasFailed = result.isUnread
        for diagnostic in result.diagnostics {
            log.add(
                diagnostic.code.rawValue, diagnostic.severity == .error ? .error : .warning,
                Self.lines(of: diagnostic).joined(separator: "\n"), at: diagnostic.location)
        }
        for finding in result.findings { Self.add(finding, to: &log) }
        for suppressed in isVerbose ? result.suppressed : [] {
            Self.add(suppressed.finding, suppression: suppressed.reason, to: &log)
        }
        for note in result.notes { log.addNotification(Self.line(of: note), at: note.policy?.location) }
        return log.finished
    }

    private static func add(_ finding: LintFinding, suppression: String? = nil, to log: inout SARIFLog) {
        let related = finding.proofs.last?.report.determiningPolicy.map { ($0.location, "what decided") }
        log.add(
            finding.code.rawValue, finding.severity == .error ? .error : .warning,
            lines(of: finding).joined(separator: "\n"), at: finding.location, related: related,
            suppression: suppression)
    }
}
