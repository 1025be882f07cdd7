/// When policies are loaded again: once their files have changed and come to rest, when somebody asks, or some time after a load
/// that failed for a reason outside the files.
///
/// A value that does no I/O: its owner performs the action that each event returns, and reports back. A change is not acted on at the
/// first look, because whoever writes a file or a folder may not be done, and because two changes within one tick of the file
/// system's clock look like one.
package struct ReloadState<Stamp: Equatable & Sendable>: Sendable {
    /// What the owner is to do.
    package enum Action: Sendable, Hashable {
        /// Look at the files after the usual time.
        case wait
        /// Look again once a writer had time to go on: something is changing.
        case waitForRest
        /// Load, then report ``finished(_:isToRetry:)`` or ``changedMeanwhile(_:)``.
        case load
    }

    private enum Phase: Sendable, Equatable {
        case atRest
        /// Changes were seen at so many looks in a row.
        case changing(looks: Int)
        /// - Parameters:
        ///   - looks: At which changes were seen before.
        ///   - again: Whether somebody has asked meanwhile.
        case loading(looks: Int, again: Bool)
    }

    /// Files that never come to rest are loaded at this look; and files that change during each of so many loads are given up.
    package static var maximumLooks: Int { 10 }
    /// After so many looks what failed for a reason outside the files is tried again.
    package static var looksToRetry: Int { 10 }

    private var phase = Phase.atRest
    private var stamp: Stamp
    /// How many looks are left until the next try; `nil` where none is due.
    private var looksLeft: Int?
    /// Whether the last load was begun because the one before failed, and for no other reason.
    package private(set) var isRetry = false

    /// - Parameter stamp: Taken before the policies in force were read.
    package init(stamp: Stamp) {
        self.stamp = stamp
    }

    /// The files have been looked at. While they are being loaded, a look changes nothing: the next one tells.
    ///
    /// - Parameter isChange: Whether what was seen then and what is seen now make a load worthwhile.
    package mutating func looked(_ stamp: Stamp, isChange: (_ before: Stamp, _ now: Stamp) -> Bool) -> Action {
        if case .loading = phase { return .wait }
        let isChanged = isChange(self.stamp, stamp)
        self.stamp = stamp
        switch phase {
        case .loading: return .wait
        case .atRest:
            guard isChanged else { return retry() }
            phase = .changing(looks: 1)
            return .waitForRest
        case .changing(let looks):
            guard isChanged, looks < Self.maximumLooks else { return load(looks: looks) }
            phase = .changing(looks: looks + 1)
            return .waitForRest
        }
    }

    /// Somebody asks, whatever the files look like.
    ///
    /// - Returns: `nil` while they are being loaded: it happens once more afterwards.
    package mutating func requested() -> Action? {
        switch phase {
        case .loading(let looks, _):
            phase = .loading(looks: looks, again: true)
            return nil
        case .atRest: return load(looks: 0)
        case .changing(let looks): return load(looks: looks)
        }
    }

    /// They have been loaded, or refused.
    ///
    /// - Parameters:
    ///   - stamp: Taken before they were read; `nil` where they could not be looked at.
    ///   - isToRetry: Whether they were refused for what the files may have nothing to do with.
    package mutating func finished(_ stamp: Stamp?, isToRetry: Bool) -> Action {
        if let stamp { self.stamp = stamp }
        looksLeft = isToRetry ? Self.looksToRetry : nil
        if case .loading(_, again: true) = phase { return load(looks: 0) }
        phase = .atRest
        return .wait
    }

    /// The files changed while they were loaded, so what was read is of no one moment and counts for nothing.
    ///
    /// - Parameter stamp: Taken afterwards.
    /// - Returns: Whether that is so for so long that somebody has to hear of it. They are looked at again in any case.
    package mutating func changedMeanwhile(_ stamp: Stamp) -> Bool {
        self.stamp = stamp
        guard case .loading(let looks, _) = phase, looks < Self.maximumLooks else {
            phase = .changing(looks: 1)
            return true
        }
        phase = .changing(looks: looks + 1)
        return false
    }

    private mutating func retry() -> Action {
        guard let left = looksLeft else { return .wait }
        looksLeft = left - 1
        return left > 1 ? .wait : load(looks: 0, isRetry: true)
    }

    private mutating func load(looks: Int, isRetry: Bool = false) -> Action {
        self.isRetry = isRetry
        phase = .loading(looks: looks, again: false)
        return .load
    }
}
