/// Brings the document of a key set: one fetch, or two where the first one says where the keys are.
///
/// Together they may take the source's timeout, but for a look-up of names, which ``DocumentFetcher`` cannot end.
package struct KeySetDownload: Sendable {
    private let fetcher: DocumentFetcher
    private let cancellation: CancellationFlag
    private let now: @Sendable () -> ContinuousClock.Instant

    package init(
        fetcher: DocumentFetcher, cancellation: CancellationFlag,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.fetcher = fetcher
        self.cancellation = cancellation
        self.now = now
    }

    /// Blocks. For who asks once.
    package func document(from source: RemoteKeySource) throws -> [UInt8] {
        var memory = KeySetMemory()
        return try keySet(from: source, memory: &memory).document.body
    }

    /// Blocks. What was fetched before is asked for only if it has changed.
    ///
    /// - Parameter memory: Takes in an OpenID configuration that was good. The key set is for the caller to remember, once it
    ///   is known to be one.
    func keySet(from source: RemoteKeySource, memory: inout KeySetMemory) throws -> KeySetMemory.Entry {
        let deadline = now().advanced(by: source.timeout)
        var url = source.location.firstURL
        if case .discovery = source.location {
            let configuration = try fetch(url, until: deadline, remembered: memory.configuration)
            url = try OpenIDConfiguration(parsing: configuration.document.body.span).jwksURL
            memory.configuration = configuration
        }
        return try fetch(url, until: deadline, remembered: memory.keySet)
    }

    private func fetch(
        _ url: String, until deadline: ContinuousClock.Instant, remembered: KeySetMemory.Entry?
    ) throws -> KeySetMemory.Entry {
        let timeout = deadline - now()
        guard timeout > .zero else { throw FetchError.timedOut }
        let known = remembered?.url == url ? remembered : nil
        let validators = known.map { Validators(of: $0.document.headers) }
        let answer = try fetcher.fetch(url, since: validators, timeout: timeout, cancellation: cancellation)
        switch answer {
        case .document(let document): return KeySetMemory.Entry(url: url, document: document)
        case .notModified(let headers):
            // The fetcher takes 304 only as the answer to a question that had validators.
            guard var entry = known else { throw FetchError.status(304) }
            entry.document.headers["age"] = nil
            entry.document.headers.merge(headers) { $1 }
            return entry
        }
    }
}
