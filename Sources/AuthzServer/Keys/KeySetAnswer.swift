/// What became of a document.
package enum KeySetAnswer: Sendable, Hashable {
    /// It is in force with this many usable keys. The remarks name the elements that verify nothing, a sentence each.
    case installed(keys: Int, remarks: [String] = [])
    /// It is no key set, or an empty one. The keys before it stay.
    case refused(reason: String)
}
