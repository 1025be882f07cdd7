/// Brings the document of a key set: one fetch, or two where the first one says where the keys are.
struct KeySetDownload {
    let fetcher: DocumentFetcher
    let cancellation: CancellationFlag

    /// Blocks. For who asks once.
    func document(from source: RemoteKeySource) throws -> [UInt8] {
        var memory = KeySetMemory()
        return try keySet(from: source, memory: &memory).document.body
    }

    /// Blocks. What was fetched before is asked for only if it has changed.
    ///
    /// - Parameter memory: Takes in an OpenID configuration that was good. The key set is for the caller to remember, once it
    ///   is known to be one.
    func keySet(from source: RemoteKeySource, memory: inout KeySetMemory) throws -> KeySetMemory.Entry {
        var url = source.location.firstURL
        if case .discovery = source.location {
            let configuration = try fetch(url, source.timeout, remembered: memory.configuration)
            url = try OpenIDConfiguration(parsing: configuration.document.body.span).jwksURL
            memory.configuration = configuration
        }
        return try fetch(url, source.timeout, remembered: memory.keySet)
    }

    private func fetch(
        _ url: String, _ timeout: Duration, remembered: KeySetMemory.Entry?
    ) throws -> KeySetMemory.Entry {
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
