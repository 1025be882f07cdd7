/// What is known of a watched file: whether it has to be read again, and whether a problem with it is new.
struct KeyFileState {
    private var stamp: FileStamp?
    private var isSettled = false
    /// Whether the last look could not read the file: its stamp then says nothing.
    private var isUnread = false
    /// Of the set in force.
    private var content: [UInt8]?
    private var problem: String?

    /// Whether the file may hold something else than at the last look.
    ///
    /// After a change it is read once more at the next look: two changes within one tick of the file system's clock look like one.
    mutating func needsReading(_ stamp: FileStamp?) -> Bool {
        if stamp != self.stamp || isUnread {
            self.stamp = stamp
            isUnread = false
            isSettled = false
            return true
        }
        defer { isSettled = true }
        return !isSettled
    }

    /// Whether the file holds what is in force.
    func isInForce(_ content: [UInt8]) -> Bool { content == self.content }

    /// The file holds a key set, which is in force now.
    mutating func succeeded(with content: [UInt8]) {
        self.content = content
        problem = nil
    }

    /// The file could not be read, be it that too many files were open: it is tried again at the next look, changed or not.
    ///
    /// - Returns: Whether that is not yet known.
    mutating func couldNotBeRead(_ problem: String) -> Bool {
        isUnread = true
        return failed(with: problem)
    }

    /// The file is too large, or holds no key set.
    ///
    /// - Returns: Whether that is not yet known.
    mutating func failed(with problem: String) -> Bool {
        defer { self.problem = problem }
        return self.problem != problem
    }
}
