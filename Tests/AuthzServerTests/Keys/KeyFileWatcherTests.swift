import AuthzEngine
import AuthzServer
import AuthzTestSupport
import AuthzToken
import Foundation
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct KeyFileWatcherTests {
    /// Read when the policies were.
    private static let first = KeyScene.keySet(.p256, keyID: "first")
    private static let old = KeyScene.keySet(.p256, keyID: "old")
    private static let new = KeyScene.keySet(.p256, keyID: "new")

    /// The state of things while a file is watched.
    private struct Scene: Sendable {
        let folder: URL
        let store: SnapshotStore
        let board: KeyStatusBoard
        let log: LogRecorder

        var path: String { folder.appending(path: "keys.json").path() }
        var keyIDs: [String]? { store.current.point.keySets[0]?.keys.compactMap(\.keyID) }

        func write(_ text: String, to name: String = "keys.json", isAtomic: Bool = false) throws {
            try Data(text.utf8).write(to: folder.appending(path: name), options: isAtomic ? .atomic : [])
        }
    }

    private func run(
        _ prepare: (Scene) throws -> Void, while body: @Sendable (Scene) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "authz-keys-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "keys.json").path()
        let keySet = try KeySet(jwks: Self.first.utf8.span, origin: .file(path))
        let (store, log) = (try CheckFixture(KeyScene.policies, keySets: [keySet]).store, LogRecorder())
        let board = KeyStatusBoard([KeySourceStatus(kind: .file, name: "keys.json")])
        let scene = Scene(folder: folder, store: store, board: board, log: log)
        try prepare(scene)
        let watcher = KeyFileWatcher(
            paths: [path], interval: .milliseconds(2),
            sink: KeyInstaller(names: [.file(path)], store: store, options: KeyOptions()), board: board,
            logger: log.logger)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watcher.run() }
                try await body(scene)
                group.cancelAll()
            }
            try FileManager.default.removeItem(at: folder)
        } catch {
            try FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    @Test("a file that is written to or replaced is read again", arguments: [false, true])
    func changes(isAtomic: Bool) async throws {
        try await run {
            try $0.write(Self.old)
        } while: { scene in
            try await eventually("it was read") { scene.keyIDs == ["old"] }
            try scene.write(Self.new, isAtomic: isAtomic)
            try await eventually("it was read again") { scene.keyIDs == ["new"] }
            #expect(scene.board.all[0].keyCount == 1)
            #expect(scene.store.current.point.keySets[0]?.origin == .file(scene.path))
        }
    }

    @Test("a link to a folder that is swapped, as in a Kubernetes mount, leads to another file")
    func swaps() async throws {
        try await run { scene in
            for (name, text) in [("1", Self.old), ("2", Self.new)] {
                try FileManager.default.createDirectory(
                    at: scene.folder.appending(path: name), withIntermediateDirectories: false)
                try scene.write(text, to: "\(name)/keys.json")
            }
            #expect(symlink("1", scene.folder.appending(path: "..data").path()) == 0)
            #expect(symlink("..data/keys.json", scene.path) == 0)
        } while: { scene in
            try await eventually("it was read") { scene.keyIDs == ["old"] }
            let next = scene.folder.appending(path: "..next").path()
            #expect(symlink("2", next) == 0)
            #expect(rename(next, scene.folder.appending(path: "..data").path()) == 0)
            try await eventually("it was read again") { scene.keyIDs == ["new"] }
        }
    }

    @Test("the same contents are no new set")
    func touched() async throws {
        try await run {
            try $0.write(Self.old)
        } while: { scene in
            try await eventually("it was read") { scene.keyIDs == ["old"] }
            let before = scene.store.current.point.keySets[0]
            let confirmations = scene.board.all[0].confirmations
            try scene.write(Self.old, isAtomic: true)
            try await eventually("it was looked at") { scene.board.all[0].confirmations > confirmations + 1 }
            #expect(scene.store.current.point.keySets[0] === before)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        /// `nil`: the file is removed.
        var text: String?
        var problem: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "SR-27: a file that is broken leaves the keys before it, and the log says once what is wrong and where",
        arguments: [
            Case(text: "{\n  \"keys\": [}", problem: ":2:12: Jwks is an invalid JSON", why: "not JSON"),
            Case(text: #"{"keys": []}"#, problem: ":1:1: Jwks doesn't have any valid public key", why: "no keys"),
            Case(text: "", problem: ":1:1: Jwks is an invalid JSON", why: "empty"),
            Case(text: nil, problem: "cannot be read: there is no such file", why: "gone"),
        ])
    func broken(_ c: Case) async throws {
        try await run {
            try $0.write(Self.old)
        } while: { scene in
            try await eventually("it was read") { scene.keyIDs == ["old"] }
            if let text = c.text {
                try scene.write(text, isAtomic: true)
            } else {
                try FileManager.default.removeItem(atPath: scene.path)
            }
            try await eventually("it was looked at twice") { scene.board.all[0].failures >= 2 }
            #expect(scene.keyIDs == ["old"])
            #expect(scene.board.all[0].lastError?.hasSuffix(c.problem) == true, "\(scene.board.all[0].lastError ?? "")")
            #expect(scene.log.errors.count == 1)
            #expect(scene.log.errors.first?.contains("keys.json") == true)
            try scene.write(Self.new)
            // The status follows the keys by a moment.
            try await eventually("it was mended") { scene.keyIDs == ["new"] && scene.board.all[0].lastError == nil }
        }
    }

    /// Holds whoever reads the first of two files. A class because both sides change it.
    private final class SlowSink: KeySetSink {
        let isReading = Atomic(false)
        let hasReadOn = Atomic(false)
        let installs = Atomic(0)
        let gate = Gate()

        func read(_ document: [UInt8], of source: Int) -> KeySetAnswer {
            if source == 0 {
                isReading.store(true, ordering: .relaxed)
                gate.wait()
            } else {
                hasReadOn.store(true, ordering: .relaxed)
            }
            return .keySet(ReadKeySet(keys: 1) { self.installs.add(1, ordering: .relaxed) })
        }

        func removeKeys(of source: Int) {}
    }

    @Test("a look that outlasts its task puts nothing in force")
    func cancelled() async throws {
        let files = try FileScene()
        for name in ["a.json", "b.json"] { try files.write(Self.old, to: name) }
        let sink = SlowSink()
        let statuses = ["a", "b"].map { KeySourceStatus(kind: .file, name: $0) }
        let watcher = KeyFileWatcher(
            paths: [files.path("a.json"), files.path("b.json")], sink: sink, board: KeyStatusBoard(statuses),
            logger: LogRecorder().logger)
        let task = Task { try await watcher.run() }
        try await eventually("it reads") { sink.isReading.load(ordering: .relaxed) }
        task.cancel()
        try await task.value
        sink.gate.open()
        try await eventually("it read the next") { sink.hasReadOn.load(ordering: .relaxed) }
        #expect(sink.installs.load(ordering: .relaxed) == 0)
    }
}
