/// What one fetch may use.
package struct FetchLimits: Sendable, Hashable {
    /// Body bytes of the answer, decoded or not; 1 MiB by default.
    package var maximumBytes = 1 << 20
    /// Header bytes of all answers of one fetch.
    package var maximumHeaderBytes = 64 << 10
    package var maximumRedirects = 3
    /// From the first look-up to the last byte, redirects included.
    package var timeout: Duration = .seconds(5)
    /// Whether `http:` is fetched, too.
    package var allowsHTTP = false

    package init() {}
}
