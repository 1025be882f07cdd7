import AuthzCore
import Foundation

extension Environment {
    /// The environment of this process, and the file that its command line names. Read once: all options are of one moment.
    static let process: Environment = {
        var environment = Environment(values: ProcessInfo.processInfo.environment)
        environment.readFile(scan: .process)
        return environment
    }()

    /// Takes in the file that is named, or the default one where it is there; what is wrong with it is kept as ``problem``.
    mutating func readFile(scan: CommandLineScan) {
        guard scan.command != nil, !scan.isHelp else { return }
        let named = scan.configurationPath ?? text("AUTHZ_CONFIG")
        guard named != nil || FileManager.default.fileExists(atPath: ConfigurationFile.defaultPath) else { return }
        do throws(InputError) {
            file = try ConfigurationFile(path: named ?? ConfigurationFile.defaultPath)
        } catch {
            problem = error
        }
    }
}

extension CommandLineScan {
    /// Of this process.
    static let process = CommandLineScan(Array(CommandLine.arguments.dropFirst()))
}
