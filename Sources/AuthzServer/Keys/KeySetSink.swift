/// Where documents of key sets go.
package protocol KeySetSink: Sendable {
    /// Puts the keys of a document in force, if it is a key set.
    ///
    /// - Parameter source: Its place in the list of sources.
    func install(_ document: [UInt8], of source: Int) -> KeySetAnswer
    /// Takes the keys of a source out of force: its tokens then fail with `keys-unavailable`.
    func removeKeys(of source: Int)
}
