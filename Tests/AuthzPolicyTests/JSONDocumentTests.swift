import AuthzCore
import Testing

@testable import AuthzPolicy

@Suite struct JSONDocumentTests {
    /// The document with every place.
    private static func outline(_ node: DocumentNode) -> String {
        let place = "@\(node.location.line):\(node.location.column)+\(node.location.length)"
        switch node {
        case .scalar(let scalar): return (scalar.isPlain ? scalar.text : "'\(scalar.text)'") + place
        case .sequence(let items, _): return "[" + items.map(outline).joined(separator: ", ") + "]" + place
        case .mapping(let entries, _):
            let texts = entries.map { "\(outline(.scalar($0.key))): \(outline($0.value))" }
            return "{" + texts.joined(separator: ", ") + "}" + place
        }
    }

    private static func read(_ text: String) -> DocumentNode? {
        JSONDocument.read(Array(text.utf8), file: "f.json")
    }

    @Test(
        "JSON has the values and places that the YAML reader finds",
        arguments: [
            "{}", "[]", " [ ] ", #"{"a": 1}"#, #"{"a":1,"b":[true,false,null,-1.5e3,0]}"#,
            "{\n  \"a\" : {\"b\": [\n    \"x\",\n    []\n  ]},\r\n  \"é\": \"😀 y\"\r\n}\n",
            ##"{"a": "\u00e9\/\n\u0000\t\\\"", "<<": {"x": 1}, "&a": "*b", "# c": "d: e"}"##,
            "[\n[1,2],\n{\"a\":{}}]", "{\t\"a\":\t[1,\n\t2]\n}", #"["", "'", "on", "1", "null", "~"]"#,
        ])
    func places(_ text: String) throws {
        var builder = DocumentBuilder(file: "f.json")
        builder.build(from: YAMLEventReader(Array(text.utf8)))
        #expect(builder.diagnostics.isEmpty)
        let expected = try #require(builder.documents.first)
        #expect(Self.outline(try #require(Self.read(text))) == Self.outline(expected))
    }

    @Test(
        "what is no JSON, or wrong in a way that has a diagnostic, is left to the YAML reader",
        arguments: [
            "", "a: 1", "\"a\"", "1", "{a: 1}", "{\"a\": 1,}", "{} {}", "{}\n---\n{}", "{\"a\": 1, \"a\": 2}",
            "{\"a\": \"\\ud83d\"}", "[\(String(repeating: "[", count: 64))\(String(repeating: "]", count: 64))]",
            "{\"a\": 'b'}", "# c\n{}", "{\"a\": 1e999}",
        ])
    func others(_ text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test("every prefix of a document is none")
    func prefixes() {
        let text = #"{"a": ["b\n", {"c": -1}], "d": true}"#
        for count in 0..<text.utf8.count {
            #expect(Self.read(String(decoding: Array(text.utf8)[..<count], as: UTF8.self)) == nil)
        }
    }

    @Test(
        "a plain number is one by RFC 8259, and no other text is",
        arguments: [
            ("0", "0"), ("-0", "0"), ("10", "10"), ("1.5", "1.5"), ("1e2", "100"), ("1E+2", "100"),
            ("-1.5e-1", "-0.15"),
            ("01", "\"01\""), ("+1", "\"+1\""), ("1.", "\"1.\""), (".5", "\".5\""), ("1e", "\"1e\""),
            ("1e+", "\"1e+\""),  ("0x1", "\"0x1\""), ("1_0", "\"1_0\""), ("00", "\"00\""), ("1e2 3", "\"1e2 3\""),
            ("nan", "\"nan\""),
        ])
    func numbers(_ text: String, _ json: String) throws {
        let document = try #require(DocumentParser.parse(Array("a: \(text)".utf8), file: "f").documents.first)
        #expect(document.jsonText == "{\"a\":\(json)}")
    }
}
