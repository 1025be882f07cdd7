/// One key set to be fetched and kept fresh, whichever number of rules use it.
package struct RemoteKeySource: Sendable, Hashable {
    package var location: KeyLocation
    /// For each of its fetches.
    package var timeout: Duration

    package init(location: KeyLocation, timeout: Duration = .seconds(5)) {
        self.location = location
        self.timeout = timeout
    }
}
