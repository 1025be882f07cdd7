package import AuthzEngine

/// One key set to be fetched and kept fresh, whichever number of rules use it.
package struct RemoteKeySource: Sendable, Hashable {
    /// Index in the key sources of the policy set.
    package var index: Int
    package var location: KeyLocation
    /// For all that one set needs: where it is discovered, for both fetches together.
    package var timeout: Duration

    package init(index: Int = 0, location: KeyLocation, timeout: Duration = .seconds(5)) {
        self.index = index
        self.location = location
        self.timeout = timeout
    }

    /// The sources of a decision point that have to be fetched: those that are neither inline nor have keys already.
    package static func all(of point: DecisionPoint) -> [RemoteKeySource] {
        point.policySet.keySources.indices.compactMap { index in
            guard point.keySets[index] == nil else { return nil }
            switch point.policySet.keySources[index] {
            case .inline: return nil
            case .uri(let url, let timeout):
                return RemoteKeySource(index: index, location: .url(url), timeout: timeout)
            case .discovery(let issuer, let timeout):
                return RemoteKeySource(index: index, location: .discovery(issuer: issuer), timeout: timeout)
            }
        }
    }
}
