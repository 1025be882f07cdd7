import AuthzCore
import Foundation

/// A time of a token beside the present.
struct TokenTime {
    /// `exp`, `nbf`, `iat` or `auth_time`.
    let claim: String
    /// Since 1970, the fraction cut off.
    let seconds: Double
    let now: Int64

    /// How many seconds `exp` and `nbf` may lie off when a token is verified.
    private static let clockSkew = 60.0

    static let claims = ["exp", "nbf", "iat", "auth_time"]

    /// - Returns: `nil` where the claim is absent or no number that can be a time.
    init?(claim: String, in claims: borrowing JSONTape, now: Int64) {
        guard !claims.isEmpty, let node = claims.member(claim.utf8.span, of: claims.root),
            claims.kind(at: node) == .number
        else { return nil }
        let seconds = claims.number(at: node)
        guard seconds >= 0, seconds < 0x1p64 else { return nil }
        self.claim = claim
        self.seconds = seconds.rounded(.down)
        self.now = now
    }

    /// RFC 3339, in UTC; `nil` behind the year 9999.
    var date: String? {
        guard seconds < 253_402_300_800 else { return nil }
        return Date(timeIntervalSince1970: seconds).formatted(.iso8601)
    }

    /// What it means now, such as `expired 3 min ago`.
    var meaning: String {
        let difference = seconds - Double(now)
        let isPast = difference < 0
        let span = Self.span(abs(difference))
        let tolerance =
            abs(difference) <= Self.clockSkew ? ", within the \(Int(Self.clockSkew)) s of clock skew" : ""
        switch claim {
        case "exp" where seconds == 0: return "never expires"
        case "exp": return isPast ? "expired \(span) ago\(tolerance)" : "expires in \(span)"
        case "nbf": return isPast ? "valid since \(span)" : "not valid for another \(span)\(tolerance)"
        case "iat": return isPast ? "issued \(span) ago" : "issued \(span) ahead"
        default: return isPast ? "\(span) ago" : "\(span) ahead"
        }
    }

    /// Both.
    var text: String { "\(meaning) (\(date ?? "behind the year 9999"))" }

    /// A span in its largest unit.
    private static func span(_ seconds: Double) -> String {
        let units: [(Double, String)] = [(31_556_952, "years"), (86_400, "days"), (3600, "h"), (60, "min")]
        for (size, name) in units where seconds >= size * (name == "days" || name == "years" ? 2 : 1) {
            let count = (seconds / size).rounded(.down)
            return "\(count < 0x1p53 ? String(Int(count)) : "\(count)") \(name)"
        }
        return "\(Int(seconds)) s"
    }
}
