/// A document that a property writes in several styles.
indirect enum Tree: Sendable {
    case text(String)
    case list([Tree])
    case mapping([(key: String, value: Tree)])

    static func texts(_ values: [String]) -> Tree { .list(values.map(Tree.text)) }

    /// How a document is written.
    enum Style: CaseIterable, Sendable { case json, flow, block }

    func written(as style: Style) -> String {
        switch style {
        case .json: json
        case .flow: flow
        case .block: block(indentation: 0) + "\n"
        }
    }

    /// The values of the property's vocabulary hold neither quotation marks nor backslashes.
    private var json: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        case .mapping(let fields): "{" + fields.map { "\"\($0.key)\": \($0.value.json)" }.joined(separator: ", ") + "}"
        }
    }

    private var flow: String {
        switch self {
        case .text(let text): "'\(text)'"
        case .list(let items): "[" + items.map(\.flow).joined(separator: ", ") + "]"
        case .mapping(let fields): "{" + fields.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", ") + "}"
        }
    }

    private var isOneLine: Bool {
        switch self {
        case .text: true
        case .list(let items): items.isEmpty
        case .mapping(let fields): fields.isEmpty
        }
    }

    private func block(indentation: Int) -> String {
        let margin = String(repeating: " ", count: indentation)
        switch self {
        case .text(let text):
            return Self.isPlain(text) ? text : "\"\(text)\""
        case .list(let items):
            guard !items.isEmpty else { return "[]" }
            return items.map { item in
                item.isOneLine
                    ? "\n\(margin)- " + item.block(indentation: 0)
                    : "\n\(margin)-" + item.block(indentation: indentation + 2)
            }.joined()
        case .mapping(let fields):
            guard !fields.isEmpty else { return "{}" }
            return fields.map { key, value in
                value.isOneLine
                    ? "\n\(margin)\(key): " + value.block(indentation: 0)
                    : "\n\(margin)\(key):" + value.block(indentation: indentation + 2)
            }.joined()
        }
    }

    /// Whether text can stand without quotation marks and stays text.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, first == UInt8(ascii: "/") || (first | 0x20) >= UInt8(ascii: "a") else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
