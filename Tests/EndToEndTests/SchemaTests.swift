import AuthzCore
import AuthzEngine
import AuthzPolicy
import Foundation
import Testing

/// The schemas of `examples/schemas`, by which editors and programs know what `authz` reads and prints.
@Suite(.timeLimit(.minutes(5))) struct SchemaTests {
    private static let folder = "examples/schemas"
    private static let python = URL(filePath: "/usr/bin/python3")

    /// What is wrong with each document of some files.
    static func problems(_ schema: String, _ files: [String]) throws -> [[String]] {
        let script = "Tests/EndToEndTests/Scripts/validate.py"
        let child = try Child(python, ["-W", "ignore", script, "\(folder)/\(schema).schema.json"] + files)
        let result = try child.result(within: .seconds(120))
        guard result.status == 0 else { throw TimedOut(description: result.errors) }
        return try result.output.split(separator: "\n").map { try Document.json(String($0)).texts }
    }

    /// The suites and request documents that users copy, by the schema that they fit.
    private static func examples() throws -> [(schema: String, file: String)] {
        let files = try #require(FileManager.default.enumerator(atPath: Repository.root.path())).compactMap {
            $0 as? String
        }
        return files.compactMap { file in
            // Those of Prometheus are its own.
            if file.hasPrefix("policies/") || file.hasPrefix("examples/"), file.hasSuffix("_test.yaml"),
                !file.hasPrefix("examples/prometheus/")
            {
                return ("suite", file)
            }
            return file.hasPrefix("examples/requests/") || file == "examples/denied.json" ? ("request", file) : nil
        }
    }

    @Test("each suite and request that is there to copy fits its schema, and tells an editor where that is")
    func examplesFit() throws {
        let examples = try Self.examples()
        #expect(examples.count { $0.schema == "suite" } == 4)
        #expect(examples.count { $0.schema == "request" } == 8)
        for (schema, file) in examples {
            #expect(try Self.problems(schema, [file]) == [[]], "\(file)")
            guard file.hasSuffix(".yaml") else { continue }
            let first = try #require(try Repository.text(of: file).split(separator: "\n").first)
            let path = try #require(first.wholeMatch(of: /# yaml-language-server: \$schema=(\S+)/), "\(file)").1
            let target = Repository.root.appending(path: file).deletingLastPathComponent().appending(path: String(path))
            #expect(
                target.standardizedFileURL.path()
                    == Repository.root.appending(path: "\(Self.folder)/\(schema).schema.json").path(), "\(file)")
        }
    }

    @Test("the suite of the README fits")
    func readme() throws {
        let blocks = try Repository.text(of: "README.md").matches(of: /(?s)```yaml\n(.*?)```/).map { String($0.1) }
        let suites = blocks.filter { $0.contains("\ntests:\n") }
        try #require(suites.count == 1)
        let folder = try TemporaryFolder()
        #expect(try Self.problems("suite", [folder.write(suites[0], to: "a_test.yaml").path()]) == [[]])
    }

    /// A document one step away from a right one, or with every name that a field could have.
    private struct Variant: Decodable {
        var what: String
        var document: String
        /// What the schema finds wrong.
        var problems: [String]?
        /// The names in the mapping at hand, and those of them that the schema has as fields.
        var tried: [String]?
        var fields: [String]?
    }

    /// Every text in the sources of the reader that looks like the name of a field.
    private static func names() throws -> [String] {
        let folder = Repository.root.appending(path: "Sources/AuthzPolicy")
        var names: Set<String> = []
        for case let file as String in try #require(FileManager.default.enumerator(atPath: folder.path()))
        where file.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            for match in text.matches(of: /"([a-z][A-Za-z0-9]*)"/) {
                names.insert(String(match.1))
                names.insert(String(match.1).replacing(/[A-Z]/) { "_" + $0.0.lowercased() })
            }
            // Enumerations whose cases are the names of fields.
            for match in text.matches(of: /case ((?:[a-z][A-Za-z0-9]*, )*[a-z][A-Za-z0-9]*)\n/) {
                for name in match.1.split(separator: ", ") { names.formUnion([String(name), "\(name)s"]) }
            }
        }
        return names.sorted()
    }

    private static func variants(_ schema: String) throws -> [Variant] {
        let folder = try TemporaryFolder()
        let names = try folder.write(String(decoding: JSONEncoder().encode(names()), as: UTF8.self), to: "names.json")
        let scripts = "Tests/EndToEndTests/Scripts"
        let child = try Child(
            python,
            [
                "-W", "ignore", "\(scripts)/schema_variants.py", "\(Self.folder)/\(schema).schema.json",
                "\(scripts)/\(schema)-fields.yaml", names.path(),
            ])
        let result = try child.result(within: .seconds(240))
        guard result.status == 0 else { throw TimedOut(description: result.errors) }
        return try result.output.split(separator: "\n").map {
            try JSONDecoder().decode(Variant.self, from: Data($0.utf8))
        }
    }

    private static func diagnostics(_ schema: String, _ document: String) -> [Diagnostic] {
        guard schema == "request" else {
            return SuiteDecoder.decode(Array(document.utf8), file: "a.json").flatMap(\.diagnostics)
        }
        do throws(InputError) {
            // A list is one of requests, as `authz explain` reads it.
            let nodes = DocumentParser.parse(Array(document.utf8), file: "a.json").documents
            if nodes.count == 1, case .sequence(let items, _) = nodes[0], !items.isEmpty {
                for item in items { _ = try RequestDocumentDecoder.decode(item, from: .offline) }
            } else {
                _ = try RequestDocumentDecoder.decode(Array(document.utf8), file: "a.json", from: .offline)
            }
            return []
        } catch {
            return error.diagnostics
        }
    }

    /// What only the reader finds wrong, since it is no matter of form.
    private static let beyondForm: Set<DiagnosticCode> = [
        .unknownFixture, .invalidToken, .invalidAddress, .unreadableInput, .invalidProvider, .invalidHeader,
        .noSuite, .missingDocument,
    ]

    @Test("a schema and the reader refuse the same documents", arguments: ["request", "suite"])
    func agreement(_ schema: String) throws {
        let variants = try Self.variants(schema)
        #expect(variants.count > 1000)
        for variant in variants {
            // Of MeshConfig the schema has no more than the names: it is Istio's.
            guard let problems = variant.problems, !variant.what.contains("mesh/extensionProviders/") else { continue }
            let errors = Self.diagnostics(schema, variant.document).filter { $0.severity == .error }
            if variant.what.hasSuffix("as it is") { #expect(problems.isEmpty && errors.isEmpty, "\(errors)") }
            // A reason that does not exist is read, and then no case is decided.
            if !problems.isEmpty, !problems.allSatisfy({ $0.hasSuffix(".expect") }) || !variant.what.hasSuffix("reason")
            {
                #expect(!errors.isEmpty, "\(variant.what): the schema refuses what is read: \(variant.document)")
            }
            if problems.isEmpty {
                let form = errors.filter { !Self.beyondForm.contains($0.code) }
                #expect(form.isEmpty, "\(variant.what): the schema takes what is refused: \(form.map(\.message))")
            }
        }
    }

    @Test("a schema has the fields that the reader knows, and no other", arguments: ["request", "suite"])
    func fields(_ schema: String) throws {
        var mappings = 0
        for variant in try Self.variants(schema) {
            guard let fields = variant.fields, let tried = variant.tried else { continue }
            mappings += 1
            let unknown = Self.diagnostics(schema, variant.document).filter { $0.code == .unknownField }
            let known = Set(tried).subtracting(
                unknown.compactMap { $0.message.firstMatch(of: /unknown field `([^`]+)`/).map { String($0.1) } })
            #expect(known == Set(fields), "\(variant.what)")
        }
        #expect(mappings > 10)
    }

    @Test("the reasons of a decision are all there")
    func reasons() throws {
        let schema = try Document.json(try Repository.text(of: "\(Self.folder)/decision.schema.json"))
        #expect(schema["$defs"]["reason"]["enum"].texts == Reason.allCases.map(\.rawValue))
        #expect(
            schema["$defs"]["members"]["properties"]["workloadFoundBy"]["enum"].texts
                == WorkloadSource.allCases.map(\.rawValue))
    }

    @Test("a list of requests fits as each of them does")
    func lists() throws {
        let folder = try TemporaryFolder()
        let good = "{destination: {namespace: a}, source: {unknown: true}}"
        for (text, count) in [("[\(good), \(good)]", 0), ("[\(good), {destinations: {}}]", 1), ("[]", 1)] {
            let file = try folder.write(text, to: "r.yaml").path()
            #expect(try Self.problems("request", [file]).map(\.count) == [count], "\(text)")
        }
        let file = try folder.write("[\(good), \(good)]", to: "r.yaml").path()
        #expect(try authz("explain", file).status == 0)
    }

    @Test(
        "an expectation of nothing fits no schema",
        arguments: [
            "{outcome: null}", "{}", "{dryRun: {}}", "{dryRun: {allow: null}}", "{headers: {}}", "{headers: {set: {}}}",
            "{audit: null, custom: null}",
        ])
    func nothingExpected(_ expectation: String) throws {
        let folder = try TemporaryFolder()
        let text = "tests: [{name: a, destination: {namespace: a}, expect: \(expectation)}]"
        let file = try folder.write(text, to: "a_test.yaml").path()
        #expect(try Self.problems("suite", [file]).map(\.count) == [1])
        #expect(Self.diagnostics("suite", text).map(\.code) == [.nothingExpected])
        let other = try folder.write(text.replacing("expect: {", with: "expect: {policy: null, "), to: "b_test.yaml")
            .path()
        #expect(try Self.problems("suite", [other]) == [[]])
    }

    @Test("what a comparison of two requests prints fits its schema, and has everything that it has")
    func differences() throws {
        let folder = try TemporaryFolder()
        var output = ""
        for other in ["requests/allowed.json", "requests/plaintext.yaml", "requests/tcp.yaml", "denied.json"] {
            output += try authz(
                "explain", "--format", "json", "--diff-request", "examples/\(other)", "examples/denied.json"
            ).output
        }
        let file = try folder.write(output, to: "differences.jsonl").path()
        #expect(try Self.problems("difference", [file]) == [[], [], [], []])
        let schema = try Document.json(try Repository.text(of: "\(Self.folder)/difference.schema.json"))
        for field in Self.fields(of: schema) { #expect(output.contains("\"\(field)\":"), "no difference has \(field)") }
    }

    @Test("what a server answers to a request is a decision")
    func decisions() throws {
        let server = try RunningServer()
        let folder = try TemporaryFolder()
        let files = try ["allowed.json", "envoy-check.json"].map { name in
            let document = try Repository.text(of: "examples/requests/\(name)")
            let answer = try HTTP.send("POST", "/v1/check", to: server.checks, body: document)
            #expect(answer.status == 200)
            return try folder.write(answer.body, to: name).path()
        }
        #expect(try Self.problems("decision", files) == [[], []])
    }

    @Test("results fit their schema, and have everything that it has between them")
    func results() throws {
        let folder = try TemporaryFolder()
        let suite = try folder.write(Self.everyResult, to: "a_test.yaml").path()
        let weak = try folder.write(Self.weakSuite, to: "c_test.yaml").path()
        let broken = try folder.write("tests: 1", to: "b_test.yaml").path()
        var files: [String] = []
        for (index, arguments) in [["--mutate", weak], ["--coverage", suite, broken]].enumerated() {
            let child = try Child(Repository.authz, ["test", "-q", "--format", "json"] + arguments)
            _ = try child.exitStatus(within: .seconds(120))
            files.append(try folder.write(try child.output, to: "\(index).json").path())
        }
        #expect(try Self.problems("results", files) == [[], []])
        let output = try files.map { try String(contentsOf: URL(filePath: $0), encoding: .utf8) }.joined()
        let schema = try Document.json(try Repository.text(of: "\(Self.folder)/results.schema.json"))
        let fields = Self.fields(of: schema)
        #expect(fields.count > 30)
        for field in fields { #expect(output.contains("\"\(field)\":"), "no result has \(field)") }
    }

    @Test("what lint finds fits its schema, has everything that it has, and is of the codes that it lists")
    func findings() throws {
        let folder = try TemporaryFolder()
        let policies = try folder.write(Self.everyFinding, to: "p.yaml").path()
        let output = try authz("lint", "--format", "json", policies).output
        let clean = try authz("lint", "--format", "json", "policies").output
        let files = try [folder.write(output, to: "0.json").path(), folder.write(clean, to: "1.json").path()]
        #expect(try Self.problems("lint", files) == [[], []])
        let schema = try Document.json(try Repository.text(of: "\(Self.folder)/lint.schema.json"))
        let fields = Self.fields(of: schema)
        #expect(fields.count > 15)
        for field in fields { #expect((output + clean).contains("\"\(field)\":"), "nothing has \(field)") }
        #expect(schema["$defs"]["code"]["enum"].texts == LintCode.allCases.map(\.rawValue))
    }

    /// Of each severity one, one that istioctl finds, a suppressed one, one that no request proves, and notes.
    private static let everyFinding = """
        apiVersion: v1
        kind: Pod
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: open, namespace: shop, annotations: {lint.authz/allow-all: meant, lint.authz/method-case: none}}
        spec: {rules: [{}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: misspelled, namespace: shop}
        spec: {selector: {matchLabels: {app: card}}, action: DENY, rules: [{to: [{operation: {paths: [/a]}}]}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: elsewhere, namespace: other}
        spec: {rules: [{to: [{operation: {paths: [/a]}}]}]}
        """

    /// The names in all `properties` of a schema, however deep.
    private static func fields(of schema: Document) -> Set<String> {
        let own = schema["properties"].keys
        let parts = schema.keys.map { schema[$0] } + schema.list
        return parts.reduce(into: own) { $0.formUnion(fields(of: $1)) }
    }

    /// One that leaves faults in its policies unnoticed.
    private static let weakSuite = """
        resources: |
          apiVersion: v1
          kind: Pod
          metadata: {name: cart, namespace: shop}
          spec: {containers: [{name: c, image: i}]}
          ---
          apiVersion: security.istio.io/v1
          kind: AuthorizationPolicy
          metadata: {name: p, namespace: shop}
          spec: {rules: [{to: [{operation: {paths: [/a]}}]}]}
        tests:
        - {name: n, destination: {workload: shop/cart, port: 80}, request: {path: /b}, expect: deny}
        """

    private static let everyResult = """
        sources: {frontend: {principal: cluster.local/ns/production/sa/frontend}}
        tests:
        - name: one of two
          source: frontend
          destination: {workload: production/api, port: 8080}
          request: {method: [GET, PUT], path: /api/v1/orders}
          expect:
            outcome: allow
            status: 200
            reason: allowed-by-policy
            policy: production/api-access
            rule: 1
            headers: {set: {}, remove: [x-auth-subject]}
            audit: []
            dryRun: {allow: allowed, deny: denied}
            custom: []
        - name: a letter is missing
          source: {principal: cluster.local/ns/production/sa/fronted}
          destination: {workload: production/api}
          request: {}
          expect: deny
        - name: nobody says who
          destination: {workload: production/api}
          request: {}
          expect: allow
        - name: not now
          destination: {workload: production/api}
          expect: deny
          skip: for a reason
        """
}
