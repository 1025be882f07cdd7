import AuthzCore
import Testing

@Suite struct DocumentDiagnosticTests {
    static let cases: [DiagnosticCase] = [
        DiagnosticCase(
            .invalidYAML, .document, why: "a bracket is not closed",
            bad: """
                a: [1, 2
                """,
            good: """
                a: [1, 2]
                """,
            text: """
                p.yaml:1:4: error: this is not YAML: did not find expected ',' or ']' [invalid-yaml]
                    1 | a: [1, 2
                      |    ^ while parsing a flow sequence
                      = hint: a `,` is missing between two values, or the `]` behind the last
                """),
        DiagnosticCase(
            .invalidYAML, .document, why: "a tab indents",
            bad: """
                a:
                \tb: 1
                """,
            good: """
                a:
                  b: 1
                """,
            text: """
                p.yaml:2:1: error: this is not YAML: a tab begins a value [invalid-yaml]
                    2 | \tb: 1
                      | ^ expected spaces
                      = hint: indent by spaces
                """),
        DiagnosticCase(
            .invalidYAML, .document, why: "an escape is unknown",
            bad: """
                a: "\\x"
                """,
            good: """
                a: "\\\\x"
                """,
            text: """
                p.yaml:1:7: error: this is not YAML: did not find expected hexdecimal number [invalid-yaml]
                    1 | a: "\\x"
                      |       ^ while parsing a quoted scalar
                """),
        DiagnosticCase(
            .invalidYAML, .document, why: "half a character is escaped",
            bad: """
                {"a": "\\ud83d"}
                """,
            good: """
                {"a": "\\ud83d\\ude00"}
                """,
            text: """
                p.yaml:1:10: error: this is not YAML: found invalid Unicode character escape code [invalid-yaml]
                    1 | {"a": "\\ud83d"}
                      |          ^ while parsing a quoted scalar
                """),
        DiagnosticCase(
            .invalidYAML, .document, why: "a control character stands for itself",
            bad: """
                a: \u{7}
                """,
            good: """
                a: "\\u0007"
                """,
            text: """
                p.yaml:1:4: error: this is not YAML: control characters are not allowed [invalid-yaml]
                    1 | a: �
                      |    ^ not expected here
                """),
        DiagnosticCase(
            .duplicateKey, .document, why: "a key stands twice",
            bad: """
                a: 1
                b: 2
                a: 3
                """,
            good: """
                a: 1
                b: 2
                c: 3
                """,
            text: """
                p.yaml:3:1: error: the key `a` is written twice [duplicate-key]
                    3 | a: 3
                      | ^ first written in line 1
                """),
        DiagnosticCase(
            .duplicateKey, .document, why: "quotes make no other key",
            bad: """
                {"a": 1, a: 2}
                """,
            good: """
                {"a": 1, A: 2}
                """,
            text: """
                p.yaml:1:10: error: the key `a` is written twice [duplicate-key]
                    1 | {"a": 1, a: 2}
                      |          ^ first written in line 1
                """),
        DiagnosticCase(
            .invalidKey, .document, why: "a list is a key",
            bad: """
                ? [a, b]
                : c
                """,
            good: """
                ? a
                : c
                """,
            text: """
                p.yaml:1:3: error: a key is a list [invalid-key]
                    1 | ? [a, b]
                      |   ^~~~~~ expected text
                      = hint: text that begins with `{` or `[` stands in quotes; a template has to be rendered first
                """),
        DiagnosticCase(
            .invalidMerge, .document, why: "a number is merged",
            bad: """
                a: {<<: 1}
                """,
            good: """
                a: {<<: {b: 1}}
                """,
            text: """
                p.yaml:1:9: error: the merge key `<<` has a number [invalid-merge]
                    1 | a: {<<: 1}
                      |         ^ expected a mapping or a list of mappings
                """),
        DiagnosticCase(
            .tooDeep, .document, why: "the 65th level",
            bad: String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
            good: String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
            text: """
                p.yaml:1:65: error: values are nested too deep [too-deep]
                    1 | … [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]] …
                      |                                           ^ at most 64 levels
                """),
        DiagnosticCase(
            .unknownAlias, .document, why: "nothing has the name",
            bad: """
                a: *b
                """,
            good: """
                a: &b 1
                c: *b
                """,
            text: """
                p.yaml:1:4: error: there is no value `&b` before this alias [unknown-alias]
                    1 | a: *b
                      |    ^~ expected an alias of an earlier value of this document
                      = hint: a text that begins with `*` stands in quotes: `"*b"`
                """),
        DiagnosticCase(
            .unknownAlias, .document, why: "a value does not hold itself",
            bad: """
                a: &b [*b]
                """,
            good: """
                a: &b []
                c: [*b]
                """,
            text: """
                p.yaml:1:8: error: there is no value `&b` before this alias [unknown-alias]
                    1 | a: &b [*b]
                      |        ^~ expected an alias of an earlier value of this document
                      = hint: a text that begins with `*` stands in quotes: `"*b"`
                """),
        DiagnosticCase(
            .unsupportedTag, .document, why: "bytes are no text",
            bad: """
                a: !!binary aGk=
                """,
            good: """
                a: !!str aGk=
                """,
            text: """
                p.yaml:1:4: error: the tag `tag:yaml.org,2002:binary` is not supported [unsupported-tag]
                    1 | a: !!binary aGk=
                      |    ^~~~~~~~~~~~~ expected a value without a tag
                """),
        DiagnosticCase(
            .unsupportedTag, .document, why: "a tag of a tool",
            bad: """
                a: !secret x
                """,
            good: """
                a: x
                """,
            text: """
                p.yaml:1:4: error: the tag `!secret` is not supported [unsupported-tag]
                    1 | a: !secret x
                      |    ^~~~~~~~~ expected a value without a tag
                """),
    ]

    @Test("text that is no YAML, or too much of it, is refused with its place", arguments: cases)
    func refusal(_ row: DiagnosticCase) { row.check() }
}
