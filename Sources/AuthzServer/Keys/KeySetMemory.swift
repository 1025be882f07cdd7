/// What the last good fetch of a source left, so that the next one need bring only what is new.
struct KeySetMemory: Sendable {
    /// A document that was good, and the URL that brought it.
    struct Entry: Sendable {
        var url: String
        var document: FetchedDocument
    }

    /// Of a source that is discovered.
    var configuration: Entry?
    var keySet: Entry?
    /// ``keySet``, read.
    var read: ReadKeySet?
}
