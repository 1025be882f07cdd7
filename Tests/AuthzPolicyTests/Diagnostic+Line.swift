import AuthzCore

extension Diagnostic {
    /// Place, code, message, label and hint in one line.
    var line: String {
        ["\(location.line):\(location.column) \(code.rawValue): \(message)", label, hint].compactMap { $0 }
            .joined(separator: " | ")
    }
}
