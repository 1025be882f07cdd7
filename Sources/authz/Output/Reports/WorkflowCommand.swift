import AuthzCore

/// A workflow command of GitHub Actions, which becomes an annotation of the line that it names.
struct WorkflowCommand {
    enum Name: String { case error, warning, notice }

    var name: Name
    /// `nil` for what no line is to blame for.
    var place: SourceLocation?
    var title: String
    var message: String

    /// The command with its line feed.
    var line: String {
        let location = place.map { place in
            ["file=\(Self.property(place.file))", "line=\(max(1, place.line))", "col=\(max(1, place.column))"]
        }
        let properties = (location ?? []) + ["title=\(Self.property(title))"]
        return "::\(name.rawValue) \(properties.joined(separator: ","))::\(Self.data(message))\n"
    }

    /// What ends a command or a line is written as an escape.
    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
