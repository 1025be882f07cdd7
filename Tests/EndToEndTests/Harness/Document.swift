import Foundation

/// A value of a YAML or JSON file, as another reader than `authz` sees it.
struct Document: @unchecked Sendable {
    /// Of `JSONSerialization`, never changed.
    private let value: Any?

    init(_ value: Any?) {
        self.value = value is NSNull ? nil : value
    }

    /// The documents of a YAML file, by its path in the clone or in the file system.
    static func yaml(_ path: String) throws -> [Document] {
        let script = "import json, sys, yaml; json.dump(list(yaml.safe_load_all(open(sys.argv[1]))), sys.stdout)"
        let reader = try Child(Repository.python, ["-c", script, path])
        guard try reader.exitStatus() == 0 else { throw TimedOut(description: "no YAML: \(try reader.errors)") }
        return Document(try JSONSerialization.jsonObject(with: Data(reader.output.utf8))).list
    }

    static func json(_ text: String) throws -> Document {
        Document(try JSONSerialization.jsonObject(with: Data(text.utf8)))
    }

    subscript(key: String) -> Document { Document((value as? [String: Any])?[key]) }

    var exists: Bool { value != nil }
    var list: [Document] { (value as? [Any] ?? []).map(Document.init) }
    var keys: Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
    var text: String? { value as? String }
    var texts: [String] { list.compactMap(\.text) }
    var number: Int? { value as? Int }
    var bool: Bool? { value as? Bool }
    /// The texts of a mapping, values as they would be written.
    var map: [String: String] { (value as? [String: Any] ?? [:]).mapValues { "\($0)" } }

    /// Every text in it, however deep.
    var allTexts: [String] {
        if let text { return [text] }
        let parts = (value as? [String: Any]).map { Array($0.values) } ?? value as? [Any] ?? []
        return parts.flatMap { Document($0).allTexts }
    }
}
