import Testing

@testable import AuthzPolicy

@Suite struct DocumentPiecesTests {
    @Test(
        "a stream is divided at its `---` lines, and each piece keeps its lines",
        arguments: [
            ("a", ["a"], "one document"),
            ("", [""], "none"),
            ("a\n---\nb", ["a\n", "\n---\nb"], "two"),
            ("---\na\n---\nb\n", ["---\na\n", "\n\n---\nb\n"], "a mark before the first"),
            ("a\r\n--- # b\r\nc", ["a\r\n", "\r\n--- # b\r\nc"], "other line ends, and text behind the mark"),
            ("a\u{2028}\u{85}---\t\nb", ["a\u{2028}\u{85}", "\u{2028}\u{85}---\t\nb"], "line ends of YAML 1.1"),
            ("a\n---", ["a\n", "\n---"], "a mark at the end"),
            ("a\n ---\n---b\nc ---\n", ["a\n ---\n---b\nc ---\n"], "what is no mark"),
            ("a\n---\n%YAML 1.1\n---\nb", [], "a directive belongs to what follows, so nothing is divided"),
        ])
    func split(_ text: String, _ pieces: [String], _ why: String) {
        let result = DocumentPieces.split(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
        #expect(result == pieces, "\(why)")
    }

    @Test("marks without end are not divided into pieces without end", .timeLimit(.minutes(1)))
    func bounded() {
        let text = String(repeating: "---\n", count: 1_000_000)
        #expect(DocumentPieces.split(Array(text.utf8)).isEmpty)
    }
}
