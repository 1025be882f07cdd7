import AuthzCore
import Foundation
import Testing

@testable import authz

@Suite struct SuiteFinderTests {
    private static func found(_ paths: [String], in scratch: Scratch) -> (files: [String], problems: [String]) {
        let (files, problems) = SuiteFinder.find(paths.map { scratch($0) })
        let clean = { (text: String) in text.replacing(scratch.path + "/", with: "") }
        return (files.map(clean), problems.map { clean("\($0.location.file): \($0.message) [\($0.code.rawValue)]") })
    }

    @Test("suites are found in folders and in folders that links lead to, each folder once")
    func links() throws {
        let scratch = try Scratch([
            "s/b_test.yaml": "", "s/a_test.yml": "", "s/A_TEST.JSON": "", "s/deeper/c_test.yaml": "", "s/p.yaml": "",
            "s/.hidden/d_test.yaml": "", "elsewhere/e_test.yaml": "", "elsewhere/test.yaml": "",
        ])
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: scratch("s/linked"), withDestinationPath: "../elsewhere")
        try manager.createSymbolicLink(atPath: scratch("s/deeper/loop"), withDestinationPath: "..")
        try manager.createSymbolicLink(atPath: scratch("elsewhere/back"), withDestinationPath: "../s")
        try manager.createSymbolicLink(atPath: scratch("s/nowhere"), withDestinationPath: "no")
        let (files, problems) = Self.found(["s"], in: scratch)
        #expect(
            files == ["s/A_TEST.JSON", "s/a_test.yml", "s/b_test.yaml", "s/deeper/c_test.yaml", "s/linked/e_test.yaml"])
        #expect(problems == [])
    }

    @Test("a path that leads to no suite is a problem, and so is a suite that leads nowhere")
    func problems() throws {
        let scratch = try Scratch(["empty/p.yaml": "", "s/a_test.yaml": ""])
        try FileManager.default.createSymbolicLink(atPath: scratch("s/b_test.yaml"), withDestinationPath: "no")
        let (files, problems) = Self.found(["empty", "missing", "s", "empty/p.yaml"], in: scratch)
        #expect(files == ["s/a_test.yaml", "empty/p.yaml"], "a file that is named is taken at its word")
        #expect(
            problems == [
                "empty: the folder holds no suite, a file whose name ends in `_test.yaml` [no-suite]",
                "missing: `missing` cannot be read: there is no such file [unreadable-input]",
                "s/b_test.yaml: `s/b_test.yaml` cannot be read: there is no such file [unreadable-input]",
            ])
    }
}
