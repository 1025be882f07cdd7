import AuthzCore

/// Tests of a header value that may be several lines which a proxy joined with `,`.
///
/// The lines are some division of the comma parts into runs. Values with more parts than ``maximumParts`` are not divided:
/// nothing is then certain, and anything is possible.
struct MergedHeader {
    /// Bounds the runs that are compared to 136.
    static let maximumParts = 16

    /// Whether a line matches in every division.
    private(set) var matchesInAll: Bool
    /// Whether a line matches in some division.
    private(set) var matchesInAny: Bool

    /// - Parameter matches: Whether a run of the value, taken as a line, fits one of the patterns.
    init(_ value: ByteSlice, in bytes: Span<UInt8>, matches: (ByteSlice) -> Bool) {
        var starts = InlineArray<17, Int>(repeating: 0)
        var parts = 1
        starts[0] = Int(value.offset)
        for index in value.range where bytes[index] == UInt8(ascii: ",") {
            guard parts < Self.maximumParts else {
                matchesInAll = false
                matchesInAny = true
                return
            }
            starts[parts] = index + 1
            parts += 1
        }
        starts[parts] = value.range.upperBound + 1
        // `avoidable[n]`: the first n parts can be divided into lines of which none matches.
        var avoidable = InlineArray<17, Bool>(repeating: false)
        avoidable[0] = true
        matchesInAny = false
        for end in 1...parts {
            for start in 0..<end {
                let run = ByteSlice(offset: starts[start], count: starts[end] - 1 - starts[start])
                if matches(run) {
                    matchesInAny = true
                } else if avoidable[start] {
                    avoidable[end] = true
                }
            }
        }
        matchesInAll = !avoidable[parts]
    }
}
