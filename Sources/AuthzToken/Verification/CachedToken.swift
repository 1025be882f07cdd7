internal import AuthzCore

/// A token that was verified, and what was read of it. A class so that a hit passes one reference around.
final class CachedToken: Sendable {
    let requirements: UniqueNumber
    let keySet: UniqueNumber
    let token: [UInt8]
    let times: TokenTimes
    let payload: Range<Int>
    let header: JSONTape
    let claims: JSONTape

    init(
        _ token: Span<UInt8>, requirements: UniqueNumber, keySet: UniqueNumber, times: TokenTimes,
        of workspace: borrowing TokenWorkspace
    ) {
        self.requirements = requirements
        self.keySet = keySet
        self.token = unsafe token.withUnsafeBufferPointer { unsafe Array($0) }
        self.times = times
        payload = workspace.payload
        header = workspace.header.compactCopy
        claims = workspace.claims.compactCopy
    }

    /// How many bytes this takes, about.
    var byteCount: Int { 256 + token.count + header.byteCount + claims.byteCount }

    /// Whether this is the very same token under the same requirements and keys.
    func isOf(_ other: Span<UInt8>, _ requirements: UniqueNumber, _ keySet: UniqueNumber) -> Bool {
        requirements == self.requirements && keySet == self.keySet && other.isEqual(to: token)
    }
}
