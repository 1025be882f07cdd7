import AuthzCore
import AuthzEngine
import AuthzToken

/// Decodes tokens and writes what each says of itself. Verifies nothing.
struct TokenInspector {
    private static let unverified = ["signature", "issuer", "audience", "times"]

    private let console: Console
    private let now: Int64
    private let maximumTokenBytes: Int

    /// - Parameter now: Seconds since 1970.
    init(_ console: Console, now: Int64, maximumTokenBytes: Int = TokenLimits().maximumTokenBytes) {
        self.console = console
        self.now = now
        self.maximumTokenBytes = maximumTokenBytes
    }

    /// - Returns: The exit status.
    /// - Throws: What keeps the tokens from being read, or that there are none.
    func run(_ input: consuming TokenInput) throws(InputError) -> Int32 {
        var workspace = TokenWorkspace()
        var areAllReadable = true
        var count = 0
        while let token = try input.next() {
            let problem = readUnverified(token.span, maximumBytes: maximumTokenBytes, in: &workspace)
            if problem != nil { areAllReadable = false }
            switch console.settings.format {
            case .json: console.answer(json(problem, workspace))
            case .text: console.answers.write((count > 0 ? "\n" : "") + text(problem, workspace, token))
            }
            count += 1
        }
        guard count > 0 else { throw TokenInput.noToken }
        return areAllReadable ? 0 : 1
    }

    /// What is wrong with a token, in the words of `verify`.
    private func detail(_ problem: TokenStatus, _ workspace: borrowing TokenWorkspace) -> String? {
        TokenVerdict(problem, maximumTokenBytes: maximumTokenBytes).detail(workspace, now: now)
    }

    // MARK: JSON

    private func json(_ problem: TokenStatus?, _ workspace: borrowing TokenWorkspace) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.name("header")
        Self.write(workspace.header, to: &json)
        json.name("claims")
        Self.write(workspace.claims, to: &json)
        json.name("times")
        json.beginObject()
        for claim in TokenTime.claims {
            guard let time = TokenTime(claim: claim, in: workspace.claims, now: now) else { continue }
            json.name(claim)
            json.beginObject()
            json.member("date", time.date)
            json.member("meaning", time.meaning)
            json.endObject()
        }
        json.endObject()
        json.member("reason", problem.map { Reason($0).rawValue })
        json.member("detail", problem.flatMap { detail($0, workspace) })
        json.member("notVerified", Self.unverified)
        json.endObject()
        return json
    }

    private static func write(_ tape: borrowing JSONTape, to json: inout JSONWriter) {
        if tape.isEmpty { json.null() } else { json.value(tape, at: tape.root) }
    }

    // MARK: Text

    private func text(_ problem: TokenStatus?, _ workspace: borrowing TokenWorkspace, _ token: [UInt8]) -> String {
        let style = console.answerStyle
        var lines: [String] = []
        if let problem {
            let pieces = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).count
            let hint = problem == .notThreePieces && pieces == 5 ? "; five pieces are an encrypted token (JWE)" : ""
            let detail = detail(problem, workspace)?.escapingControls ?? ""
            lines.append("\(style("MALFORMED", .bold, .red))  \(Reason(problem).rawValue)  \(detail)\(hint)")
        }
        if !workspace.header.isEmpty {
            lines.append(style("header", .bold))
            lines += ClaimsText.lines(workspace.header, now: now)
        }
        if !workspace.claims.isEmpty {
            lines.append(style("claims", .bold))
            lines += ClaimsText.lines(workspace.claims, now: now)
        }
        lines.append("not verified: \(Self.unverified.joined(separator: ", ")) (`authz token verify` does)")
        return lines.map { $0 + "\n" }.joined()
    }
}
