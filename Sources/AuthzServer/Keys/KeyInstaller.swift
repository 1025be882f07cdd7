import AuthzEngine
package import AuthzToken

/// Turns documents into key sets in force.
///
/// A document replaces the keys held if Envoy would take it as a key set: an object with a list `keys` in which it can use at least
/// one. So `{"keys": []}` counts as an answer that went wrong, like a page of HTML. A set whose keys Envoy would use and we leave
/// out, all of them, does replace the old one: the issuer has said which keys are its own, and those before are not.
package struct KeyInstaller: KeySetSink {
    /// How many elements that verify nothing are named one by one.
    private static let maximumRemarks = 8

    private let names: [KeySourceName]
    private let store: SnapshotStore
    private let options: KeyOptions

    /// - Parameter names: By the places in the list of sources. What no policy names any more is installed nowhere.
    package init(names: [KeySourceName], store: SnapshotStore, options: KeyOptions) {
        self.names = names
        self.store = store
        self.options = options
    }

    package func read(_ document: [UInt8], of source: Int) -> KeySetAnswer {
        do throws(KeySetError) {
            let keySet = try KeySet(jwks: document.span, origin: names[source].origin, options: options)
            return .keySet(
                ReadKeySet(keys: keySet.keys.count, remarks: Self.remarks(on: keySet.skipped)) {
                    store.install(keySet, for: names[source])
                })
        } catch {
            return .refused(reason: error.text)
        }
    }

    private static func remarks(on skipped: [SkippedKey]) -> [String] {
        let named = skipped.prefix(maximumRemarks).map(\.message)
        let others = skipped.count - named.count
        return others == 0 ? named : named + ["… and \(others) more"]
    }

    package func removeKeys(of source: Int) {
        store.install(nil, for: names[source])
    }
}
