import Testing

@testable import AuthzEngine

@Suite struct GlobExplorerTests {
    private static func glob(_ text: String) -> Glob {
        var pieces: [Glob.Piece] = []
        for (index, part) in text.split(separator: "*", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { pieces.append(.any) }
            pieces.append(.literal(Array(part.utf8)))
        }
        return Glob(pieces)
    }

    private static func fits(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        if parts.count == 1 { return text == pattern }
        var rest = Substring(text)
        guard rest.hasPrefix(parts[0]) else { return false }
        rest = rest.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(parts[parts.count - 1])
    }

    @Test(
        "there is a text for each combination of patterns that some short text has",
        arguments: [
            ["a*", "*b", "ab"], ["a*b*", "*ba", "b*"], ["*aa*", "a*a", "aaa"], ["ab*", "*ab", "*b*b*", "a"], [],
        ])
    func combinations(_ patterns: [String]) {
        let texts = GlobExplorer(patterns.map(Self.glob), fresh: UInt8(ascii: "x")).texts()
        #expect(texts.isComplete)
        let found = Set(
            texts.found.map { text in patterns.map { Self.fits(String(decoding: text, as: UTF8.self), $0) } })
        var all = [""]
        var last = [""]
        for _ in 0..<6 {
            last = last.flatMap { text in ["a", "b", "x"].map { text + $0 } }
            all += last
        }
        #expect(found == Set(all.map { text in patterns.map { Self.fits(text, $0) } }))
        #expect(found.count == texts.found.count)
    }
}
