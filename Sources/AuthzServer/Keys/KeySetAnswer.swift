/// What became of a fetched document.
package enum KeySetAnswer: Sendable, Hashable {
    /// It is in force with this many usable keys.
    case installed(keys: Int)
    /// It is no key set, or an empty one. The keys before it stay.
    case refused(reason: String)
}
