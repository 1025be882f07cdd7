/// Asks a server whether it is ready.
package struct HealthProbe: Sendable {
    package struct Answer: Sendable, Equatable {
        package var isReady: Bool
        /// One line.
        package var text: String
    }

    private let url: String
    private let timeout: Duration

    /// - Parameter url: Of `/readyz`.
    package init(url: String, timeout: Duration = .seconds(3)) {
        self.url = url
        self.timeout = timeout
    }

    /// - Throws: Where no thread can be started.
    package func ask() async throws -> Answer {
        var limits = FetchLimits()
        limits.allowsHTTP = true
        let fetcher = DocumentFetcher(limits: limits, addresses: AddressGuard(blocked: []))
        return try await BlockingCall.run { [url, timeout] in
            do throws(FetchError) {
                _ = try fetcher.fetch(url, since: nil, timeout: timeout)
                return Answer(isReady: true, text: "ready")
            } catch .status(503) {
                return Answer(isReady: false, text: "not ready")
            } catch {
                return Answer(isReady: false, text: "not ready: \(url): \(error)")
            }
        }
    }
}
