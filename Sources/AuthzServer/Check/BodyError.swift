import AuthzCore
import AuthzEngine

/// Why the body of a request to the document endpoint is refused.
enum BodyError: Error {
    case notJSON(JSONError)
    /// Every problem of every document.
    case invalid([Diagnostic])

    /// Writes the body of the answer.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .notJSON(let error): writer.member("error", "the body is not JSON: \(error)")
        case .invalid(let diagnostics):
            writer.member("error", "the request cannot be read")
            writer.name("diagnostics")
            writer.beginArray()
            for diagnostic in diagnostics { Self.write(diagnostic, to: &writer) }
            writer.endArray()
        }
        writer.endObject()
    }

    private static func write(_ diagnostic: Diagnostic, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("line", diagnostic.location.line)
        writer.member("column", diagnostic.location.column)
        writer.member("severity", diagnostic.severity.rawValue)
        writer.member("code", diagnostic.code.rawValue)
        writer.member("message", diagnostic.message)
        if let label = diagnostic.label { writer.member("label", label) }
        if let hint = diagnostic.hint { writer.member("hint", hint) }
        writer.endObject()
    }
}
