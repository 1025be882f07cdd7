import AuthzCore
import Testing

@Suite struct SourceTextsTests {
    @Test(
        "lines end in any of three ways and have no end",
        arguments: [
            (1, "a"), (2, "b"), (3, ""), (4, "c"), (5, "d"), (6, ""), (7, nil), (0, nil), (-1, nil),
        ])
    func lines(_ number: Int, _ line: String?) {
        var sources = SourceTexts()
        sources.insert([0xef, 0xbb, 0xbf] + Array("a\nb\r\n\rc\rd\n".utf8), file: "f")
        #expect(sources.line(number, of: "f") == line)
        #expect(sources.line(number, of: "other") == nil)
    }

    @Test("lines are counted as YAML counts them")
    func otherLineEnds() {
        var sources = SourceTexts()
        sources.insert(Array("a\u{85}b\u{2028}c\u{2029}ö€".utf8), file: "f")
        #expect((1...5).map { sources.line($0, of: "f") } == ["a", "b", "c", "ö€", nil])
    }
}
