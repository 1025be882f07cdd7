import AuthzPolicy
import Foundation
import Testing

/// Patches as the programs that apply them read them.
@Suite struct LineDifferenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var old: String, new: String, name = "p.yaml", why: String
        var testDescription: String { why }
    }

    static let key = #"    jwks: '{"keys":[{"kty":"oct","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQ"}]}'"#

    static let cases = [
        Case(old: "a\nb\nc\n", new: "a\nB\nc\n", why: "one line"),
        Case(old: "a\r\nb\r\nc\r\n", new: "a\r\nb\r\nx\r\nc\r\n", why: "lines that end with a return, too"),
        Case(old: "a\nb", new: "a\nx", why: "no line feed at the end of both"),
        Case(old: "a\nb", new: "a\nb\nx\n", why: "none at the end of the old text"),
        Case(old: "a\nb\n", new: "a\nb\nx", why: "none at the end of the new text"),
        Case(old: "a\n", new: "b\n", name: "my policies/a b.yaml", why: "a name with blanks"),
        Case(old: "e\u{301}\n1\n2\n", new: "\u{e9}\n1\n2\n", why: "letters that only look alike"),
        Case(
            old: "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", new: "1\n2x\n3\n4\n5\n6\n7\n8\n9\n10\n11x\n12\n",
            why: "two changes apart"),
        Case(
            old: "1\n2\n\(key)\n4\n5\n6\n7\n8\n", new: "1\n2\n\(key)\n4\n5x\n6\n7\n8\n", why: "a key two lines away"),
        Case(
            old: "1\n2\n3\n4\n\(key)\n6\n7\n8\n9\n10\n", new: "1\n2\n3\n4x\n\(key)\n6\n7x\n8\n9\n10\n",
            why: "a key between two changes"),
    ]

    @Test("`patch` makes the new text of the old one, and nothing of a key is told", arguments: cases)
    func patch(_ c: Case) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(c.old, to: c.name)
        let patch = LineDifference(from: Array(c.old.utf8), to: Array(c.new.utf8)).unified(PatchName(c.name, in: nil))
        try folder.write(patch, to: "the.patch")
        let (status, output) = try Self.run(["patch", "-p0", "-i", "the.patch"], in: folder.path)
        #expect(status == 0 && !output.contains("fuzz") && !output.contains("offset"), "\(output)\n\(patch)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(c.new.utf8), "\(patch)")
        #expect(!patch.contains("c2Vjcm"))
    }

    @Test("`git apply` does, too", arguments: cases)
    func git(_ c: Case) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(c.old, to: c.name)
        let patch = LineDifference(from: Array(c.old.utf8), to: Array(c.new.utf8)).unified(PatchName(c.name, in: nil))
        try folder.write(patch, to: "the.patch")
        let words = patch.contains("--unidiff-zero") ? ["--unidiff-zero"] : []
        let (status, output) = try Self.run(["git", "apply", "-p0"] + words + ["the.patch"], in: folder.path)
        #expect(status == 0, "\(output)\n\(patch)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(c.new.utf8), "\(patch)")
    }

    @Test("a key in a line that changes is left out, and it is said that the patch does not apply")
    func changedKey() {
        let old = "{audiences: [a], jwks: '{\"keys\": [{\"k\": \"c2VjcmV0\"}]}'}\n"
        let patch = LineDifference(from: Array(old.utf8), to: Array(old.replacing("[a]", with: "[a, b]").utf8))
            .unified(PatchName("p.yaml", in: nil))
        #expect(
            patch == """
                # a key is left out of it, so it cannot be applied as it is
                --- p.yaml
                +++ p.yaml
                @@ -1,1 +1,1 @@
                -{audiences: [a], jwks: '{"keys": [{"k": "••••••••"}]}'}
                +{audiences: [a, b], jwks: '{"keys": [{"k": "••••••••"}]}'}

                """)
    }

    @Test(
        "a name leads to the file from where the patch is applied",
        arguments: [
            ("policies/a.yaml", "policies/a.yaml", nil), ("/w/k/policies/a.yaml", "policies/a.yaml", nil),
            ("/w/k/../k/a.yaml", "a.yaml", nil), ("a/../b.yaml", "b.yaml", nil),
            ("/other/a.yaml", "other/a.yaml", "of /other/a.yaml: apply it with `patch -p0 -d /`"),
            ("../a.yaml", "w/a.yaml", "of ../a.yaml: apply it with `patch -p0 -d /`"),
            ("/w/kk/a.yaml", "w/kk/a.yaml", "of /w/kk/a.yaml: apply it with `patch -p0 -d /`"),
            ("<stdin>", "<stdin>", "of standard input: apply it with `patch FILE`"),
            ("a b.yaml", "a b.yaml\t", nil), ("a\"\n.yaml", #""a\"\012.yaml""#, nil),
        ] as [(String, String, String?)])
    func names(_ file: String, _ text: String, _ note: String?) {
        let name = PatchName(file, in: "/w/k")
        #expect(name.text == text)
        #expect(name.note == note)
    }

    private static func run(_ words: [String], in folder: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
