import Foundation

extension Environment {
    /// The environment of this process.
    static var process: Environment { Environment(values: ProcessInfo.processInfo.environment) }
}
