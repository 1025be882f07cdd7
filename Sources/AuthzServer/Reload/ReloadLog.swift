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
                "generation": .stringConvertible(snapshot.point.generation),
                "policySet": "\(snapshot.point.policySet.digest)",
                "policies": .stringConvertible(snapshot.point.policySet.policyCount),
                "warnings": .stringConvertible(warnings.count),
            ])
    }

    func failed(_ error: InputError, inForce snapshot: ServedSnapshot) {
        write(error.diagnostics)
        logger.error(
            "policies not reloaded; those before stay",
            metadata: [
                "generation": .stringConvertible(snapshot.point.generation),
                "policySet": "\(snapshot.point.policySet.digest)",
                "errors": .stringConvertible(error.diagnostics.count { $0.severity == .error }),
            ])
    }

    private func write(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics.prefix(Self.maximumLines) {
            var metadata: Logger.Metadata = [
                "file": "\(diagnostic.location.file)", "line": .stringConvertible(diagnostic.location.line),
                "column": .stringConvertible(diagnostic.location.column), "code": "\(diagnostic.code.rawValue)",
            ]
            if let hint = diagnostic.hint { metadata["hint"] = "\(hint)" }
            let level: Logger.Level = diagnostic.severity == .error ? .error : .warning
            logger.log(level: level, "\(diagnostic.message)", metadata: metadata)
        }
        let rest = diagnostics.count - Self.maximumLines
        if rest > 0 { logger.warning("more diagnostics", metadata: ["count": .stringConvertible(rest)]) }
    }
}
