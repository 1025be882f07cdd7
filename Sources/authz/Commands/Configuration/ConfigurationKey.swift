import AuthzPolicy
import AuthzServer

/// One option by its three names: `--jwks-refresh`, `AUTHZ_JWKS_REFRESH`, and `jwksRefresh` in a file.
struct ConfigurationKey: Sendable {
    /// What its value is in a file.
    enum Kind: Sendable {
        case text(OptionForm)
        case path, flag
        case number(ClosedRange<Int64>)
        case choice([String])
        case texts(OptionForm)
        case paths
        /// A mapping of URIs to files, or to key sets.
        case keySets
    }

    /// As in a file.
    let name: String
    let kind: Kind
    let commands: Set<ConfiguredCommand>
    /// What counts where nobody says anything; empty for nothing.
    private(set) var defaultText: String
    /// The same for `lint` alone, where that differs.
    private let lintDefault: String?

    init(
        _ name: String, _ kind: Kind, _ commands: Set<ConfiguredCommand>, default text: String = "",
        ofLint lintDefault: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.commands = commands
        defaultText = text
        self.lintDefault = lintDefault
    }

    /// The key with what counts for a command where nobody says anything.
    func forCommand(_ command: ConfiguredCommand) -> ConfigurationKey {
        var key = self
        if case .lint = command, let lintDefault { key.defaultText = lintDefault }
        return key
    }

    /// `jwks-refresh`
    var option: String { Self.divided(name, by: "-").lowercased() }

    /// `AUTHZ_JWKS_REFRESH`
    var variable: String { "AUTHZ_" + Self.divided(name, by: "_").uppercased() }

    private static func divided(_ name: String, by divider: String) -> String {
        name.map { $0.isUppercase ? divider + String($0) : String($0) }.joined()
    }
}
