import Glibc

/// The time of this host.
package enum WallClock {
    /// Seconds since 1970.
    @Sendable package static func seconds() -> Int64 {
        var time = timespec()
        // The coarse one is a few milliseconds late and takes a fifth of the time.
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return Int64(time.tv_sec)
    }
}
