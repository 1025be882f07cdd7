import ArgumentParser
import AuthzPolicy

/// The name of a ``Profile`` on the command line.
enum ProfileName: String, ExpressibleByArgument, CaseIterable, Sendable {
    case sidecar, ambient

    var profile: Profile {
        switch self {
        case .sidecar: .sidecar
        case .ambient: .ambient
        }
    }
}
