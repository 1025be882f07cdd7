import AuthzEngine
package import AuthzToken

/// Turns fetched documents into key sets in force.
package struct KeyInstaller: Sendable {
    private let sources: [RemoteKeySource]
    private let store: SnapshotStore
    private let options: KeyOptions

    package init(sources: [RemoteKeySource], store: SnapshotStore, options: KeyOptions) {
        self.sources = sources
        self.store = store
        self.options = options
    }

    /// Puts the keys of a document in force; a document that Envoy would refuse changes nothing.
    ///
    /// - Parameter position: In the list of sources.
    package func install(_ document: [UInt8], of position: Int) -> KeySetAnswer {
        do throws(KeySetError) {
            let keySet = try KeySet(jwks: document.span, origin: .fetched, options: options)
            store.install(keySet, for: sources[position].index)
            return .installed(keys: keySet.keys.count)
        } catch {
            return .refused(reason: error.text)
        }
    }
}
