/// Where documents of key sets go.
package protocol KeySetSink: Sendable {
    /// Judges a document and changes nothing. What that costs is up to whoever wrote it, so it is for a thread of its own.
    ///
    /// - Parameter source: Its place in the list of sources.
    func read(_ document: [UInt8], of source: Int) -> KeySetAnswer
    /// Takes the keys of a source out of force: its tokens then fail with `keys-unavailable`.
    func removeKeys(of source: Int)
}
