import ArgumentParser
import AuthzPolicy

/// What a command decides by, resolved.
struct PolicySettings: Sendable {
    /// The file that gives the key set of a `jwksUri`.
    struct KeyFile: Sendable, Equatable {
        var uri: String
        var path: String

        /// Reads `URI=FILE`. The last `=` divides, since a URI may have one in its query.
        ///
        /// - Throws: `ValidationError` where there is no `=`, or nothing beside it.
        init(_ text: String) throws {
            guard let equals = text.lastIndex(of: "="), equals > text.startIndex,
                text.index(after: equals) < text.endIndex
            else { throw ValidationError("`\(text)` is not of the form `URI=FILE`") }
            uri = String(text[..<equals])
            path = String(text[text.index(after: equals)...])
        }
    }

    /// Files and folders of policies; `-` is standard input.
    var paths = ["policies/"]
    var meshConfigPath: String?
    var keyFiles: [KeyFile] = []
    /// Those that are written in the configuration.
    var keySets: [KeyDocument] = []
    /// What enforces the policies; a suite may say otherwise.
    var profile = Profile.sidecar
    var assumedCustomAnswer = CustomAnswer.deny
    /// The extension provider that is this service.
    var provider = "authz"
    /// Whether a request is let through where something inside fails.
    var failsOpen = false
    var limits = TokenLimits()
    var fetching = KeyFetchSettings()
}
