extension Diagnostic {
    /// Writes an object with `severity`, `code`, `file`, `line`, `column`, `length` and `message`, and `label` and `hint` where there
    /// are any.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    /// The same without the braces, for an object that has more.
    package func writeMembers(to writer: inout JSONWriter) {
        writer.name("severity")
        writer.string(severity.rawValue)
        writer.name("code")
        writer.string(code.rawValue)
        writer.name("file")
        writer.string(location.file)
        writer.name("line")
        writer.integer(location.line)
        writer.name("column")
        writer.integer(location.column)
        writer.name("length")
        writer.integer(location.length)
        writer.name("message")
        writer.string(message)
        if let label {
            writer.name("label")
            writer.string(label)
        }
        if let hint {
            writer.name("hint")
            writer.string(hint)
        }
    }
}
