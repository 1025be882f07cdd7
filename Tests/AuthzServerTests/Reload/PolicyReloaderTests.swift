import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzServer
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct PolicyReloaderTests {
    /// What is there while files are watched.
    private struct Scene: Sendable {
        let files: FileScene
        let store: SnapshotStore
        let board: ReloadBoard
        let log: LogRecorder
        let request: AsyncStream<Void>.Continuation

        func write(_ name: String, isAtomic: Bool = true) throws {
            try files.write(PolicyReloaderTests.policy(name), to: "policies/a.yaml", isAtomic: isAtomic)
        }
    }

    private static func policy(_ name: String) -> String {
        CheckFixture.inventory + "\n"
            + CheckFixture.allow("{}").replacing("name: allow", with: "name: \(name)")
    }

    private static let broken = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: broken, namespace: prod}
        spec:
          rulez: []
        """

    private func run(
        interval: Duration = .milliseconds(2), while body: @Sendable (Scene) async throws -> Void
    ) async throws {
        let (files, log, board) = (try FileScene(), LogRecorder(), ReloadBoard())
        try files.makeFolder("policies")
        try files.write(Self.policy("first"), to: "policies/a.yaml")
        let inputs = ReloadInputs(policies: [files.path("policies")], keys: [])
        let stamp = inputs.stamp
        let load: PolicyLoad.Loader = { (previous) throws(InputError) in
            let loaded = try PolicyLoader.load(paths: inputs.policies)
            let compiled = try PolicySet.compile(loaded.documents, after: previous)
            return PolicyLoad(
                snapshot: ServedSnapshot(point: DecisionPoint(policySet: compiled.policySet), defaultWorkload: nil),
                warnings: loaded.warnings + compiled.warnings)
        }
        let first = try CheckFixture.snapshot("")
        let store = SnapshotStore(try load(first.point.policySet).snapshot)
        let (requests, request) = AsyncStream.makeStream(of: Void.self)
        var timing = PolicyReloader<AsyncStream<Void>>.Timing()
        timing.interval = interval
        timing.shortInterval = .milliseconds(2)
        let reloader = PolicyReloader(
            inputs: inputs, stamp: stamp, load: load, store: store, keys: nil, board: board, timing: timing,
            requests: requests, logger: log.logger)
        let scene = Scene(files: files, store: store, board: board, log: log, request: request)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await reloader.run() }
            try await body(scene)
            group.cancelAll()
        }
    }

    @Test("policies whose file is written to or replaced are put in force", arguments: [true, false])
    func changes(isAtomic: Bool) async throws {
        try await run { scene in
            let before = scene.store.current
            try scene.write("second", isAtomic: isAtomic)
            try await eventually("they are in force") { scene.board.current.successes >= 1 }
            let now = scene.store.current
            #expect(now.point.policySet.digest != before.point.policySet.digest)
            #expect(now.point.generation > before.point.generation)
            #expect(scene.log.messages.contains("policies reloaded"))
        }
    }

    @Test("files that are added and removed count")
    func files() async throws {
        try await run { scene in
            #expect(scene.store.current.point.policySet.policyCount == 1)
            try scene.files.write(CheckFixture.allow("{}"), to: "policies/b.yaml")
            try await eventually("there is one more") { scene.store.current.point.policySet.policyCount == 2 }
            try scene.files.remove("policies/b.yaml")
            try await eventually("there is one less") { scene.store.current.point.policySet.policyCount == 1 }
        }
    }

    @Test("policies with an error are refused with all diagnostics, those before stay, and what is mended is taken")
    func broken() async throws {
        try await run { scene in
            let before = scene.store.current
            try scene.files.write(Self.broken, to: "policies/b.yaml")
            try await eventually("they are refused") { scene.board.current.failures == 1 }
            #expect(scene.store.current === before)
            let problem = try #require(scene.board.current.problem)
            #expect(problem.errorCount == 1)
            #expect(problem.text.hasSuffix("b.yaml:5:3: unknown field `rulez` in `spec` [unknown-field]"), "\(problem)")
            let event = try #require(scene.log.events.first { $0.metadata["code"] != nil })
            #expect(event.metadata["code"] == "unknown-field")
            #expect(event.metadata["line"] == "5")
            #expect(event.metadata["column"] == "3")
            #expect(event.metadata["file"]?.description.hasSuffix("b.yaml") == true)
            #expect(scene.log.messages.contains("policies not reloaded; those before stay"))
            try scene.files.remove("policies/b.yaml")
            try await eventually("they are taken") { scene.board.current.successes == 1 }
            #expect(scene.board.current.problem == nil)
            #expect(scene.board.current.failures == 1, "it was tried once for each change")
        }
    }

    @Test("a request loads at once, changed or not")
    func requests() async throws {
        try await run(interval: .seconds(3600)) { scene in
            scene.request.yield()
            try await eventually("it was loaded") { scene.board.current.successes == 1 }
            try scene.files.write(Self.broken, to: "policies/b.yaml")
            scene.request.yield()
            try await eventually("it was refused") { scene.board.current.failures == 1 }
        }
    }
}
