import AuthzEngine
package import AuthzToken
package import Logging
import ServiceLifecycle
import Synchronization

/// Keeps the keys of a server fresh while its policies change: what is fetched, and what files hold.
///
/// Each source has a life of its own. One that the next policies name in the same way goes on undisturbed, with its schedule, its
/// memory and its keys; a new one starts; one that is gone stops. A class because the reloader and the service share its state.
package final class KeyKeeper: Service {
    private struct Child {
        var service: any Service
        var board: KeyStatusBoard
    }

    /// The states of the sources of the policies in force.
    package let board = KeyStatusBoard()

    private let store: SnapshotStore
    private let schedule: KeySchedule
    private let fetcher: DocumentFetcher
    private let fileInterval: Duration
    private let options: KeyOptions
    private let logger: Logger
    private let children = Mutex<[KeySourceName: Child]>([:])
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    /// - Parameter fileInterval: How often files are looked at.
    package init(
        store: SnapshotStore, schedule: KeySchedule, fetcher: DocumentFetcher, fileInterval: Duration = .seconds(1),
        options: KeyOptions, logger: Logger
    ) {
        self.store = store
        self.schedule = schedule
        self.fetcher = fetcher
        self.fileInterval = fileInterval
        self.options = options
        self.logger = logger
        (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        adopt(store.current)
    }

    /// From here on it is the sources of these policies that are kept fresh.
    package func adopt(_ snapshot: ServedSnapshot) {
        children.withLock { children in
            var next: [KeySourceName: Child] = [:]
            var boards: [KeyStatusBoard] = []
            for (index, name) in snapshot.keySourceNames.enumerated() {
                // Standard input can be read only once.
                guard let name, name != .file("-"), next[name] == nil else { continue }
                let child = children[name] ?? child(for: name, at: index, of: snapshot)
                next[name] = child
                boards.append(child.board)
            }
            children = next
            board.setParts(boards)
        }
        change.yield()
    }

    /// Returns when its task is cancelled or the group shuts down gracefully; fetches under way are given up then.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var running: [KeySourceName: (board: KeyStatusBoard, task: Task<Void, any Error>)] = [:]
            for await _ in changes {
                let wanted = children.withLock { $0 }
                // A source that went and came again between two looks is another one.
                for (name, child) in running where wanted[name]?.board !== child.board {
                    child.task.cancel()
                    running[name] = nil
                }
                for (name, child) in wanted where running[name] == nil {
                    running[name] = (child.board, Task { try await child.service.run() })
                }
            }
            for child in running.values { child.task.cancel() }
            for child in running.values { _ = await child.task.result }
        }
    }

    private func child(for name: KeySourceName, at index: Int, of snapshot: ServedSnapshot) -> Child {
        let installer = KeyInstaller(names: [name], store: store, options: options)
        switch name {
        case .remote(let location, let issuer, let timeout):
            let board = KeyStatusBoard([KeySourceStatus(location: location, issuer: issuer)])
            let refresher = KeyRefresher(
                sources: [RemoteKeySource(location: location, timeout: timeout)], schedule: schedule, fetcher: fetcher,
                sink: installer, demand: KeyDemand(sharing: [(snapshot.demand, index)]), board: board, logger: logger)
            return Child(service: refresher, board: board)
        case .file(let path):
            let board = KeyStatusBoard([status(ofFile: path, name, in: snapshot)])
            let watcher = KeyFileWatcher(
                paths: [path], interval: fileInterval, sink: installer, board: board, logger: logger)
            return Child(service: watcher, board: board)
        }
    }

    private func status(ofFile path: String, _ name: KeySourceName, in snapshot: ServedSnapshot) -> KeySourceStatus {
        let places = snapshot.keySourceNames.indices.filter { snapshot.keySourceNames[$0] == name }
        let issuers = Set(places.map(snapshot.point.policySet.issuer))
        var status = KeySourceStatus(kind: .file, name: path, issuer: issuers.count == 1 ? issuers.first ?? "" : "")
        status.hasBeenTried = true
        status.keyCount = places.first.flatMap { snapshot.point.keySets[$0]?.keys.count }
        return status
    }
}
