import AuthzCore
import AuthzEngine
import AuthzToken

/// Verifies tokens and writes a verdict on each.
struct TokenVerifier {
    private let check: TokenCheck
    private let console: Console
    private let now: Int64

    /// - Parameter now: Seconds since 1970.
    init(_ check: TokenCheck, _ console: Console, now: Int64) {
        self.check = check
        self.console = console
        self.now = now
    }

    /// - Returns: The exit status.
    /// - Throws: What keeps the tokens from being read, or that there are none.
    func run(_ input: consuming TokenInput) throws(InputError) -> Int32 {
        var workspace = TokenWorkspace()
        var areAllValid = true
        var count = 0
        var output: [UInt8] = []
        defer { console.answers.write(output) }
        while let token = try input.next() {
            count += 1
            let verdict = check.verdict(on: token, now: now, in: &workspace)
            if !verdict.isValid { areAllValid = false }
            switch console.settings.format {
            case .json:
                output += json(verdict, workspace).bytes
                output.append(UInt8(ascii: "\n"))
            case .text: output += text(verdict, workspace).utf8
            }
            if input.mayWait || output.count > 65_536 {
                console.answers.write(output)
                output.removeAll(keepingCapacity: true)
            }
        }
        guard count > 0 else { throw TokenInput.noToken }
        return areAllValid ? 0 : 1
    }

    // MARK: JSON

    private func json(_ verdict: TokenVerdict, _ workspace: borrowing TokenWorkspace) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.member("valid", verdict.isValid)
        json.member("reason", verdict.reason?.rawValue)
        json.member("alg", workspace.headerText("alg"))
        json.member("kid", workspace.headerText("kid"))
        json.name("claims")
        // Claims that nobody vouches for are not passed on; `inspect` shows them.
        if verdict.isValid, !workspace.claims.isEmpty {
            json.value(workspace.claims, at: workspace.claims.root)
        } else {
            json.null()
        }
        json.member("detail", verdict.detail(workspace, now: now))
        json.name("rule")
        if let rule = verdict.rule {
            json.beginObject()
            json.member("policy", rule.policy.qualifiedName)
            json.name("rule")
            json.integer(rule.rule)
            json.member("issuer", rule.issuer)
            json.member("location", "\(rule.location)")
            json.endObject()
        } else {
            json.null()
        }
        json.endObject()
        return json
    }

    // MARK: Text

    private func text(_ verdict: TokenVerdict, _ workspace: borrowing TokenWorkspace) -> String {
        let style = console.answerStyle
        var lines: [String] = []
        let algorithm = workspace.headerText("alg").map { " \($0.escapingControls)" } ?? ""
        let key = workspace.headerText("kid").map { ", key \($0.quoted)" } ?? ""
        if let reason = verdict.reason {
            lines.append("\(style("NOT VALID", .bold, .red))  \(reason.rawValue)  \(reason.sentence)")
            if let detail = verdict.detail(workspace, now: now) { lines.append("  \(detail.escapingControls)") }
            if !algorithm.isEmpty { lines.append("  signed with\(algorithm)\(key)") }
        } else {
            lines.append("\(style("VALID", .bold, .green)) \(algorithm)\(key)")
        }
        if let rule = verdict.rule {
            lines.append("  \(rule.policy.qualifiedName), rule \(rule.rule)  \(style("(\(rule.location))", .faint))")
        }
        if verdict.isValid { lines += ClaimsText.lines(workspace.claims, now: now) }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension TokenWorkspace {
    /// A member of the header that is text.
    func headerText(_ name: String) -> String? {
        guard !header.isEmpty, let node = header.member(name.utf8.span, of: header.root),
            header.kind(at: node) == .string
        else { return nil }
        return header.string(at: node)
    }
}

extension TokenInput {
    /// The error of a command that was given no token.
    static let noToken = InputError([
        Diagnostic(
            .error, .missingDocument, at: SourceLocation(file: DocumentFile.name("-"), line: 1, column: 1),
            "there is no token on the command line, and none on standard input")
    ])
}
