import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Why the body of a request to the document endpoint is refused.
enum BodyError: Error {
    case notJSON(JSONError)
    /// Every problem of every document, or more than are told.
    case invalid([Diagnostic])

    /// How many problems are told: an answer must not be much larger than what it answers.
    static let maximumProblems = RequestDocumentDecoder.maximumProblems

    /// Writes the body of the answer.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .notJSON(let error): writer.member("error", "the body is not JSON: \(Self.text(of: error))")
        case .invalid(let diagnostics):
            let limit = Self.maximumProblems
            let extent = diagnostics.count < limit ? "" : ": these are the first \(limit) problems"
            writer.member("error", "the request cannot be read\(extent)")
            writer.name("diagnostics")
            writer.beginArray()
            for diagnostic in diagnostics.prefix(limit) { Self.write(diagnostic, to: &writer) }
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

    private static func text(of error: JSONError) -> String {
        switch error {
        case .unexpectedEnd(let offset): "it ends too early, after \(offset) bytes"
        case .unexpectedByte(let offset): "unexpected byte at offset \(offset)"
        case .trailingBytes(let offset): "something follows the value at offset \(offset)"
        case .controlCharacter(let offset): "a control character in a string at offset \(offset)"
        case .invalidEscape(let offset): "an unknown escape at offset \(offset)"
        case .loneSurrogate(let offset): "half a surrogate pair at offset \(offset)"
        case .invalidUTF8(let offset): "bytes that are not UTF-8 at offset \(offset)"
        case .numberOutOfRange(let offset): "a number out of range at offset \(offset)"
        case .duplicateMember(let offset): "a member that comes twice, in the object that ends at offset \(offset)"
        case .tooDeep(let offset): "too many levels at offset \(offset)"
        case .tooLong(let count): "it has \(count) bytes"
        }
    }
}
