import ArgumentParser
import AuthzCore
import AuthzPolicy
import Foundation

/// The time that the times of a token are compared with.
enum TokenClock {
    /// The time that was given, or the present, in seconds since 1970.
    ///
    /// - Throws: `ValidationError` for a text that is no time.
    static func resolve(_ option: String?, _ environment: Environment) throws -> Int64 {
        guard let text = option ?? environment.text("AUTHZ_NOW") else { return Int64(Date().timeIntervalSince1970) }
        guard let seconds = TimestampText.parse(text) else {
            throw ValidationError("\(text.quoted) is not a time such as `2026-01-01T00:00:00Z`")
        }
        return seconds
    }
}
