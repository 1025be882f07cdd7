import AuthzCore
import Foundation
import Testing

@testable import AuthzPolicy

@Suite struct PolicyLoaderTests {
    private static func policy(_ name: String, spec: String = "{}") -> String {
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: \(name)}
        spec: \(spec)

        """
    }

    /// The names of the policies that are loaded, in order; or the diagnostics, without the folder's own path.
    private static func outcome(of paths: [String], excluding: [String] = [], in folder: TemporaryFolder) -> [String] {
        do throws(InputError) {
            let documents = try PolicyLoader.load(paths: paths, excluding: excluding).documents
            return documents.authorizationPolicies.map(\.metadata.name)
        } catch {
            let text = DiagnosticRenderer(sources: error.sources).text(of: error.diagnostics)
            return text.replacing(folder.path, with: "F").split(separator: "\n").map(String.init)
        }
    }

    @Test("a folder is read with all below it, in the order of the paths")
    func order() throws {
        let folder = try TemporaryFolder()
        for name in ["b.yaml", "a/z.yml", "a/b/c.json", "B.yaml", "c.yaml"] {
            let id = String(name.map { $0.isLetter ? Character($0.lowercased()) : "-" })
            try folder.write(Self.policy(id + (name == "B.yaml" ? "1" : "")), to: name)
        }
        #expect(
            Self.outcome(of: [folder.path], in: folder)
                == ["b-yaml1", "a-b-c-json", "a-z-yml", "b-yaml", "c-yaml"])
        #expect(
            Self.outcome(of: [folder.path + "/c.yaml", folder.path + "/"], in: folder)
                == ["c-yaml", "b-yaml1", "a-b-c-json", "a-z-yml", "b-yaml"])
    }

    @Test("suites, hidden files, other files and excluded ones are no policies")
    func selection() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.policy("read"), to: "p.yaml")
        try folder.write("tests: []\n", to: "p_test.yaml")
        try folder.write("tests: []\n", to: ".hidden.yaml")
        try folder.write("tests: []\n", to: "..data/p.yaml")
        try folder.write("# policies\n", to: "README.md")
        let keys = try folder.write("{\"keys\": []}", to: "sub/keys.json")
        #expect(Self.outcome(of: [folder.path], excluding: [keys], in: folder) == ["read"])
        #expect(
            Self.outcome(of: [folder.path], in: folder) == [
                "F/sub/keys.json:1:1: error: `kind` is missing in the resource [missing-field]",
                "    1 | {\"keys\": []}",
                "      | ^~~~~~~~~~~~ expected `kind`",
            ])
    }

    @Test("the end of a name is read in upper and lower case")
    func upperCase() throws {
        let folder = try TemporaryFolder()
        for (index, name) in ["a.YAML", "b.Yml", "c.JSON"].enumerated() {
            try folder.write(Self.policy("p\(index)"), to: name)
        }
        try folder.write("tests: []\n", to: "d_TEST.YAML")
        #expect(Self.outcome(of: [folder.path], in: folder) == ["p0", "p1", "p2"])
    }

    @Test("a suite or a key set is never read as policies, not where it is named either")
    func neverPolicies() throws {
        let folder = try TemporaryFolder()
        let policy = try folder.write(Self.policy("read"), to: "p.yaml")
        let suite = try folder.write(Self.policy("unread"), to: "p_test.yaml")
        let keys = try folder.write(Self.policy("keys"), to: "keys.json")
        #expect(Self.outcome(of: [policy], excluding: [keys], in: folder) == ["read"])
        #expect(
            Self.outcome(of: [policy, suite, keys], excluding: [keys], in: folder) == [
                "F/keys.json:1:1: error: `F/keys.json` is named as a key set, which is never read as policies [no-policy-files]",
                "F/p_test.yaml:1:1: error: `F/p_test.yaml` is a suite, which is never read as policies [no-policy-files]",
                "      = hint: `authz test F/p_test.yaml` runs it",
            ])
    }

    @Test("links are followed, and what several paths lead to is read once")
    func links() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.policy("one"), to: "..2026/p.yaml")
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: folder.path + "/p.yaml", withDestinationPath: "..2026/p.yaml")
        try manager.createSymbolicLink(atPath: folder.path + "/q.yaml", withDestinationPath: "p.yaml")
        try manager.createSymbolicLink(atPath: folder.path + "/loop", withDestinationPath: ".")
        #expect(Self.outcome(of: [folder.path, folder.path + "/p.yaml"], in: folder) == ["one"])
    }

    @Test("what is no regular file is refused and never waited for")
    func specialFiles() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.policy("one"), to: "a.yaml")
        #expect(mkfifo(folder.path + "/fifo.yaml", 0o600) == 0)
        let refused = "F/fifo.yaml:1:1: error: `F/fifo.yaml` is not a regular file [unreadable-input]"
        #expect(Self.outcome(of: [folder.path], in: folder) == [refused])
        #expect(Self.outcome(of: [folder.path + "/fifo.yaml"], in: folder) == [refused])
        #expect(
            Self.outcome(of: ["/dev/zero"], in: folder)
                == ["/dev/zero:1:1: error: `/dev/zero` is not a regular file [unreadable-input]"])
        #expect(throws: InputError.self) { try PolicyLoader.loadMeshSettings(path: folder.path) }
    }

    @Test("an empty file is an error, named or found: it is most likely being written", arguments: ["", " \r\n\t\n"])
    func emptyFile(text: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.policy("one"), to: "a.yaml")
        let path = try folder.write(text, to: "b.yaml")
        let refused = [
            "F/b.yaml:1:1: error: `F/b.yaml` is empty [no-resources]",
            "      = hint: remove a file that is to hold nothing, or say so in a comment",
        ]
        #expect(Self.outcome(of: [folder.path], in: folder) == refused)
        #expect(Self.outcome(of: [path], in: folder) == refused)
        for text in ["# nothing yet", "---\n"] {
            try folder.write(text, to: "b.yaml")
            #expect(Self.outcome(of: [folder.path], in: folder) == ["one"], "somebody wrote that")
        }
    }

    @Test("a folder that cannot be read to its end is an error, not a shorter folder")
    func brokenFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("a", to: "a.yaml")
        let stream = try #require(opendir(folder.path))
        defer { closedir(stream) }
        // From here on the descriptor is none of a folder.
        let other = open("/dev/null", O_RDONLY)
        #expect(dup2(other, dirfd(stream)) >= 0)
        close(other)
        let failure = #expect(throws: InputFile.Failure.self) {
            try InputFile.names(in: stream, of: folder.path)
        }
        #expect(failure?.cause == .unreadable("not a directory"))
        #expect(try InputFile.names(in: folder.path) == ["a.yaml"])
    }

    @Test("an input that is not there is an error, and so is a folder without policies")
    func nothingThere() throws {
        let folder = try TemporaryFolder()
        try folder.write("tests: []\n", to: "sub/p_test.yaml")
        #expect(
            Self.outcome(of: [folder.path + "/no.yaml", folder.path], in: folder) == [
                "F:1:1: error: `F` holds no policy files [no-policy-files]",
                "      = hint: policies are files that end in `.yaml`, `.yml` or `.json`, but for `_test.yaml`",
                "F/no.yaml:1:1: error: `F/no.yaml` cannot be read: there is no such file [unreadable-input]",
            ])
        let empty = try folder.write("# nothing yet\n", to: "empty.yaml")
        let other = try folder.write("apiVersion: v1\nkind: Secret\n", to: "other.yaml")
        #expect(
            Self.outcome(of: [empty, other], in: folder)
                == ["F/empty.yaml:1:1: error: the input holds no resource that is read [no-resources]"])
        try folder.write("apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n", to: "other.yaml")
        #expect(Self.outcome(of: [empty, other], in: folder) == [])
    }

    @Test("every problem of every file is reported, by place, and nothing is loaded")
    func allProblems() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.policy("b", spec: "{rule: [], action: DENI}"), to: "b.yaml")
        try folder.write(Self.policy("good"), to: "c.yaml")
        try folder.write(Self.policy("a", spec: "{rules: [{from: [{source: {ipBlocks: [x]}}]}]"), to: "a.yaml")
        try folder.write(Self.policy("good"), to: "d.yaml")
        #expect(
            Self.outcome(of: [folder.path], in: folder).filter { $0.hasPrefix("F") } == [
                "F/a.yaml:4:7: error: this is not YAML: did not find expected ',' or '}' [invalid-yaml]",
                "F/b.yaml:4:8: error: unknown field `rule` in `spec` [unknown-field]",
                "F/b.yaml:4:26: error: unknown value `DENI` of `action` [unknown-value]",
                "F/d.yaml:2:1: error: the AuthorizationPolicy `default/good` is defined twice [duplicate-resource]",
            ])
    }

    @Test("text of a suite is loaded with the places of its file")
    func embedded() throws {
        let suite =
            "resources: |\n  apiVersion: security.istio.io/v1\n  kind: AuthorizationPolicy\n  metadata: {nam: p}\n"
        var sources = SourceTexts()
        sources.insert(Array(suite.utf8), file: "s_test.yaml")
        let node = try #require(DocumentParser.parse(Array(suite.utf8), file: "s_test.yaml").documents.first)
        guard case .mapping(let entries, _) = node, case .scalar(let scalar) = entries[0].value else {
            Issue.record("the suite is a mapping of text")
            return
        }
        let error = #expect(throws: InputError.self) { try PolicyLoader.load(scalar, sources: sources) }
        #expect(error?.diagnostics.map { "\($0.location) \($0.code.rawValue)" } == ["s_test.yaml:4:14 unknown-field"])
    }

    @Test("a List, a stream, JSON and both spellings of names load alike")
    func spellings() throws {
        let rule = #"{"from": [{"source": {"remoteIpBlocks": ["10.0.0.0/8"]}}]}"#
        let snake = "{from: [{source: {remote_ip_blocks: [10.0.0.0/8]}}]}"
        let list = """
            {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "security.istio.io/v1beta1",
             "kind": "AuthorizationPolicy", "metadata": {"name": "a"}, "spec": {"rules": [\(rule)]}}]}
            """
        let texts = [Self.policy("a", spec: "{rules: [\(rule)]}"), Self.policy("a", spec: "{rules: [\(snake)]}"), list]
        for text in texts {
            let policies = try PolicyLoader.load(text: text, file: "p").documents.authorizationPolicies
            try #require(policies.count == 1)
            let fields = policies[0].rules.flatMap(\.from).flatMap(\.fields)
            #expect(fields.map(\.field) == [.remoteIpBlocks])
            #expect(fields.flatMap { $0.lists.values.map(\.value) } == ["10.0.0.0/8"])
        }
    }

    @Test("other kinds are skipped and counted")
    func skipped() throws {
        let text = """
            {apiVersion: v1, kind: Secret, metadata: {name: s}}
            ---
            {apiVersion: networking.istio.io/v1, kind: VirtualService, spec: {hosts: [a]}}
            ---
            {apiVersion: v1, kind: Secret}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: other}, data: {mesh: "a: [" }}
            """
        let documents = try PolicyLoader.load(text: text, file: "p").documents
        #expect(documents.skippedKinds == ["Secret": 2, "VirtualService": 1, "ConfigMap": 1])
        #expect(documents.mesh == nil)
    }

    @Test("empty text is the empty set, unlike an empty file")
    func emptyText() throws {
        #expect(try PolicyLoader.load(text: "", file: "p").documents.authorizationPolicies.isEmpty)
    }
}
