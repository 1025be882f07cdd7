import AuthzCore
import Testing

@Suite struct DiagnosticRendererTests {
    @Test("what is wrong with a file or folder as a whole has no line")
    func whole() {
        let diagnostic = Diagnostic(.error, .noSuite, at: .whole("policies/"), "none")
        let text = DiagnosticRenderer(sources: SourceTexts()).text(of: diagnostic)
        #expect(text == "policies/: error: none [no-suite]\n")
    }

    private static func render(_ diagnostic: Diagnostic, line: String, before: Int = 0) -> String {
        var sources = SourceTexts()
        sources.insert(Array((String(repeating: "\n", count: before) + line + "\nnext").utf8), file: "f.yaml")
        return DiagnosticRenderer(sources: sources).text(of: diagnostic)
    }

    private static func error(
        line: Int = 1, column: Int, length: Int = 1, message: String = "wrong", label: String? = "right"
    ) -> Diagnostic {
        let place = SourceLocation(file: "f.yaml", line: line, column: column, length: length)
        return Diagnostic(.error, .invalidCIDR, at: place, message, label: label)
    }

    @Test("a diagnostic is its place, sentence, line, span, label and hint")
    func form() {
        var sources = SourceTexts()
        let line = "        ipBlocks: [\"10.0.0.0/33\"]"
        sources.insert(Array((String(repeating: "#\n", count: 20) + line).utf8), file: "policies/payments.yaml")
        let cidr = Diagnostic(
            .error, .invalidCIDR,
            at: SourceLocation(file: "policies/payments.yaml", line: 21, column: 20, length: 13),
            "`10.0.0.0/33` is not a CIDR block", label: "an IPv4 prefix length is 0 to 32",
            hint: "write `10.0.0.0/32` for the one address")
        let bare = Diagnostic(
            .warning, .noEffect, at: SourceLocation(file: "policies/legacy.yaml", line: 6, column: 3),
            "a DENY policy without rules denies nothing")
        #expect(
            DiagnosticRenderer(sources: sources).text(of: [cidr, bare]) == """
                policies/payments.yaml:21:20: error: `10.0.0.0/33` is not a CIDR block [invalid-cidr]
                   21 |         ipBlocks: ["10.0.0.0/33"]
                      |                    ^~~~~~~~~~~~~ an IPv4 prefix length is 0 to 32
                      = hint: write `10.0.0.0/32` for the one address
                policies/legacy.yaml:6:3: warning: a DENY policy without rules denies nothing [no-effect]

                """)
    }

    @Test("a line that is not at hand is left out, the hint is not")
    func withoutSource() {
        var diagnostic = Self.error(column: 1)
        diagnostic.hint = "do"
        #expect(
            DiagnosticRenderer(sources: SourceTexts()).text(of: diagnostic)
                == "f.yaml:1:1: error: wrong [invalid-cidr]\n      = hint: do\n")
    }

    @Test("the span stands under what it is about")
    func span() {
        #expect(
            Self.render(Self.error(column: 3, length: 2), line: "a\tßx") == """
                f.yaml:1:3: error: wrong [invalid-cidr]
                    1 | a\tßx
                      |  \t^~ right

                """)
        #expect(
            Self.render(Self.error(column: 3, length: 99), line: "abcd") == """
                f.yaml:1:3: error: wrong [invalid-cidr]
                    1 | abcd
                      |   ^~ right

                """, "a span ends with its line")
        #expect(
            Self.render(Self.error(column: 9), line: "ab") == """
                f.yaml:1:9: error: wrong [invalid-cidr]
                    1 | ab
                      |   ^ right

                """, "nor does it begin behind it")
        #expect(
            Self.render(Self.error(line: 123_456, column: 1), line: "ab", before: 123_455) == """
                f.yaml:123456:1: error: wrong [invalid-cidr]
                123456 | ab
                       | ^ right

                """)
    }

    @Test("a long line is shown around its span")
    func longLine() {
        let line = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
        #expect(
            Self.render(Self.error(column: 501), line: line) == """
                f.yaml:1:501: error: wrong [invalid-cidr]
                    1 | … \(String(repeating: "a", count: 40))X\(String(repeating: "b", count: 59)) …
                      | \(String(repeating: " ", count: 42))^ right

                """)
        #expect(
            Self.render(Self.error(column: 1, length: 1001), line: line) == """
                f.yaml:1:1: error: wrong [invalid-cidr]
                    1 | \(String(repeating: "a", count: 100)) …
                      | ^\(String(repeating: "~", count: 99)) right

                """)
    }

    @Test("an input cannot steer the terminal or forge lines")
    func controlCharacters() {
        let diagnostic = Self.error(
            column: 1, message: "`a\n\u{1b}[31m\u{202e}b` is wrong", label: "expected \"\u{9b}\"")
        #expect(
            Self.render(diagnostic, line: "x\u{1b}[31m\u{202e}y") == """
                f.yaml:1:1: error: `a\\n\\u{1b}[31m\\u{202e}b` is wrong [invalid-cidr]
                    1 | x\u{fffd}[31m\u{fffd}y
                      | ^ expected "\\u{9b}"

                """)
    }

    @Test("quoted text is cut where it is long")
    func quoted() {
        #expect("a".quoted == "`a`")
        #expect(String(repeating: "a", count: 100).quoted == "`\(String(repeating: "a", count: 100))`")
        #expect(String(repeating: "a", count: 101).quoted == "`\(String(repeating: "a", count: 97))…`")
    }

    @Test("JSON has the fields of a diagnostic, and no absent ones")
    func json() {
        var diagnostic = Self.error(line: 2, column: 3, length: 4, message: "a \"b\"", label: nil)
        var writer = JSONWriter()
        writer.beginArray()
        diagnostic.write(to: &writer)
        diagnostic.label = "l"
        diagnostic.hint = "h"
        diagnostic.write(to: &writer)
        writer.endArray()
        let common =
            #"{"severity":"error","code":"invalid-cidr","file":"f.yaml","line":2,"column":3,"length":4,"message":"a \"b\"""#
        #expect(writer.text == "[\(common)},\(common),\"label\":\"l\",\"hint\":\"h\"}]")
    }
}
