import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Writes a suite of the decisions that a server has logged: what was decided then is what is expected from now on.
///
/// A log holds no header, query or port, and of a token a few claims. So each case is decided once more; one that does not come out as
/// it was logged is written with a reason to skip it.
struct SuiteRecorder {
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
        let (cases, decisionCount) = recorder.cases(of: bytes)
        guard decisionCount > 0 else {
            throw InputError([
                Diagnostic(
                    .error, .noCase, at: SourceLocation(file: DocumentFile.name(path), line: 1, column: 1),
                    "the log holds no decision", hint: "`authz serve --decision-log` writes a line for each")
            ])
        }
        console.answers.write(text(of: cases))
        let skipped = cases.count { $0.skip != nil }
        let note = skipped > 0 ? ", \(skipped) of them to skip: the log does not hold what decided" : ""
        if !console.settings.isQuiet {
            console.messages.write("authz: \(cases.count) cases of \(decisionCount) decisions\(note)\n")
        }
        return 0
    }

    private static func text(of cases: [CaseText]) -> String {
        let lines = cases.flatMap(\.lines).map { "  \($0)\n" }.joined()
        return "description: recorded decisions\ntests:\n\(lines)"
    }

    private mutating func cases(of bytes: [UInt8]) -> (cases: [CaseText], decisionCount: Int) {
        var cases: [CaseText] = []
        var known: Set<[String]> = []
        var count = 0
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let logged = Self.decision(in: Array(line)) else { continue }
            count += 1
            let text = text(of: logged)
            // The time makes no other case of it.
            if known.insert(text.lines.filter { !$0.hasPrefix("  now: ") }).inserted { cases.append(text) }
        }
        return (cases, count)
    }

    /// `nil` for a line of another kind.
    private static func decision(in line: [UInt8]) -> RecordedDecision? {
        guard let node = DocumentParser.parse(line, file: "log").documents.first, DecisionLogDecoder.isLogLine(node),
            DecisionLogDecoder.isDecision(node)
        else { return nil }
        do throws(InputError) {
            return RecordedDecision(try DecisionLogDecoder.decode(node))
        } catch {
            return nil
        }
    }

    private mutating func text(of logged: RecordedDecision) -> CaseText {
        var document = logged.document
        var skip: String?
        if !isSame(decide(document), logged) {
            let port = policies.portsThatPoliciesRead.first { port in
                var other = document
                other.destination.port = port
                return isSame(decide(other), logged)
            }
            document.destination.port = port
            if port == nil {
                let report = decide(document)
                skip =
                    "the log does not hold what decided: replayed it is \(report.outcome.rawValue), \(report.reason.rawValue)"
            }
        }
        var expectation = [("outcome", logged.outcome.rawValue), ("status", "\(logged.status)")]
        expectation.append(("reason", logged.reason.rawValue))
        if let (name, rule) = logged.match {
            expectation.append(("policy", FlowText.text(name)))
            if let rule { expectation.append(("rule", "\(rule)")) }
        }
        let peer = document.source.principal.map { String($0.trimmingPrefix("spiffe://")) } ?? "plaintext"
        let what = document.request.map { "\($0.method) \($0.path)" } ?? "a connection"
        return CaseText(
            name: "\(logged.outcome.rawValue) \(what) from \(peer) to \(logged.workload)", request: document,
            expectation: expectation, skip: skip)
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
