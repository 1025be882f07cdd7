import AuthzCore
import Testing

@testable import AuthzPolicy

@Suite struct DocumentParserTests {
    /// A document in one line: scalars as `'quoted'` or `plain`, with the places of all values where asked for.
    private static func outline(_ node: DocumentNode, places: Bool = false) -> String {
        let place = places ? "@\(node.location.line):\(node.location.column)+\(node.location.length)" : ""
        switch node {
        case .scalar(let scalar): return (scalar.isPlain ? scalar.text : "'\(scalar.text)'") + place
        case .sequence(let items, _):
            return "[" + items.map { outline($0, places: places) }.joined(separator: ", ") + "]" + place
        case .mapping(let entries, _):
            let texts = entries.map { entry in
                outline(.scalar(entry.key), places: places) + ": " + outline(entry.value, places: places)
            }
            return "{" + texts.joined(separator: ", ") + "}" + place
        }
    }

    private static func read(_ text: String) -> (documents: [DocumentNode], diagnostics: [Diagnostic]) {
        DocumentParser.parse(Array(text.utf8), file: "f.yaml")
    }

    struct Reading: Sendable, CustomStringConvertible {
        var text: String
        var documents: [String]
        var why: String
        var description: String { why }

        init(_ text: String, _ documents: [String], _ why: String) {
            self.text = text
            self.documents = documents
            self.why = why
        }
    }

    @Test(
        "text stays as it is written",
        arguments: [
            Reading("", [], "an empty input has no document"),
            Reading("# only a remark\n", [], "nor has one with remarks only"),
            Reading("---\n---\na: 1\n---\n", ["{a: 1}"], "documents that hold nothing are left out"),
            Reading("a: 1\n---\nb: 2\n", ["{a: 1}", "{b: 2}"], "a stream has several documents"),
            Reading(
                "[on, off, yes, no, 1.0, 010, 0x1f, 1e3, 12:30:45, 2026-01-01, ~, null]",
                ["[on, off, yes, no, 1.0, 010, 0x1f, 1e3, 12:30:45, 2026-01-01, ~, null]"],
                "plain text is not converted"),
            Reading(#"["on", 'no', !!str 5]"#, ["['on', 'no', '5']"], "quotes and tags make text"),
            Reading("a: |\n  x\n  y\nb: >\n  x\n  y\n", ["{a: 'x\ny\n', b: 'x y\n'}"], "block text is text"),
            Reading(#"{"a":"\u00e9\/\n\u0000"}"#, ["{'a': 'é/\n\0'}"], "the escapes of JSON are known"),
            Reading(#"{"a":"\ud83d\ude00","b":"\\ud83d"}"#, ["{'a': '😀', 'b': '\\ud83d'}"], "pairs of halves too"),
            Reading("\u{feff}a: 1", ["{a: 1}"], "a byte order mark at the start is no text"),
            Reading("{\n\t\"a\":\t[1,\n\t2]\n}", ["{'a': [1, 2]}"], "JSON may be indented by tabs"),
            Reading("a: &x [1, 2]\nb: *x\n", ["{a: [1, 2], b: [1, 2]}"], "an alias is what it stands for"),
            Reading(
                "base: &b {x: 1, y: 2}\nall: {<<: *b, y: 3}\n", ["{base: {x: 1, y: 2}, all: {y: 3, x: 1}}"],
                "what is written beside a merge wins"),
            Reading(
                "a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b]}\n",
                ["{a: {x: 1}, b: {x: 2, y: 2}, c: {x: 1, y: 2}}"], "the first of several merges wins"),
            Reading(#"{"<<": {"x": 1}}"#, ["{'<<': {'x': 1}}"], "a quoted << is a key like any other"),
        ])
    func reading(_ reading: Reading) {
        let (documents, diagnostics) = Self.read(reading.text)
        #expect(documents.map { Self.outline($0) } == reading.documents)
        #expect(diagnostics == [])
    }

    @Test(
        "every value has its place in characters",
        arguments: [
            Reading("a: b", ["{a@1:1+1: b@1:4+1}@1:1+1"], "line and column count from 1"),
            Reading(
                "name: x\nlist:\n  - 'öß'\n  - \"😀\": ok\n",
                [
                    "{name@1:1+4: x@1:7+1, list@2:1+4: ['öß'@3:5+4, {'😀'@4:5+3: ok@4:10+2}@4:5+3]@3:3+1}@1:1+4"
                ], "columns count characters, not bytes"),
            Reading(
                "a: [x, {b: c}]\nd:\n",
                ["{a@1:1+1: [x@1:5+1, {b@1:9+1: c@1:12+1}@1:8+6]@1:4+11, d@2:1+1: @2:3+1}@1:1+1"],
                "a list in one line has its length"),
            Reading(
                "{\"a\": \"\\ud83d\\ude00\", \"b\": 1}", ["{'a'@1:2+3: '😀'@1:7+14, 'b'@1:23+3: 1@1:28+1}@1:1+29"],
                "an escaped pair counts as it is written"),
            Reading(
                "a: 1\r\nb: 2\rc: 3\n", ["{a@1:1+1: 1@1:4+1, b@2:1+1: 2@2:4+1, c@3:1+1: 3@3:4+1}@1:1+1"],
                "lines end in any of the three ways"),
        ])
    func places(_ reading: Reading) {
        #expect(Self.read(reading.text).documents.map { Self.outline($0, places: true) } == reading.documents)
    }

    @Test("block YAML, flow YAML and JSON say the same")
    func spellings() {
        let block = "kind: K\nspec:\n  rules:\n    - from: a\n      to: [b, c]\n    - {}\n  on: yes\n"
        let flow = "{kind: K, spec: {rules: [{from: a, to: [b, c]}, {}], on: yes}}"
        let json = #"{"kind":"K","spec":{"rules":[{"from":"a","to":["b","c"]},{}],"on":"yes"}}"#
        let outlines = [block, flow, json].map { text in
            Self.read(text).documents.map { Self.outline($0).replacing("'", with: "") }
        }
        #expect(outlines[0] == ["{kind: K, spec: {rules: [{from: a, to: [b, c]}, {}], on: yes}}"])
        #expect(outlines[1] == outlines[0])
        #expect(outlines[2] == outlines[0])
    }
}
