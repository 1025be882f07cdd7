import AuthzCore
import AuthzPolicy
import Foundation
import Testing

@testable import authz

@Suite struct SuiteFinderTests {
    private static func found(_ paths: [String], in scratch: Scratch) -> (files: [String], problems: [String]) {
        let (files, problems) = SuiteFinder.find(paths.map { scratch($0) })
        let clean = { (text: String) in text.replacing(scratch.path + "/", with: "") }
        return (files.map(clean), problems.map { clean("\($0.location): \($0.message) [\($0.code.rawValue)]") })
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
                "empty: there is no suite in `empty`, nor in a folder of it [no-suite]",
                "missing: `missing` cannot be read: there is no such file [unreadable-input]",
                "s/b_test.yaml: `s/b_test.yaml` cannot be read: there is no such file [unreadable-input]",
            ])
    }

    @Test("where no suite is named, those beside the policies are run, and whoever has none is told how to begin")
    func besidePolicies() throws {
        let scratch = try Scratch(["p/a.yaml": "", "p/deep/b_test.yaml": "", "q/a.yaml": "", "c_test.yaml": ""])
        let find = { (paths: [String]) in
            let found = SuiteFinder.find(beside: paths.map { $0 == "-" ? $0 : scratch($0) })
            let clean = { (text: String) in text.replacing(scratch.path + "/", with: "") }
            return (
                found.files.map(clean), found.problems.map { clean("\($0.location): \($0.message) | \($0.hint ?? "")") }
            )
        }
        #expect(find(["p", "q"]).0 == ["p/deep/b_test.yaml"])
        #expect(find(["p", "q"]).1 == [])
        #expect(find(["c_test.yaml", "q/a.yaml"]).0 == ["c_test.yaml"])
        let naming = "the name of a suite ends in `_test.yaml`, `_test.yml` or `_test.json`; write one as"
        #expect(
            find(["q"]).1 == [
                "q: no suite is named, and none is in `q` or a folder of it | \(naming) `q/first_test.yaml`: "
                    + "`\(Suite.smallest)`"
            ])
        for paths in [["q/a.yaml"], ["-"]] {
            #expect(
                find(paths).1 == [
                    "\(paths == ["-"] ? "<stdin>" : "q/a.yaml"): no suite is named, and no folder of policies to look for one in "
                        + "| \(naming) `first_test.yaml`: `\(Suite.smallest)`"
                ])
        }
        #expect(
            find(["nowhere"]).1 == [
                "nowhere: `nowhere` cannot be read: there is no such file | "
                    + "name the policies with `-p`; suites are looked for in their folders"
            ])
    }
}
