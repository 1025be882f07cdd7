import AuthzCore

/// What is known of the keys of a map by their bytes, from the maps read before. A proxy sends nearly the same keys in the same order
/// with each check, and comparing one with the last at its place is cheaper than looking at its bytes anew.
///
/// INVARIANT: what is kept of a key depends on its bytes alone, and all of them are compared.
struct KeyMemory {
    struct Key {
        /// 0 where nothing is remembered.
        fileprivate(set) var count: UInt8 = 0
        /// Whether it is one of letters in lower case, digits and `-`.
        var isName = false
        /// Of a name, as ``KnownHeaders/kind(of:in:)`` says; 0 for any other key.
        var kind: UInt8 = 0
        /// The one of ``TextMap/bit(of:in:)``.
        var bit: UInt64 = 0
    }

    /// At later places, and of longer keys, nothing is remembered.
    private static let places = 32
    private static let maximumBytes = 32

    private var keys: [Key] = []
    private var bytes: [UInt8] = []

    /// What is known of a key; `nil` where another one stood at its place.
    ///
    /// - Parameter key: So many bytes.
    @inline(__always)
    func recall(_ key: UnsafeRawPointer, count: Int, at place: Int) -> Key? {
        guard place < keys.count, Int(keys[place].count) == count, count > 0 else { return nil }
        let isSame = bytes.withUnsafeBytes { bytes in
            // INVARIANT: there are `maximumBytes` for each key.
            bytes.baseAddress.map { ByteClass.areEqual(key, $0 + place * Self.maximumBytes, count: count) } ?? false
        }
        return isSame ? keys[place] : nil
    }

    /// Remembers a key in place of the one before.
    mutating func remember(_ found: Key, of key: UnsafeRawPointer, count: Int, at place: Int) {
        guard place < Self.places, (1...Self.maximumBytes).contains(count) else { return }
        if keys.isEmpty {
            keys = [Key](repeating: Key(), count: Self.places)
            bytes = [UInt8](repeating: 0, count: Self.places * Self.maximumBytes)
        }
        keys[place] = found
        keys[place].count = UInt8(count)
        bytes.withUnsafeMutableBytes { bytes in
            bytes.baseAddress?.advanced(by: place * Self.maximumBytes).copyMemory(from: key, byteCount: count)
        }
    }
}
