import AuthzCore
import AuthzPolicy

/// A case of a suite, as it is named where a request is asked for: `FILE#NAME`.
struct CaseReference: Equatable {
    var file: String
    /// Of the case, or of one of those that its lists make, with what tells it apart: `reads [method PUT]`.
    var name: String

    var text: String { "\(file)#\(name)" }

    init(_ testCase: SuiteCase) {
        file = testCase.location.file
        name = Self.title(testCase)
    }

    /// - Returns: `nil` for the path of a file, and for what has no file or suite before a `#`.
    init?(_ text: String) {
        guard text.contains("#"), !Self.isFile(text) else { return nil }
        for mark in text.indices where text[mark] == "#" {
            let path = String(text[..<mark])
            guard InputFileName.isSuite(path) || Self.isFile(path) else { continue }
            file = path
            name = String(text[text.index(after: mark)...])
            return
        }
        return nil
    }

    private static func isFile(_ path: String) -> Bool {
        do throws(InputFile.Failure) { return try InputFile.kind(of: path) != .folder } catch { return false }
    }

    /// Whether it names this case, or the one that it was made of.
    func names(_ testCase: SuiteCase) -> Bool { [testCase.name, Self.title(testCase)].contains(name) }

    static func title(_ testCase: SuiteCase) -> String {
        testCase.variant.isEmpty ? testCase.name : "\(testCase.name) [\(testCase.variant)]"
    }
}
