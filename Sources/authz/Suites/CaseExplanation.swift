import AuthzCore
import AuthzPolicy

/// Why a case was decided as it was.
struct CaseExplanation {
    /// Lines, with their ends.
    var text: String
    /// That tells more, with the changes that would make another decision.
    var command: String
    /// The text without what lists may vary from case to case; what has the same pattern is decided for the same reasons.
    var pattern: String

    init(text: String, command: String, of document: RequestDocument) {
        self.text = text
        self.command = command
        var values: [String] = []
        if let request = document.request {
            values += [request.method, request.path, String(request.path.prefix { $0 != "?" }), request.host]
        }
        if let principal = document.source.principal {
            values += [principal, String(principal.trimmingPrefix("spiffe://"))]
        }
        pattern = Set(values.filter { !$0.isEmpty }).sorted().reduce(text) { text, value in
            text.replacing("`\(value)`", with: "``")
        }
    }

    /// All of it, for those who show it as one text.
    var lines: String { text + "more: \(command)\n" }
}
