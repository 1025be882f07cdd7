import AuthzEngine
import Foundation
import Testing

@testable import authz

/// The table of bad and good sets of each code: files in `Sets/CODE/bad` and `Sets/CODE/good`, named for what they show.
@Suite struct LintSetTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Sets")

    private static func sets(_ code: LintCode, _ kind: String) throws -> [URL] {
        let folder = folder.appendingPathComponent("\(code.rawValue)/\(kind)")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return files.sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    @Test(
        "bad sets are found where their first lines say, and what is found of them holds", arguments: LintCode.allCases)
    func bad(_ code: LintCode) throws {
        let sets = try Self.sets(code, "bad")
        #expect(sets.count >= 4)
        for set in sets {
            let lines = try String(contentsOf: set, encoding: .utf8).split(separator: "\n")
            let expected = lines.compactMap { line in
                line.hasPrefix("# expect: ") ? "\(code.rawValue) \(line.dropFirst("# expect: ".count))" : nil
            }
            #expect(!expected.isEmpty, "\(set.path) does not say what is expected")
            let run = try LintRun(path: set.path)
            for name in expected { #expect(run.found.contains(name), "\(set.lastPathComponent): \(run.found)") }
            let isAboutPlaintext = set.lastPathComponent.hasPrefix("plaintext-")
            #expect(try run.faults(isAboutPlaintext: isAboutPlaintext) == [], "\(set.lastPathComponent)")
        }
    }

    @Test("in good sets nothing of the code is found, and what else is holds", arguments: LintCode.allCases)
    func good(_ code: LintCode) throws {
        let sets = try Self.sets(code, "good")
        #expect(sets.count >= 4)
        for set in sets {
            let run = try LintRun(path: set.path)
            #expect(!run.result.findings.contains { $0.code == code }, "\(set.lastPathComponent): \(run.found)")
            #expect(try run.faults() == [], "\(set.lastPathComponent)")
        }
    }

    @Test("the folders are those of the codes")
    func folders() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(names) == Set(LintCode.allCases.map(\.rawValue)))
    }

    @Test("the bad set of a page gives its code alone, and the good one nothing", arguments: LintCode.allCases)
    func pages(_ code: LintCode) throws {
        let bad = try LintRun(code.page.bad)
        #expect(Set(bad.result.findings.map(\.code)) == [code], "\(bad.found)")
        #expect(try bad.faults() == [])
        #expect(try LintRun(code.page.good).found == [])
    }
}
