import AuthzCore
import AuthzEngine
import Logging

/// Says what became of a load: a line for each diagnostic, then one for all.
struct ReloadLog {
    /// More diagnostics of one load are only counted.
    private static let maximumLines = 100

    let logger: Logger

    func succeeded(_ snapshot: ServedSnapshot, warnings: [Diagnostic]) {
        write(warnings)
        logger.info(
            "policies reloaded",
            metadata: [
                "generation": "\(snapshot.point.generation)", "policySet": "\(snapshot.point.policySet.digest)",
                "policies": "\(snapshot.point.policySet.policyCount)", "warnings": "\(warnings.count)",
            ])
    }

    func failed(_ error: InputError, inForce snapshot: ServedSnapshot) {
        write(error.diagnostics)
        logger.error(
            "policies not reloaded; those before stay",
            metadata: [
                "generation": "\(snapshot.point.generation)", "policySet": "\(snapshot.point.policySet.digest)",
                "errors": "\(error.diagnostics.count { $0.severity == .error })",
            ])
    }

    private func write(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics.prefix(Self.maximumLines) {
            var metadata: Logger.Metadata = [
                "file": "\(diagnostic.location.file)", "line": "\(diagnostic.location.line)",
                "column": "\(diagnostic.location.column)", "code": "\(diagnostic.code.rawValue)",
            ]
            if let hint = diagnostic.hint { metadata["hint"] = "\(hint)" }
            let level: Logger.Level = diagnostic.severity == .error ? .error : .warning
            logger.log(level: level, "\(diagnostic.message)", metadata: metadata)
        }
        let rest = diagnostics.count - Self.maximumLines
        if rest > 0 { logger.warning("more diagnostics", metadata: ["count": "\(rest)"]) }
    }
}
