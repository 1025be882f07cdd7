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
        interval: Duration = .milliseconds(2),
        loader: @Sendable (FileScene, @escaping PolicyLoad.Loader) -> PolicyLoad.Loader = { $1 },
        while body: @Sendable (Scene) async throws -> Void
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
        timing.rest = .milliseconds(2)
        let reloader = PolicyReloader(
            inputs: inputs, stamp: stamp, load: loader(files, load), store: store, keys: nil, board: board,
            timing: timing,
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
            #expect(event.metadata["line"]?.description == "5")
            #expect(event.metadata["column"]?.description == "3")
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

    @Test("a set whose files changed while it was read is not put in force: no request is decided by half of it")
    func swappedMeanwhile() async throws {
        let loads = Mutex<[String]>([])
        try await run(
            loader: { files, load in
                { (previous) throws(InputError) in
                    let loaded = try load(previous)
                    let isFirst = loads.withLock { loads in
                        loads.append(loaded.snapshot.point.policySet.digest)
                        return loads.count == 1
                    }
                    // The folder changes between reading and the end of the load.
                    if isFirst { try? files.write(Self.policy("third"), to: "policies/a.yaml", isAtomic: true) }
                    return loaded
                }
            },
            while: { scene in
                let seen = Mutex<Set<String>>([])
                try scene.write("second")
                try await eventually("a set is in force") {
                    seen.withLock { _ = $0.insert(scene.store.current.point.policySet.digest) }
                    return scene.board.current.successes == 1
                }
                let digests = loads.withLock { $0 }
                #expect(digests.count == 2)
                #expect(scene.store.current.point.policySet.digest == digests.last)
                #expect(!seen.withLock { $0 }.contains(digests[0]), "the half is in force at no time")
                #expect(scene.board.current.failures == 0)
            })
    }

    @Test("files that change at each load are refused, and somebody hears of it")
    func neverTheSame() async throws {
        let count = Mutex(0)
        try await run(
            loader: { files, load in
                { (previous) throws(InputError) in
                    let loaded = try load(previous)
                    let number = count.withLock { count in
                        count += 1
                        return count
                    }
                    try? files.write(Self.policy("p\(number)"), to: "policies/a.yaml", isAtomic: true)
                    return loaded
                }
            },
            while: { scene in
                let before = scene.store.current
                scene.request.yield()
                try await eventually("they are refused") { scene.board.current.failures >= 1 }
                #expect(scene.store.current === before)
                #expect(
                    scene.board.current.problem?.text.contains("the files change each time that they are read") == true)
            })
    }

    @Test("what failed for a reason outside the files is tried again without a change, and said once")
    func outsideReason() async throws {
        let count = Mutex(0)
        try await run(
            loader: { _, load in
                { (previous) throws(InputError) in
                    let number = count.withLock { count in
                        count += 1
                        return count
                    }
                    guard number > 3 else {
                        let place = SourceLocation(file: "a.yaml", line: 1, column: 1)
                        throw InputError([Diagnostic(.error, .unreadableInput, at: place, "too many open files")])
                    }
                    return try load(previous)
                }
            },
            while: { scene in
                scene.request.yield()
                try await eventually("they are loaded") { scene.board.current.successes == 1 }
                #expect(scene.board.current.failures == 3)
                #expect(scene.log.messages.count { $0 == "policies not reloaded; those before stay" } == 1)
            })
    }

    @Test("requests during a load are one more load, however many")
    func merged() async throws {
        let gate = Gate()
        let count = Mutex(0)
        try await run(
            interval: .seconds(3600),
            loader: { _, load in
                { (previous) throws(InputError) in
                    count.withLock { $0 += 1 }
                    gate.wait()
                    return try load(previous)
                }
            },
            while: { scene in
                scene.request.yield()
                try await eventually("the load has begun") { count.withLock { $0 } == 1 }
                for _ in 0..<12 { scene.request.yield() }
                gate.open()
                try await eventually("both are done") { scene.board.current.successes >= 2 }
                // Time for those that would be too many; who is slow here only misses them.
                try await Task.sleep(for: .milliseconds(300))
                // Some may have come when the second load was under way.
                #expect(count.withLock { $0 } < 6)
            })
    }

    @Test("a load that hangs does not keep the server from its end")
    func hangingLoad() async throws {
        let gate = Gate()
        let hasBegun = Mutex(false)
        defer { gate.open() }
        try await run(
            loader: { _, load in
                { (previous) throws(InputError) in
                    hasBegun.withLock { $0 = true }
                    gate.wait()
                    return try load(previous)
                }
            },
            while: { scene in
                scene.request.yield()
                try await eventually("the load has begun") { hasBegun.withLock { $0 } }
            })
    }
}
