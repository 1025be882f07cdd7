/// What a document is.
package enum KeySetAnswer: Sendable {
    case keySet(ReadKeySet)
    /// It is no key set, or an empty one. The keys before it stay.
    case refused(reason: String)
}
