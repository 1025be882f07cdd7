/// Brings the document of a key set: one fetch, or two where the first one says where the keys are.
struct KeySetDownload {
    let fetcher: DocumentFetcher
    let cancellation: CancellationFlag

    /// Blocks.
    func document(from source: RemoteKeySource) throws -> [UInt8] {
        let first = try fetch(source.location.firstURL, source.timeout)
        guard case .discovery = source.location else { return first }
        return try fetch(try OpenIDConfiguration(parsing: first.span).jwksURL, source.timeout)
    }

    private func fetch(_ url: String, _ timeout: Duration) throws -> [UInt8] {
        try fetcher.fetch(url, timeout: timeout, cancellation: cancellation).body
    }
}
