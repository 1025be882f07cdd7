/// What is known of the watched files of a listener: whether they have to be read again, and whether a problem is new.
struct TLSFileState {
    private var stamps: [FileStamp?]?
    private var isSettled = false
    /// Whether the last look could not read the files: their stamps then say nothing.
    private var isUnread = false
    private var problem: TLSFileError?

    /// Whether the files may hold something else than at the last look.
    ///
    /// After a change they are read once more at the next look: two changes within one tick of the file system's clock look like
    /// one.
    mutating func needsReading(_ stamps: [FileStamp?]) -> Bool {
        if stamps != self.stamps || isUnread {
            self.stamps = stamps
            isUnread = false
            isSettled = false
            return true
        }
        defer { isSettled = true }
        return !isSettled
    }

    mutating func succeeded() {
        problem = nil
    }

    /// They could not be used. What could not be read, be it that too many files were open, is tried again at the next look.
    ///
    /// - Returns: Whether that is not yet known.
    mutating func failed(with problem: TLSFileError) -> Bool {
        if case .unreadable = problem { isUnread = true }
        defer { self.problem = problem }
        return self.problem != problem
    }
}
