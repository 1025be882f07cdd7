import AuthzCore
import Testing

@testable import AuthzPolicy

@Suite struct DocumentLimitTests {
    private static func codes(_ text: String) -> [DiagnosticCode] {
        DocumentParser.parse(Array(text.utf8), file: "f.yaml").diagnostics.map(\.code)
    }

    /// Each of `levels` lists holds the one before nine times.
    private static func bomb(levels: Int) -> String {
        var text = "l0: &l0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...levels {
            let aliases = [String](repeating: "*l\(level - 1)", count: 9).joined(separator: ", ")
            text += "l\(level): &l\(level) [\(aliases)]\n"
        }
        return text
    }

    struct Limit: Sendable, CustomTestStringConvertible {
        var why: String
        var code: DiagnosticCode
        var over: String
        var within: String

        init(_ why: String, _ code: DiagnosticCode, over: String, within: String) {
            self.why = why
            self.code = code
            self.over = over
            self.within = within
        }

        var testDescription: String { why }
    }

    @Test(
        "what would need too much is refused",
        arguments: [
            Limit("aliases of aliases", .tooManyAliases, over: bomb(levels: 9), within: bomb(levels: 3)),
            Limit(
                "a bomb as a key", .tooManyAliases, over: bomb(levels: 4) + "? *l4\n: x\n",
                within: bomb(levels: 3)),
            Limit(
                "the 101st alias", .tooManyAliases,
                over: "a: &a x\nb: [\([String](repeating: "*a", count: 101).joined(separator: ", "))]\n",
                within: "a: &a x\nb: [\([String](repeating: "*a", count: 100).joined(separator: ", "))]\n"),
            Limit(
                "a level reached through an alias", .tooDeep,
                over: "a: &a \(nested(40))\nb: \(nested(24, around: "*a"))\n",
                within: "a: &a \(nested(40))\nb: \(nested(23, around: "*a"))\n"),
            Limit(
                "the 65th level in blocks", .tooDeep, over: [String](repeating: "- ", count: 65).joined() + "x\n",
                within: [String](repeating: "- ", count: 64).joined() + "x\n"),
            Limit(
                "a hundred thousand levels", .tooDeep, over: String(repeating: "{a: ", count: 100_000),
                within: nested(64)),
        ])
    func limits(_ limit: Limit) {
        let clock = ContinuousClock()
        let start = clock.now
        #expect(Self.codes(limit.over) == [limit.code])
        #expect(Self.codes(limit.within) == [])
        #expect(clock.now - start < .seconds(5), "a refusal must not cost what it refuses")
    }

    private static func nested(_ levels: Int, around inner: String = "") -> String {
        String(repeating: "[", count: levels) + inner + String(repeating: "]", count: levels)
    }

    @Test("the alias that goes too far is named")
    func aliasText() {
        let text = Self.bomb(levels: 4)
        var sources = SourceTexts()
        sources.insert(Array(text.utf8), file: "f.yaml")
        let diagnostics = DocumentParser.parse(Array(text.utf8), file: "f.yaml").diagnostics
        #expect(
            DiagnosticRenderer(sources: sources).text(of: diagnostics)
                == """
                f.yaml:5:10: error: the aliases of this document stand for too much [too-many-aliases]
                    5 | l4: &l4 [*l3, *l3, *l3, *l3, *l3, *l3, *l3, *l3, *l3]
                      |          ^~~ at most 100 aliases that stand for 10000 values in a document

                """)
    }

    @Test("each document of a stream has its own aliases and anchors")
    func documentsAreSeparate() {
        let hundred = [String](repeating: "*a", count: 100).joined(separator: ", ")
        #expect(Self.codes("a: &a x\nb: [\(hundred)]\n---\na: &a x\nb: [\(hundred)]\n") == [])
        #expect(Self.codes("a: &a x\n---\nb: *a\n") == [.unknownAlias])
    }

    @Test("an input of 16 MiB is read, one byte more is not")
    func size() {
        var bytes = [UInt8](repeating: UInt8(ascii: "#"), count: DocumentParser.maximumBytes)
        #expect(DocumentParser.parse(bytes, file: "f.yaml").diagnostics == [])
        bytes.append(UInt8(ascii: "#"))
        let diagnostics = DocumentParser.parse(bytes, file: "f.yaml").diagnostics
        #expect(
            DiagnosticRenderer(sources: SourceTexts()).text(of: diagnostics)
                == "f.yaml:1:1: error: the input has 16777217 bytes, more than the 16777216 that are read "
                + "[input-too-large]\n")
    }

    @Test("bytes that are not UTF-8 have their place")
    func encoding() {
        let bytes = Array("a: ö\nb: ".utf8) + [0xc3, 0x28]
        var sources = SourceTexts()
        sources.insert(bytes, file: "f.yaml")
        let diagnostics = DocumentParser.parse(bytes, file: "f.yaml").diagnostics
        #expect(
            DiagnosticRenderer(sources: sources).text(of: diagnostics)
                == """
                f.yaml:2:4: error: the input is not UTF-8 [invalid-utf8]
                    2 | b: \u{fffd}(
                      |    ^ not a character

                """)
        let utf16: [UInt8] = [0xff, 0xfe, 0x61, 0x00]
        #expect(DocumentParser.parse(utf16, file: "f.yaml").diagnostics.map(\.code) == [.invalidUTF8])
    }

    @Test("every prefix of an input is read or refused, and all of its bytes matter")
    func truncation() {
        let text = """
            # öß
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: &m {name: "p\\u00e9", labels: {'a': b}}
            spec:
              action: DENY
              rules:
                - from: [{source: {namespaces: ["*"]}}]
                  when:
                    - {key: source.ip, values: [10.0.0.0/8]}
                - ? to
                  : - operation: {paths: [/a]}
            ---
            {"m": *m, <<: {a: |
              b
            }}
            ...

            """
        let bytes = Array(text.utf8)
        for count in 0...bytes.count {
            let (documents, diagnostics) = DocumentParser.parse(Array(bytes.prefix(count)), file: "f.yaml")
            for diagnostic in diagnostics { #expect(diagnostic.location.line >= 1 && diagnostic.location.column >= 1) }
            #expect(documents.count <= 2)
        }
    }

    @Test("random changes to an input never stop the process")
    func noise() {
        var generator = SystemRandomNumberGenerator()
        let seed = Array(
            "a: &a [1, {b: 'c', \"d\": !!str e}]\n? f\n: |\n  g\n<<: *a\n---\n- - x\n  - \"\\ud83d\\ude00\"\n".utf8)
        for _ in 0..<2000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                default:
                    bytes.insert(
                        contentsOf: seed[index % seed.count..<min(index % seed.count + 9, seed.count)], at: index)
                }
            }
            let diagnostics = DocumentParser.parse(bytes, file: "f.yaml").diagnostics
            var sources = SourceTexts()
            sources.insert(bytes, file: "f.yaml")
            let text = DiagnosticRenderer(sources: sources).text(of: diagnostics)
            #expect(diagnostics.isEmpty == text.isEmpty, "\(bytes)")
        }
    }
}
