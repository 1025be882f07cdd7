import AuthzCore
import AuthzPolicy
import AuthzServer

/// What the text of an option has to be, wherever it is written.
enum OptionForm: Sendable {
    case text
    case address
    case cidr
    /// A block, or `unix`.
    case proxy
    case preset
    /// A SPIFFE ID or a DNS name.
    case clientName
    /// Of an admin listener.
    case adminURL
    /// Of the Authorization API: without a path.
    case accessURL
    case duration(from: Duration, to: Duration)
    /// From 0 to 1.
    case share
    case time

    static let drain = OptionForm.duration(from: .zero, to: .seconds(86_400))
    static let keyInterval = OptionForm.duration(from: .milliseconds(100), to: .seconds(86_400))
    static let keyAge = OptionForm.duration(from: .seconds(1), to: .seconds(720 * 3600))

    /// What is wrong with a text.
    struct Problem: Equatable {
        var code: DiagnosticCode
        var message: String
        /// What was expected.
        var label: String?

        /// In one line.
        var text: String { message + (label.map { "; \($0)" } ?? "") }
    }

    /// `nil` where nothing is.
    func problem(of text: String) -> Problem? {
        switch self {
        case .text: nil
        case .address:
            ListenAddress(text) == nil
                ? Problem(
                    code: .invalidAddress, message: "\(text.quoted) is not an address",
                    label: "expected `HOST:PORT`, or `unix:PATH` of at most \(ListenAddress.maximumPathBytes) bytes")
                : nil
        case .cidr:
            Self.isBlock(text)
                ? nil : Problem(code: .invalidCIDR, message: "\(text.quoted) is not a CIDR block", label: Self.block)
        case .proxy:
            text == "unix" || Self.isBlock(text)
                ? nil
                : Problem(
                    code: .invalidCIDR, message: "\(text.quoted) is not a CIDR block, nor `unix`", label: Self.block)
        case .preset: Self.presetProblem(text)
        case .clientName: Self.nameProblem(text)
        case .adminURL:
            text.hasPrefix("http://") || text.hasPrefix("https://")
                ? nil
                : Problem(
                    code: .invalidURL, message: "\(text.quoted) is not a URL", label: "expected `http://HOST:PORT`")
        case .accessURL:
            text.wholeMatch(of: /https?:\/\/[-A-Za-z0-9._:\[\]]+/) == nil
                ? Problem(code: .invalidURL, message: "\(text.quoted) is no URL such as `https://pdp.example.com`")
                : nil
        case .duration(let minimum, let maximum): Self.durationProblem(text, minimum, maximum)
        case .share:
            DecisionShare(text) == nil
                ? Problem(
                    code: .invalidNumber, message: "\(text.quoted) is not a number from 0 to 1, such as `0.05`") : nil
        case .time:
            TimestampText.parse(text) == nil
                ? Problem(
                    code: .invalidTime, message: "\(text.quoted) is not a time such as `2026-01-01T00:00:00Z`") : nil
        }
    }

    private static let block = "expected an address, or a block such as `10.0.0.0/8`"

    private static func isBlock(_ text: String) -> Bool { CIDRBlock(parsing: text.utf8.span) != nil }

    private static func presetProblem(_ text: String) -> Problem? {
        guard ForwardAuthPreset(rawValue: text) == nil else { return nil }
        let names = ForwardAuthPreset.allCases.map(\.rawValue.quoted).joined(separator: ", ")
        return Problem(
            code: .unknownValue, message: "\(text.quoted) is no proxy of --forward-auth",
            label: "expected one of \(names)")
    }

    private static func nameProblem(_ text: String) -> Problem? {
        guard text.isEmpty || !text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) || text.contains("*") else {
            return nil
        }
        return Problem(
            code: .invalidName, message: "\(text.quoted) is not a name",
            label: "expected a SPIFFE ID or a DNS name, which is compared as a whole")
    }

    private static func durationProblem(_ text: String, _ minimum: Duration, _ maximum: Duration) -> Problem? {
        guard let duration = DurationText.parse(text) else {
            return Problem(
                code: .invalidDuration, message: "\(text.quoted) is not a time span",
                label: "expected a number with a unit, such as `30s` or `5m`")
        }
        guard duration < minimum || duration > maximum else { return nil }
        return Problem(
            code: .invalidDuration, message: "\(text.quoted) is out of range",
            label: "expected \(Self.text(of: minimum)) to \(Self.text(of: maximum))")
    }

    private static func text(of duration: Duration) -> String {
        let milliseconds = Int(duration / .milliseconds(1))
        if milliseconds % 3_600_000 == 0, milliseconds > 0 { return "\(milliseconds / 3_600_000)h" }
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
