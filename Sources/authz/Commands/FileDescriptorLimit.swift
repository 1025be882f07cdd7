import Glibc

/// How many files and connections the process may have open.
///
/// Whoever opens connections must not take from the server what it needs to read its files and to fetch keys.
struct FileDescriptorLimit {
    /// `RLIMIT_NOFILE`, as it is in force.
    let count: Int

    /// Raises the limit as far as the system lets the process, which starts with less for the sake of programs that use `select`.
    static func raised() -> FileDescriptorLimit {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return FileDescriptorLimit(count: 1024) }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        if setrlimit(resource, &limit) != 0 { limit.rlim_cur = before }
        return FileDescriptorLimit(count: Int(clamping: limit.rlim_cur))
    }

    /// How many connections each of the listeners may keep.
    ///
    /// What is left of the limit besides is for the event loops (three for each core), for logs and listeners, for files that are read
    /// again, and for fetches of keys (four each).
    ///
    /// - Parameters:
    ///   - wanted: The most that it should be.
    ///   - listeners: How many there are.
    ///   - keySources: Key sets that are fetched.
    ///   - cores: Of this host.
    func connections(atMost wanted: Int, listeners: Int, keySources: Int, cores: Int) -> Int {
        let reserve = 64 + 4 * cores + 4 * min(keySources, count / 16)
        return max(1, min(wanted, (count - reserve) / listeners))
    }
}
