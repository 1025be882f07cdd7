/// When policies are loaded again: once their files have changed and come to rest, or when somebody asks.
///
/// A value that does no I/O: its owner performs the action that each event returns, and reports back. A change is not acted on at the
/// first look, because whoever writes a file or a folder may not be done, and because two changes within one tick of the file
/// system's clock look like one.
package struct ReloadState<Stamp: Equatable & Sendable>: Sendable {
    /// What the owner is to do.
    package enum Action: Sendable, Hashable {
        /// Look at the files after the usual time.
        case wait
        /// Look again soon: something is changing.
        case waitBriefly
        /// Load, then report ``finished()``.
        case load
    }

    private enum Phase: Sendable, Equatable {
        case atRest
        /// Changes were seen at so many looks in a row.
        case changing(looks: Int)
        /// - Parameter again: Whether somebody has asked meanwhile.
        case loading(again: Bool)
    }

    /// Files that never come to rest are loaded at this look.
    package static var maximumLooks: Int { 10 }

    private var phase = Phase.atRest
    private var stamp: Stamp

    /// - Parameter stamp: Taken before the policies in force were read.
    package init(stamp: Stamp) {
        self.stamp = stamp
    }

    /// The files have been looked at. While they are being loaded, a look changes nothing: the next one tells.
    ///
    /// - Parameter isChange: Whether what was seen then and what is seen now make a load worthwhile.
    package mutating func looked(
        _ stamp: Stamp, isChange: (_ before: Stamp, _ now: Stamp) -> Bool = { $0 != $1 }
    ) -> Action {
        if case .loading = phase { return .wait }
        let isChanged = isChange(self.stamp, stamp)
        self.stamp = stamp
        switch phase {
        case .loading: return .wait
        case .atRest:
            guard isChanged else { return .wait }
            phase = .changing(looks: 1)
            return .waitBriefly
        case .changing(let looks):
            guard isChanged, looks < Self.maximumLooks else { return load() }
            phase = .changing(looks: looks + 1)
            return .waitBriefly
        }
    }

    /// Somebody asks, whatever the files look like.
    ///
    /// - Parameter stamp: Taken now.
    /// - Returns: `nil` while they are being loaded: it happens once more afterwards.
    package mutating func requested(_ stamp: Stamp) -> Action? {
        if case .loading = phase {
            phase = .loading(again: true)
            return nil
        }
        self.stamp = stamp
        return load()
    }

    /// They have been loaded, or refused.
    package mutating func finished() -> Action {
        guard phase == .loading(again: true) else {
            phase = .atRest
            return .wait
        }
        return load()
    }

    private mutating func load() -> Action {
        phase = .loading(again: false)
        return .load
    }
}
