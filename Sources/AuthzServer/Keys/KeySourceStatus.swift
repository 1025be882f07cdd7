import AuthzCore

/// What is known about one key set, for readiness, metrics and logs. No key material.
package struct KeySourceStatus: Sendable {
    /// Where the keys come from.
    package enum Kind: String, Sendable {
        case url
        case discovery
        case file
    }

    package let kind: Kind
    /// The URL without what may be secret in it, or the path of the file.
    package let name: String
    /// The issuer of the rules that use it, likewise; empty where that may be any, or several.
    package let issuer: String
    /// Whether a first attempt has ended, well or not.
    package var hasBeenTried = false
    /// Usable keys in force; `nil` where there is no set.
    package var keyCount: Int?
    /// When the keys in force were last fetched, read or confirmed.
    package var lastSuccess: ContinuousClock.Instant?
    /// Of the last attempt; `nil` where that one was good.
    package var lastError: String?
    /// `nil` for files, and while a fetch is under way.
    package var nextFetch: ContinuousClock.Instant?
    /// Attempts that ended so far with a set that is new, with the one held, and with neither.
    package var successes = 0
    package var confirmations = 0
    package var failures = 0

    package init(kind: Kind, name: String, issuer: String = "") {
        self.kind = kind
        self.name = name
        self.issuer = RedactedURL.text(of: issuer)
    }

    package init(location: KeyLocation, issuer: String = "") {
        let kind: Kind =
            switch location {
            case .url: .url
            case .discovery: .discovery
            }
        self.init(kind: kind, name: "\(location)", issuer: issuer)
    }
}
