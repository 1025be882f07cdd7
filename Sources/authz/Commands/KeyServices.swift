import AuthzEngine
import AuthzServer
import AuthzToken
import Logging
import ServiceLifecycle

/// What keeps the keys of a server fresh: those that are fetched, and those of files.
struct KeyServices {
    let board: KeyStatusBoard
    let services: [any Service]

    init(of store: SnapshotStore, settings: ServeSettings, logger: Logger) {
        let snapshot = store.current
        let policySet = snapshot.point.policySet
        let options = policySet.options.keyOptions
        let sources = RemoteKeySource.all(of: snapshot.point)
        // Standard input can be read only once.
        let files = KeyFile.all(of: snapshot.point).filter { $0.path != "-" }
        board = KeyStatusBoard(
            sources.map {
                KeySourceStatus(location: $0.location, issuer: policySet.issuer(ofKeySource: $0.index))
            } + files.map { Self.status(of: $0, at: snapshot.point) })
        services = [
            KeyRefresher(
                sources: sources, schedule: settings.keySchedule, fetcher: settings.fetcher,
                sink: KeyInstaller(sources: sources, store: store, options: options), demand: snapshot.demand,
                board: board, logger: logger),
            KeyFileWatcher(
                files: files, sink: KeyInstaller(files: files, store: store, options: options), board: board,
                firstStatus: sources.count, logger: logger),
        ]
    }

    private static func status(of file: KeyFile, at point: DecisionPoint) -> KeySourceStatus {
        let issuers = Set(file.indices.map(point.policySet.issuer))
        var status = KeySourceStatus(
            kind: .file, name: file.path, issuer: issuers.count == 1 ? issuers.first ?? "" : "")
        status.hasBeenTried = true
        status.keyCount = file.indices.first.flatMap { point.keySets[$0]?.keys.count }
        return status
    }
}
