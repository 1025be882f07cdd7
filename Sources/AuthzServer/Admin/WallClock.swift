import Glibc

/// The time of this host.
package enum WallClock {
    /// Seconds since 1970.
    @Sendable package static func seconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }
}
