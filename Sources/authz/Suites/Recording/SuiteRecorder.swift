import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Writes a suite of the decisions that a server has logged: what was decided then is what is expected from now on.
///
/// A log holds no header, query or port, and of a token a few claims. So each case is decided once more; one that does not come out as
/// it was logged is written with a reason to skip it.
struct SuiteRecorder {
    /// What a log became.
    fileprivate struct Recording {
        var cases: [CaseText] = []
        var decisionCount: Int
        /// How many decisions no case can ask for again, by reason.
        var leftOut: [String: Int] = [:]
    }

    private let policies: OfflinePolicies
    private var request = CheckRequest()
    private var workspace = Workspace()

    private init(_ policies: OfflinePolicies) {
        self.policies = policies
    }

    /// - Parameter path: Of the log; `-` is standard input.
    /// - Throws: What is wrong with the log or the policies; a log without a decision is wrong.
    static func run(_ path: String, _ settings: PolicySettings, _ console: Console) throws(InputError) -> Int32 {
        let bytes = try DocumentFile.read(path)
        var policies = try OfflinePolicies.load(settings)
        if let keys = RemoteKeys(settings, console) { policies = keys.added(to: policies) }
        policies.report(to: console)
        var recorder = SuiteRecorder(policies)
        let log = RecordedLog(bytes)
        if !console.settings.isQuiet { console.messages.write(RecordedLog.warnings(of: log.unread)) }
        guard !log.decisions.isEmpty else {
            throw noCase(path, "the log holds no decision", hint: "`authz serve --decision-log` writes a line for each")
        }
        let recording = recorder.recording(of: log)
        guard !recording.cases.isEmpty else {
            throw noCase(path, "the log names no workload in any of its decisions", hint: nil)
        }
        console.answers.write(SignatureMask.hidingSignatures(in: text(of: recording.cases)))
        if !console.settings.isQuiet { console.messages.write(recording.note) }
        return 0
    }

    private static func noCase(_ path: String, _ message: String, hint: String?) -> InputError {
        let place = SourceLocation(file: DocumentFile.name(path), line: 1, column: 1)
        return InputError([Diagnostic(.error, .noCase, at: place, message, hint: hint)])
    }

    private static func text(of cases: [CaseText]) -> String {
        let lines = cases.flatMap(\.lines).map { "  \($0)\n" }.joined()
        return "description: recorded decisions\ntests:\n\(lines)"
    }

    private mutating func recording(of log: RecordedLog) -> Recording {
        var recording = Recording(decisionCount: log.decisions.count)
        var known: Set<[String]> = []
        for logged in log.decisions {
            guard let decision = RecordedDecision(logged) else {
                recording.leftOut[logged.reason, default: 0] += 1
                continue
            }
            let text = text(of: decision)
            // The time makes no other case of it.
            if known.insert(text.lines.filter { !$0.hasPrefix("  now: ") }).inserted { recording.cases.append(text) }
        }
        return recording
    }

    private mutating func text(of logged: RecordedDecision) -> CaseText {
        var document = logged.document
        var skip: String?
        if let same = readings(of: document).first(where: { isSame(decide($0), logged) }) {
            document = same
        } else {
            let report = decide(document)
            skip =
                "the log does not hold what decided: replayed it is \(report.outcome.rawValue), \(report.reason.rawValue)"
        }
        var expectation = [("outcome", logged.outcome.rawValue), ("status", "\(logged.status)")]
        expectation.append(("reason", logged.reason.rawValue))
        if let (name, rule) = logged.match {
            expectation.append(("policy", FlowText.text(name)))
            if let rule { expectation.append(("rule", "\(rule)")) }
        }
        let peer =
            document.source.principal.map { String($0.trimmingPrefix("spiffe://")) }
            ?? (document.source.isUnknown ? "an unknown peer" : "plaintext")
        let what = document.request.map { "\($0.method) \($0.path)" } ?? "a connection"
        return CaseText(
            name: "\(logged.outcome.rawValue) \(what) from \(peer) to \(logged.workload)", request: document,
            expectation: expectation, skip: skip)
    }

    /// The requests that the line may be about, the likeliest first: a log does not tell a peer that is unknown from plaintext, nor
    /// has it ports.
    private func readings(of document: RequestDocument) -> [RequestDocument] {
        var readings = [document]
        if document.source.principal == nil {
            var other = document
            other.source.isUnknown.toggle()
            readings.append(other)
        }
        let ports = policies.portsThatPoliciesRead
        return readings
            + readings.flatMap { reading in
                ports.map { port in
                    var other = reading
                    other.destination.port = port
                    return other
                }
            }
    }

    private mutating func decide(_ document: RequestDocument) -> DecisionReport {
        var trace: Trace?
        return OfflineDecision.decide(
            document, by: policies.decisionPoint, now: document.now ?? 0, request: &request, in: &workspace,
            trace: &trace)
    }

    private func isSame(_ report: DecisionReport, _ logged: RecordedDecision) -> Bool {
        let match = report.determiningPolicy.map { match in
            match.policy.qualifiedName + (match.rule.map { ", rule \($0)" } ?? "")
        }
        return report.outcome == logged.outcome && report.status == logged.status && report.reason == logged.reason
            && match == logged.policy
    }
}

extension SuiteRecorder.Recording {
    /// What became of the decisions, in a line.
    fileprivate var note: String {
        let skipped = cases.count { $0.skip != nil }
        let left = leftOut.values.reduce(0, +)
        let repeated = decisionCount - cases.count - left
        var parts: [String] = []
        if repeated > 0 { parts.append("\(repeated) \(repeated == 1 ? "is" : "are") like another") }
        if left > 0 {
            let reasons = leftOut.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key.quoted)" }
            let names = reasons.joined(separator: ", ")
            parts.append("\(left) \(left == 1 ? "is" : "are") left out, as the log names no workload: \(names)")
        }
        if skipped > 0 { parts.append("\(skipped) to skip, as the log does not hold what decided") }
        let details = parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))"
        var text = "authz: \(cases.count) cases of \(decisionCount) decisions\(details)\n"
        if skipped == cases.count {
            text += "warning: no case is left to run, and `authz test` refuses a suite that runs none\n"
        }
        return text
    }
}

extension OfflinePolicies {
    /// The ports that some policy names.
    fileprivate var portsThatPoliciesRead: [UInt16] {
        var ports: Set<UInt16> = []
        for rule in documents.authorizationPolicies.flatMap(\.rules) {
            for field in rule.to.flatMap(\.fields) where field.field == .ports {
                ports.formUnion(field.lists.values.compactMap { UInt16($0.value) })
            }
            for condition in rule.when where condition.key.value == "destination.port" {
                ports.formUnion(condition.lists.values.compactMap { UInt16($0.value) })
            }
        }
        for policy in documents.peerAuthentications { ports.formUnion(policy.portModes.keys) }
        return ports.sorted()
    }
}
