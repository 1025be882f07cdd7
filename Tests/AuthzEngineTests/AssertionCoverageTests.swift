import Foundation
import Testing

/// Every numbered assertion is tested, recorded, or listed with a reason in `Tests/README.md`.
@Suite struct AssertionCoverageTests {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// `AP 12` and `AP 12–14` in a text.
    private static func assertions(in text: String) -> Set<String> {
        var found: Set<String> = []
        for match in text.matches(of: /(AP|RA|PA) (\d+)(?:–(\d+))?/) {
            guard let first = Int(match.2), let last = match.3.map({ Int($0) }) ?? first, first <= last else {
                continue
            }
            for number in first...last { found.insert("\(match.1) \(number)") }
        }
        return found
    }

    private static func inSources() throws -> Set<String> {
        let files = try #require(FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil))
        var found: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" && file.path != #filePath {
            found.formUnion(assertions(in: try String(contentsOf: file, encoding: .utf8)))
        }
        return found
    }

    private static func inRecordings() throws -> Set<String> {
        var found: Set<String> = []
        for (kind, file) in [
            ("AP", "authorization-policy"), ("RA", "request-authentication"), ("PA", "peer-authentication"),
        ] {
            for one in try RecordedCase.load(named: "assertions-\(file)") {
                found.insert("\(kind) \(one.id.prefix { $0.isNumber })")
            }
        }
        return found
    }

    @Test("every assertion is found")
    func everyNumber() throws {
        let readme = try String(contentsOf: Self.tests.appending(path: "README.md"), encoding: .utf8)
        let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| ") }.compactMap {
            $0.split(separator: "|").first
        }
        let listed = Self.assertions(in: rows.joined(separator: "\n"))
        #expect(listed.count < 60, "the list is short")
        let found = try Self.inSources().union(Self.inRecordings()).union(listed)
        let all = [("AP", 186), ("RA", 142), ("PA", 88)].flatMap { kind, last in (1...last).map { "\(kind) \($0)" } }
        #expect(all.filter { !found.contains($0) } == [])
    }
}
