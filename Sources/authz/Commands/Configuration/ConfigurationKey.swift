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
    let defaultText: String

    init(_ name: String, _ kind: Kind, _ commands: Set<ConfiguredCommand>, default text: String = "") {
        self.name = name
        self.kind = kind
        self.commands = commands
        defaultText = text
    }

    /// `jwks-refresh`
    var option: String { Self.divided(name, by: "-").lowercased() }

    /// `AUTHZ_JWKS_REFRESH`
    var variable: String { "AUTHZ_" + Self.divided(name, by: "_").uppercased() }

    private static func divided(_ name: String, by divider: String) -> String {
        name.map { $0.isUppercase ? divider + String($0) : String($0) }.joined()
    }
}
