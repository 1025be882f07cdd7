import AuthzServer

extension KeyInstaller {
    /// What became of a document.
    enum Installation: Equatable {
        case installed(keys: Int, remarks: [String] = [])
        case refused(reason: String)
    }

    /// Puts a document in force, if it is a key set.
    @discardableResult
    func install(_ document: [UInt8], of source: Int) -> Installation {
        switch read(document, of: source) {
        case .keySet(let keySet):
            keySet.install()
            return .installed(keys: keySet.keys, remarks: keySet.remarks)
        case .refused(let reason): return .refused(reason: reason)
        }
    }
}
